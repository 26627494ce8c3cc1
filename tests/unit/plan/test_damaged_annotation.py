"""A last-applied annotation that nobody can read says nothing, and stops no plan."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from kplan.cli.commands.plan import command

_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {kubectl.kubernetes.io/last-applied-configuration: "%s"}}
spec:
  replicas: %d
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, ports: [{containerPort: 80}, {containerPort: 80, protocol: UDP}]}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
"""


@pytest.mark.parametrize("text", ["no JSON", "[]", "{}"])
def test_a_damaged_annotation_stops_no_plan(tmp_path: Path, text: str) -> None:
    for name, replicas in (("before", 1), ("after", 2)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "all.yaml").write_text(_DEPLOYMENT % (text, replicas))
    given = [
        "-f",
        str(tmp_path / "after"),
        "--state",
        str(tmp_path / "before"),
        "--server-side",
        "--force-conflicts",
        "--field-manager",
        "ci",
    ]
    done = CliRunner().invoke(command, given, standalone_mode=False)
    assert done.exception is None
    assert "~ spec.replicas: 1 -> 2" in done.stdout
