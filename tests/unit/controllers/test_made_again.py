"""What belongs to a controller comes back when somebody deletes it, or is put right."""

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster
from tests.builders import node, pod_spec


def test_deleted_endpoints_are_made_again() -> None:
    service = {
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
    }  # fmt: skip
    cluster = Cluster.of([])
    cluster.kubectl.apply([service])
    cluster.run()
    cluster.kubectl.run("delete", "endpoints", "web")
    cluster.run()
    assert cluster.find(ObjectKey("", "Endpoints", "default", "web")) is not None


def test_the_root_certificate_stands_alone_in_its_configmap() -> None:
    cluster = Cluster.of([])
    cluster.run()
    key = ObjectKey("", "ConfigMap", "default", "kube-root-ca.crt")
    before = cluster.find(key)
    assert before is not None
    patch = '{"data": {"extra": "x"}}'
    cluster.kubectl.run("patch", "configmap", "kube-root-ca.crt", "-p", patch)
    cluster.run()
    after = cluster.find(key)
    assert after is not None
    assert after["data"] == before["data"]


def test_a_taint_that_lets_daemons_stay_leaves_their_set_alone() -> None:
    """In 1.36 a set looks again only where a pod has to come or go, or one was misplaced before."""
    daemons = {
        "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "agent"},
        "spec": {"selector": {"matchLabels": {"app": "agent"}},
                 "template": {"metadata": {"labels": {"app": "agent"}}, "spec": pod_spec()}},
    }  # fmt: skip
    cluster = Cluster.of([node("n1"), node("n2")])
    cluster.kubectl.apply([daemons])
    cluster.run()
    cluster.kubectl.run("taint", "node", "n1", "maint=now:NoSchedule")
    cluster.run()
    found = cluster.find(ObjectKey("apps", "DaemonSet", "default", "agent"))
    assert found is not None
    assert found["status"]["numberMisscheduled"] == 0
    cluster.kubectl.run("label", "node", "n2", "a=b")
    cluster.kubectl.run("delete", "pod", "-l", "app=agent")
    cluster.run()
    found = cluster.find(ObjectKey("apps", "DaemonSet", "default", "agent"))
    assert found is not None
    assert found["status"]["currentNumberScheduled"] == 1


def test_a_replica_set_that_somebody_scales_acts_before_its_deployment_sets_it_back() -> None:
    """Both are told at once, and neither waits for the other: pods go, and others come."""
    web = {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
        "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "web"}},
                 "template": {"metadata": {"labels": {"app": "web"}}, "spec": pod_spec()}},
    }  # fmt: skip
    cluster = Cluster.of([node("n1")])
    cluster.run()
    cluster.kubectl.apply([web])
    cluster.run()
    cluster.begin()
    cluster.kubectl.run("scale", "rs", "-l", "app=web", "--replicas=1")
    cluster.run()
    told = [event.reason for event in cluster.events() if event.object.kind == "ReplicaSet"]
    assert told == ["SuccessfulDelete"] * 2 + ["SuccessfulCreate"] * 2
