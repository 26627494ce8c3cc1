"""A Job whose pod is lost beside one that is ready."""

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster
from kplan.config.scenariofile import parse as parse_scenario
from kplan.simulation.clock import SECOND
from tests.builders import node, pod_spec

KEY = ObjectKey("batch", "Job", "default", "j")


def test_a_lost_pod_is_counted_when_it_is_replaced() -> None:
    """Until then the controller would say that no pod is active, and one ready, which the server refuses."""
    template = {"spec": pod_spec(restartPolicy="Never", terminationGracePeriodSeconds=0)}
    job = {
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j", "namespace": "default"},
        "spec": {"parallelism": 2, "completions": 2, "template": template},
    }  # fmt: skip
    cluster = Cluster.of([node("n1")], scenario=parse_scenario({"images": [{"image": "*", "fate": "runs"}]}))
    cluster.advance(1)
    cluster.kubectl.apply([job])
    cluster.advance(9)
    lost = cluster.server.list("", "Pod", "default")[0]["metadata"]["name"]
    cluster.server.delete(ObjectKey("", "Pod", "default", lost))
    cluster.advance(6)
    told = cluster.server.get(KEY)["status"]
    assert (told["active"], told["ready"], told.get("failed")) == (2, 2, None)
    cluster.advance(12)
    told = cluster.server.get(KEY)["status"]
    assert (told["active"], told["ready"], told["failed"]) == (2, 2, 1)


def test_a_pod_that_a_job_adopts_is_counted() -> None:
    """It takes the finalizer by which pods of Jobs are counted, and so no second one is made in its place."""
    labels, spec = {"sel": "m"}, pod_spec(restartPolicy="Never")
    stray = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "stray", "labels": labels}, "spec": spec}
    job = {
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"},
        "spec": {"manualSelector": True, "selector": {"matchLabels": labels},
                 "template": {"metadata": {"labels": labels}, "spec": spec}},
    }  # fmt: skip
    cluster = Cluster.of(
        [node("n1")], scenario=parse_scenario({"images": [{"image": "*", "fate": "succeeds"}]})
    )
    cluster.run()
    cluster.kubectl.apply([stray, job])
    cluster.run()
    assert [pod["metadata"]["name"] for pod in cluster.server.list("", "Pod", "default")] == ["stray"]
    assert cluster.server.get(KEY)["status"]["succeeded"] == 1


def test_a_job_whose_pods_are_refused_tries_again_after_seconds() -> None:
    spec = pod_spec(restartPolicy="Never", serviceAccountName="nobody")
    job = {
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j", "namespace": "default"},
        "spec": {"template": {"spec": spec}},
    }  # fmt: skip
    cluster = Cluster.of([node("n1")])
    cluster.run()
    began = cluster.clock.now
    cluster.kubectl.apply([job])
    cluster.advance(120)
    refused = [
        entry.when - began for entry in cluster.stage.timeline.entries if entry.reason == "FailedCreate"
    ]
    assert [round(at / SECOND) for at in refused] == [0, 1, 3, 7, 15, 31, 63]
