"""A dump becomes what today's API server would hold, so that applying what is there changes nothing."""

from pathlib import Path

from kplan import pipeline
from kplan.api.gvk import ObjectKey
from kplan.pipeline.states import held

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
    found = pipeline.open_state("dump.yaml", tmp_path).store.get(KEY)
    assert found is not None
    assert (found["metadata"]["generation"], found["metadata"]["resourceVersion"]) == (4, "7")
    spec = found["spec"]
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


def test_a_version_that_is_no_longer_served_is_held_where_the_one_that_is_would_be() -> None:
    old = {"apiVersion": "policy/v1beta1", "kind": "PodDisruptionBudget", "metadata": {"name": "b"}}
    placed = {**old, "metadata": {"name": "b", "namespace": "a"}}
    [refused] = held([old, placed]).diagnostics
    assert refused.message.startswith("metadata.namespace: Required value")
    assert [key.namespace for key, _ in held([old, placed]).store.items()] == ["a"]
