"""A dump becomes what today's API server would hold, so that applying what is there changes nothing."""

from pathlib import Path

from kplan import pipeline
from kplan.api.gvk import ObjectKey

DUMP = """
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: default, uid: u0, creationTimestamp: null}}
- apiVersion: batch/v1
  kind: CronJob
  metadata: {name: j, namespace: default, uid: u1, generation: 4, resourceVersion: "7"}
  spec:
    schedule: "@daily"
    jobTemplate:
      metadata: {creationTimestamp: null}
      spec:
        template:
          metadata: {creationTimestamp: null}
          spec: {restartPolicy: Never, containers: [{name: c, image: "i:1", resources: {}}]}
  status: {}
"""
KEY = ObjectKey("batch", "CronJob", "default", "j")


def test_a_dump_of_an_older_cluster_is_read_with_todays_defaults(tmp_path: Path) -> None:
    (tmp_path / "dump.yaml").write_text(DUMP)
    held = pipeline.open_state("dump.yaml", tmp_path).store.get(KEY)
    assert held is not None
    assert (held["metadata"]["generation"], held["metadata"]["resourceVersion"]) == (4, "7")
    spec = held["spec"]
    assert (spec["suspend"], spec["concurrencyPolicy"]) == (False, "Allow")
    template = spec["jobTemplate"]["spec"]["template"]
    assert "creationTimestamp" not in template.get("metadata", {})
    assert template["spec"]["containers"][0]["imagePullPolicy"] == "IfNotPresent"


def test_what_no_cluster_can_hold_is_left_out() -> None:
    odd = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "c", "namespace": "a"},
        "data": ["no"],
    }
    assert list(pipeline.canonical([odd])) == []
