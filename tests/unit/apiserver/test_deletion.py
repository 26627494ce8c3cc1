"""What a delete request leaves behind; the expectations are a real API server's answers to the same requests."""

from datetime import timedelta
from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.apiserver.deletion import DeleteOptions
from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Server

FOREGROUND, ORPHAN, BACKGROUND = (DeleteOptions(name) for name in ("Foreground", "Orphan", "Background"))


def key(name: str, kind: str = "ConfigMap", group: str = "") -> ObjectKey:
    return ObjectKey(group, kind, "default", name)


def config_map(server: Server, **metadata: Any) -> ObjectKey:
    server.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one", **metadata}})
    return key("one")


def pod(server: Server, **spec: Any) -> ObjectKey:
    containers = [{"name": "c", "image": "i"}]
    server.create(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "p"},
            "spec": {"containers": containers, **spec},
        }
    )
    return key("p", "Pod")


def left(server: Server, wanted: ObjectKey) -> tuple[Any, ...]:
    value = server.find(wanted)
    assert value is not None
    metadata = value["metadata"]
    return metadata.get("finalizers"), metadata.get("deletionGracePeriodSeconds"), metadata.get("generation")


def test_nothing_holds_a_plain_object(server: Server) -> None:
    wanted = config_map(server)
    server.delete(wanted, dry_run=True)
    assert server.find(wanted) is not None
    server.delete(wanted)
    assert server.find(wanted) is None
    with pytest.raises(StatusError, match='configmaps "one" not found'):
        server.delete(wanted)


def test_a_finalizer_holds_an_object_until_it_is_taken_away(server: Server) -> None:
    wanted = config_map(server, finalizers=["example.com/hold"])
    server.delete(wanted)
    assert left(server, wanted) == (["example.com/hold"], 0, None)
    server.delete(wanted, ORPHAN)
    assert left(server, wanted) == (["example.com/hold", "orphan"], 0, None)
    free = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one", "finalizers": []}}
    server.update(free)
    assert server.find(wanted) is None


def test_propagation_is_a_finalizer_of_the_garbage_collector(server: Server) -> None:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template}
    server.create({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": spec})
    wanted = key("d", "Deployment", "apps")
    for options in (FOREGROUND, FOREGROUND):
        server.delete(wanted, options)
        assert left(server, wanted) == (["foregroundDeletion"], 0, 2)
    server.delete(wanted, ORPHAN)
    assert left(server, wanted) == (["orphan"], 0, 2)
    server.delete(wanted, BACKGROUND)
    assert server.find(wanted) is None


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (DeleteOptions(uid="nope"), "the UID in the precondition (nope) does not match the UID in record"),
        (DeleteOptions(resource_version="1"), "the ResourceVersion in the precondition (1) does not match"),
    ],
)
def test_preconditions(server: Server, options: DeleteOptions, text: str) -> None:
    wanted = config_map(server)
    with pytest.raises(StatusError) as caught:
        server.delete(wanted, options)
    assert caught.value.code == 409
    assert caught.value.message.startswith('Operation cannot be fulfilled on ConfigMap "one": ' + text)


def test_a_namespace_says_otherwise_that_it_is_another_one(server: Server) -> None:
    with pytest.raises(StatusError) as caught:
        server.delete(ObjectKey("", "Namespace", "", "default"), DeleteOptions(uid="x"))
    said = (
        'Operation cannot be fulfilled on namespaces "default": Precondition failed: UID in precondition: x,'
    )
    assert caught.value.message.startswith(said)


def test_a_pod_without_node_needs_no_grace(server: Server) -> None:
    wanted = pod(server)
    server.delete(wanted)
    assert server.find(wanted) is None


