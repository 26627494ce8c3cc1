"""What no API server stores is left out of a dump and named; what is used has what everybody takes for granted."""

from typing import Any

import pytest

from kplan import pipeline
from kplan.api.gvk import ObjectKey

_POD = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i:1"}]}}
_SELECTOR = {"matchLabels": {"a": "b"}}


def _object(
    version: str, kind: str, spec: Any, namespace: str = "default", **metadata: Any
) -> dict[str, Any]:
    place = {"namespace": namespace} if namespace else {}
    named = {"name": "x", "uid": "u", **place, **metadata}
    return {"apiVersion": version, "kind": kind, "metadata": named, "spec": spec}


def _deployment(**rolling: Any) -> dict[str, Any]:
    strategy = {"type": "RollingUpdate", "rollingUpdate": rolling}
    return _object("apps/v1", "Deployment", {"selector": _SELECTOR, "template": _POD, "strategy": strategy})


def _autoscaler(*metrics: Any, **target: Any) -> dict[str, Any]:
    spec = {
        "scaleTargetRef": {"kind": "Deployment", "name": "x", **target},
        "maxReplicas": 3,
        "metrics": list(metrics),
    }
    return _object("autoscaling/v2", "HorizontalPodAutoscaler", spec)


WRONG = [
    (_object("apps/v1", "ReplicaSet", {"selector": _SELECTOR, "template": {"": None}}), "spec.template.spec.containers: Required value"),
    (_object("v1", "ReplicationController", {"replicas": 2}), "spec.template.spec.containers: Required value"),
    (_object("apps/v1", "StatefulSet", {"selector": _SELECTOR, "template": _POD, "volumeClaimTemplates": [{"spec": {}}]}), "spec.volumeClaimTemplates[0].metadata.name: Required value"),
    (_object("apps/v1", "ReplicaSet", {"selector": {"matchLabels": {"a": "c"}}, "template": _POD}), "spec.template.metadata.labels: Invalid value"),
    (_object("v1", "ReplicationController", {"selector": {"c": "d"}, "template": _POD}), "`selector` does not match template `labels`"),
    (_object("apps/v1", "DaemonSet", {"selector": {"matchExpressions": [{"key": "a", "operator": "Odd"}]}, "template": _POD}), "`selector` does not match template `labels`"),
    (_object("batch/v1", "Job", {"selector": {"matchLabels": {"c": "d"}}, "template": _POD}), "`selector` does not match template `labels`"),
    (_deployment(maxSurge="many"), 'spec.strategy.rollingUpdate.maxSurge: Invalid value: "many"'),
    (_object("policy/v1", "PodDisruptionBudget", {"minAvailable": "half"}), "spec.minAvailable: Invalid value"),
    (_autoscaler({"type": "ContainerResource"}), "spec.metrics[0].containerResource: Required value"),
    (_autoscaler({"resource": {"name": "cpu"}}), "spec.metrics[0].type: Required value"),
    (_autoscaler(name=""), "spec.scaleTargetRef.name: Required value"),
    (_object("v1", "Pod", {"nodeName": "a"}), "spec.containers: Required value"),
    (_object("v1", "Service", {"clusterIP": "true"}), 'spec.clusterIP: Invalid value: "true": must be a valid IP address'),
    (_object("v1", "Node", {"podCIDR": "true"}, ""), 'spec.podCIDR: Invalid value: "true": must be a valid CIDR'),
    (_object("networking.k8s.io/v1", "NetworkPolicy", {"ingress": [{"from": [{"ipBlock": {}}]}]}), "spec.ingress[0].from[0].ipBlock.cidr: Invalid"),
    (_object("metallb.io/v1beta1", "IPAddressPool", "all"), 'spec: Invalid value: "all": must be an object'),
    (_object("metallb.io/v1beta1", "IPAddressPool", {"addresses": [1]}), "spec.addresses[0]: Invalid value"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "said"), WRONG, ids=[said for _, said in WRONG])
def test_what_no_api_server_stores_is_left_out_and_named(value: dict[str, Any], said: str) -> None:
    held = pipeline.held([value])
    assert list(held.store) == []
    assert any(said in one.message and "x" in str(one.object) for one in held.diagnostics), held.diagnostics


def test_what_is_sound_stays() -> None:
    sound = [
        _deployment(maxSurge="25%", maxUnavailable=0),
        _autoscaler({"type": "Resource", "resource": {"name": "cpu"}}),
    ]
    held = pipeline.held(sound)
    assert len(list(held.store)) == 2
    assert not held.diagnostics


def test_an_object_without_a_uid_gets_the_same_one_every_time() -> None:
    stores = [
        pipeline.canonical(
            [_object("apps/v1", "ReplicaSet", {"selector": _SELECTOR, "template": _POD}, uid="")]
        )
        for _ in "ab"
    ]
    uids = [
        one["metadata"]["uid"]
        for store in stores
        if (one := store.get(ObjectKey("apps", "ReplicaSet", "default", "x")))
    ]
    assert len(uids) == 2
    assert uids[0] == uids[1] != ""
