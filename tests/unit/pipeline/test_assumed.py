"""What is assumed of something that is not there is said."""

import pytest

from kplan import pipeline
from kplan.pipeline.assumed import unmatched

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers: [{name: first, image: "registry.example.com/migrate:3"}]
      containers:
      - {name: probed, image: "registry.example.com/migrate:3", livenessProbe: {tcpSocket: {port: 80}}}
      - {name: web, image: "registry.example.com/web:3"}
"""


@pytest.mark.parametrize(
    ("assume", "load", "expected"),
    [
        (
            ["*/web:3=fails", "*/migrate:*=fails"],
            ["deployment/web=2", "Shop/Deployment/web=memory:1Gi", "queue=300"],
            [],
        ),
        (["*/wbe:3=fails"], [], ["--assume '*/wbe:3=fails' matches no container's image"]),
        (["*/migrate:*=unhealthy"], [], []),
        (
            ["*/web:*=unhealthy"],
            [],
            [
                "--assume '*/web:*=unhealthy' changes nothing: no container with such an image has a liveness probe"
            ],
        ),
        ([], ["deployment/wbe=2"], ["--load 'deployment/wbe=2' names nothing that is there"]),
        ([], ["other/deployment/web=2"], ["--load 'other/deployment/web=2' names nothing that is there"]),
    ],
)
def test_what_meets_nothing_is_named(assume, load, expected, tmp_path):
    (tmp_path / "web.yaml").write_text("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n---" + WEB)
    report = pipeline.plan(pipeline.load([str(tmp_path)]), pipeline.open_state("nodes:1x4cpu,8Gi", tmp_path))
    assert report.outcome is not None
    assert list(unmatched(assume, load, report.outcome)) == expected