def test_a_running_pod_gets_its_grace_and_may_get_less_of_it(server: Server) -> None:
    wanted = pod(server, nodeName="one")
    server.delete(wanted)
    assert left(server, wanted) == (None, 30, 2)
    first = server.get(wanted)["metadata"]["deletionTimestamp"]
    server.delete(wanted, DeleteOptions(grace_seconds=5))
    assert left(server, wanted) == (None, 5, 2)
    shorter = server.get(wanted)["metadata"]["deletionTimestamp"]
    assert shorter == (server.now() + timedelta(seconds=5)).strftime("%Y-%m-%dT%H:%M:%SZ") < first
    server.delete(wanted, DeleteOptions(grace_seconds=50))
    assert server.get(wanted)["metadata"]["deletionTimestamp"] == shorter
    server.delete(wanted, DeleteOptions(grace_seconds=0))
    assert server.find(wanted) is None


def test_a_claim_waits_for_its_protection(server: Server) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c"}, "spec": spec}
    server.create(claim)
    wanted = key("c", "PersistentVolumeClaim")
    server.delete(wanted)
    assert left(server, wanted) == (["kubernetes.io/pvc-protection"], 0, None)


def test_a_namespace_terminates_and_takes_nothing_new(server: Server) -> None:
    server.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "gone"}})
    server.delete(ObjectKey("", "Namespace", "", "gone"))
    value = server.get(ObjectKey("", "Namespace", "", "gone"))
    assert value["status"]["phase"] == "Terminating"
    assert value["spec"]["finalizers"] == ["kubernetes"]
    late = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "late", "namespace": "gone"}}
    with pytest.raises(StatusError) as caught:
        server.create(late)
    text = "unable to create new content in namespace gone because it is being terminated"
    assert caught.value.message == f'configmaps "late" is forbidden: {text}'


def test_eviction_spends_the_budget(server: Server) -> None:
    wanted = pod(server, nodeName="one")
    labelled = {**server.get(wanted), "metadata": {**server.get(wanted)["metadata"], "labels": {"a": "b"}}}
    running = {
        **labelled,
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
    }
    server.store.put(running)
    budget = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "b"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"a": "b"}}},
    }
    made = server.create(budget).value
    status = {
        "disruptionsAllowed": 0,
        "currentHealthy": 1,
        "desiredHealthy": 1,
        "expectedPods": 1,
        "observedGeneration": 1,
    }
    made = server.update({**made, "status": status}, subresource="status").value
    with pytest.raises(StatusError) as caught:
        server.evict(wanted)
    assert caught.value.code == 429
    assert caught.value.message == "Cannot evict pod as it would violate the pod's disruption budget."
    server.update({**made, "status": {**status, "disruptionsAllowed": 1}}, subresource="status")
    server.evict(wanted)
    spent = server.get(key("b", "PodDisruptionBudget", "policy"))["status"]
    assert spent["disruptionsAllowed"] == 0
    assert list(spent["disruptedPods"]) == ["p"]
    assert server.get(wanted)["metadata"]["deletionGracePeriodSeconds"] == 30


def test_a_policy_that_there_is_not_is_refused(server: Server) -> None:
    with pytest.raises(StatusError) as refusal:
        server.delete(config_map(server), DeleteOptions("Sideways"))
    assert refusal.value.message == (
        'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Sideways": '
        'supported values: "Foreground", "Background", "Orphan", "nil"'
    )


def test_a_job_that_leaves_its_pods_behind_is_warned_of(server: Server) -> None:
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}]}}
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "one"},
        "spec": {"template": template},
    }
    server.create(job)
    wanted = key("one", "Job", "batch")
    assert server.delete(wanted, BACKGROUND, dry_run=True).warnings == ()
    assert "child pods are preserved" in server.delete(wanted, dry_run=True).warnings[0]


def test_a_refused_deletion_comes_with_its_warnings(server: Server) -> None:
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}]}}
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "one"},
        "spec": {"template": template},
    }
    server.create(job)
    with pytest.raises(StatusError) as refusal:
        server.delete(key("one", "Job", "batch"), DeleteOptions(uid="other"))
    assert "child pods are preserved" in refusal.value.warnings[0]
