"""What a resize of a running pod may change; every text was confirmed by a real API server's answer."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from kplan.apiserver.validation import core_pods

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]
META: Json = {"name": "web", "namespace": "default", "uid": "1", "resourceVersion": "5"}
BARE: Json = {
    "name": "app",
    "image": "nginx",
    "terminationMessagePolicy": "File",
    "imagePullPolicy": "Always",
}
APP: Json = {
    **BARE,
    "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "2", "memory": "2Gi"}},
    "resizePolicy": [{"resourceName": "cpu", "restartPolicy": "NotRequired"}],
}
INIT: Json = {**BARE, "name": "init", "resources": {"requests": {"cpu": "1"}}}
SPEC: Json = {
    "restartPolicy": "Always", "dnsPolicy": "ClusterFirst", "terminationGracePeriodSeconds": 30,
    "serviceAccountName": "default", "securityContext": {},
}  # fmt: skip


def pod(**spec: Any) -> Json:
    return {"metadata": META, "spec": {**SPEC, **spec}, "status": {}}


SIZED = pod(containers=[APP], initContainers=[INIT, {**INIT, "name": "side", "restartPolicy": "Always"}])
WHOLE = pod(
    containers=[{**BARE, "resources": {}}], resources={"requests": {"cpu": "1"}, "limits": {"cpu": "2"}}
)
EFFORT = pod(containers=[{**BARE, "resources": {}}])
WINDOWS = pod(containers=[APP], os={"name": "windows"})
STATIC: Json = {**SIZED, "metadata": {**META, "annotations": {"kubernetes.io/config.mirror": "x"}}}
CLASS = 'spec: Invalid value: "": Pod QOS Class may not change as a result of resizing'
CASES: list[tuple[Json, str, Any, list[str]]] = [
    (SIZED, "spec.containers[0].resources.requests.cpu", "1500m", []),
    (SIZED, "spec.initContainers[1].resources.requests.cpu", "2", []),
    (SIZED, "spec.initContainers[0].resources.requests.cpu", "2", []),
    (
        SIZED, "spec.containers[0].resources.requests", {"memory": "1Gi"},
        ["spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed"],
    ),
    (
        SIZED, "spec.containers[0].resources.limits", "<absent>",
        ["spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed"],
    ),
    (
        SIZED, "spec.containers[0].name", "other",
        ["spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize"],
    ),
    (
        SIZED, "spec.initContainers", [],
        ["spec.initContainers: Forbidden: initContainers may not be added or removed on resize"],
    ),
    (SIZED, "spec.containers[0].image", "other", ["spec: Forbidden: only cpu and memory resources are mutable"]),
    (
        SIZED, "spec.initContainers[0].image", "other",
        ["spec.initContainers[0]: Forbidden: only cpu and memory resources for init or sidecar containers are mutable"],
    ),
    (SIZED, "spec.nodeName", "one", ["spec: Forbidden: only cpu and memory resources are mutable"]),
    (WHOLE, "spec.resources.requests.cpu", "2", []),
    (WHOLE, "spec.resources", "<absent>", [CLASS, "spec.resources: Forbidden: pod-level resources cannot be removed"]),
    (
        WHOLE, "spec.resources.limits", {},
        ["spec.resources.limits: Forbidden: pod-level resource limits cannot be removed"],
    ),
    (EFFORT, "spec.containers[0].resources", {"requests": {"cpu": "1"}}, [CLASS]),
    (WINDOWS, "spec.containers[0].resources.requests.cpu", "2", ["[]: Forbidden: windows pods cannot be resized"]),
    (STATIC, "spec.containers[0].resources.requests.cpu", "2", ["[]: Forbidden: static pods cannot be resized"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "path", "value", "errors"), CASES)
def test_resize(changed: Changed, old: Json, path: str, value: Any, errors: list[str]) -> None:
    assert [str(error) for error in core_pods.validate_pod_resize(changed(old, path, value), old)] == errors


def test_a_node_must_support_it() -> None:
    old = copy.deepcopy(SIZED)
    old["status"]["containerStatuses"] = [{"name": "app", "state": {"running": {}}}]
    assert [str(error) for error in core_pods.validate_pod_resize(copy.deepcopy(old), old)] == [
        "spec: Forbidden: Pod running on node without support for resize"
    ]
