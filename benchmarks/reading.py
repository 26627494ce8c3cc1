"""What it costs to read three fields of 10,000 pods: the bare JSON, accessors, typed views, and a checking model.

    python benchmarks/reading.py [--objects 10000]

The checking model is pydantic's over the very fields of the view; it stands here for comparison only.
"""

import argparse
import copy
import sys
import time
from collections.abc import Callable, Mapping
from types import UnionType
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ConfigDict, create_model

from kplan.api.apps import Deployment
from kplan.api.core.pod import Pod
from kplan.api.metadata import labels_of
from kplan.api.pods import node_of, phase
from kplan.api.view import View
from kplan.api.workloadspec import replicas_of, template_spec_of

Json = dict[str, Any]
Read = Callable[[Json], object]

_CONTAINER: Json = {
    "name": "web",
    "image": "web:1",
    "imagePullPolicy": "IfNotPresent",
    "ports": [{"containerPort": 8080, "protocol": "TCP"}],
    "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
    "volumeMounts": [{"name": "token", "readOnly": True, "mountPath": "/var/run/secrets/token"}],
}
_SPEC: Json = {
    "containers": [_CONTAINER],
    "nodeName": "node-1",
    "restartPolicy": "Always",
    "tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "tolerationSeconds": 300}],
    "volumes": [{"name": "token", "emptyDir": {}}],
}
_STARTED = "2026-01-01T00:00:00Z"
_METADATA: Json = {"name": "web", "namespace": "default", "labels": {"app": "web"}, "uid": "1"}
POD: Json = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": _METADATA,
    "spec": _SPEC,
    "status": {
        "phase": "Running",
        "podIP": "10.244.0.2",
        "conditions": [
            {"type": name, "status": "True", "lastTransitionTime": _STARTED}
            for name in ("PodScheduled", "Initialized", "Ready", "ContainersReady")
        ],
        "containerStatuses": [{"name": "web", "ready": True, "restartCount": 0, "image": "web:1"}],
    },
}
DEPLOYMENT: Json = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": _METADATA,
    "spec": {
        "replicas": 3,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": _SPEC},
    },
    "status": {"replicas": 3, "conditions": [{"type": "Available", "status": "True"}]},
}


def checking(view: type[View], known: dict[type[View], type[BaseModel]]) -> type[BaseModel]:
    """A pydantic model with the fields of a view."""
    if view not in known:
        fields = {name: _field(field.annotation, known) for name, field in view.fields.items()}
        names = {name: field.name for name, field in view.fields.items()}
        config = ConfigDict(alias_generator=lambda name: names[name], extra="allow", frozen=True)
        known[view] = create_model(view.__name__, __config__=config, **fields)
    return known[view]


def _field(annotation: Any, known: dict[type[View], type[BaseModel]]) -> Any:
    if get_origin(annotation) is tuple:
        (item, _) = get_args(annotation)
        return (tuple[_kind(item, known), ...], ())
    if get_origin(annotation) is Mapping:
        return (annotation, {})
    kinds = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    kind = _kind(kinds[0], known)
    return (kind | None, None) if isinstance(kind, type) else (Any, None)


def _kind(kind: Any, known: dict[type[View], type[BaseModel]]) -> Any:
    return checking(kind, known) if isinstance(kind, type) and issubclass(kind, View) else kind


def _pod_json(pod: Json) -> object:
    return (
        (pod.get("status") or {}).get("phase"),
        (pod.get("spec") or {}).get("nodeName"),
        pod["metadata"].get("labels") or {},
    )


def _pod_view(value: Json) -> object:
    pod = Pod(value)
    return pod.status.phase, pod.spec.node_name, pod.metadata.labels


def _deployment_json(value: Json) -> object:
    spec = value.get("spec") or {}
    return spec.get("replicas"), (spec["template"].get("spec") or {}), value["metadata"].get("labels") or {}


def _deployment_view(value: Json) -> object:
    deployment = Deployment(value)
    return deployment.spec.replicas, deployment.spec.template.spec, deployment.metadata.labels


def measure(value: Json, ways: Mapping[str, Read], count: int) -> None:
    """Read copies of an object in every way, and print the time of one object and its ratio to the first way."""
    values, first = [copy.deepcopy(value) for _ in range(count)], 0.0
    for name, read in ways.items():
        times = []
        for _ in range(5):
            started = time.process_time()
            for one in values:
                read(one)
            times.append(time.process_time() - started)
        took = min(times) / count * 1e9
        first = first or took
        print(f"{value['kind']:<12} {name:<10} {took:>8.0f} ns {took / first:>7.1f}x")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--objects", type=int, default=10_000)
    count = parser.parse_args().objects
    known: dict[type[View], type[BaseModel]] = {}
    sys.setrecursionlimit(10_000)
    pod, deployment = checking(Pod, known), checking(Deployment, known)
    measure(
        POD,
        {
            "JSON": _pod_json,
            "accessors": lambda value: (phase(value), node_of(value), labels_of(value)),
            "view": _pod_view,
            "checking": pod.model_validate,
        },
        count,
    )
    measure(
        DEPLOYMENT,
        {
            "JSON": _deployment_json,
            "accessors": lambda value: (replicas_of(value), template_spec_of(value), labels_of(value)),
            "view": _deployment_view,
            "checking": deployment.model_validate,
        },
        count,
    )


if __name__ == "__main__":
    main()
