"""A cluster to ask questions about: its nodes, their pods, the pending pods, and variations of all of them.

Nothing here acts; every question is put to a fresh cache.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kplan.api.object import Json
from kplan.api.walk import items, mapping, text
from kplan.errors import UsageError
from kplan.scheduler.cache import Cache, ObjectList


@dataclass(frozen=True)
class Picture:
    """Nodes, running pods with their nodes, waiting pods, and everything else."""

    nodes: tuple[Json, ...]
    running: tuple[tuple[Json, str], ...]
    waiting: tuple[Json, ...]
    others: tuple[Json, ...]

    @classmethod
    def of(cls, values: Iterable[Json]) -> "Picture":
        """Sort the objects of a cluster; pods that have finished are left out."""
        nodes, running, waiting, others = [], [], [], []
        for value in values:
            kind = (value.get("apiVersion"), value.get("kind"))
            if kind == ("v1", "Node"):
                nodes.append(value)
            elif kind != ("v1", "Pod"):
                others.append(value)
            elif (value.get("status") or {}).get("phase") not in ("Succeeded", "Failed"):
                node = value["spec"].get("nodeName")
                if node:
                    running.append((value, node))
                else:
                    waiting.append(value)
        return cls(tuple(nodes), tuple(running), tuple(waiting), tuple(others))

    def objects(self) -> ObjectList:
        """Everything else, as plug-ins look at it."""
        return ObjectList(self.others)

    def cache(self, objects: ObjectList | None = None) -> Cache:
        """The same as the scheduler keeps it."""
        return Cache(self.nodes, self.running, objects or self.objects())

    def without_node(self, name: str) -> "Picture":
        """The same cluster after a node is lost. Raises UsageError."""
        if not any(node["metadata"]["name"] == name for node in self.nodes):
            raise UsageError(f"there is no node '{name}'", hint=f"nodes: {', '.join(self.names()) or 'none'}")
        left = tuple(node for node in self.nodes if node["metadata"]["name"] != name)
        return replace(self, nodes=left, running=tuple(item for item in self.running if item[1] != name))

    def with_nodes(self, nodes: Sequence[Json]) -> "Picture":
        """The same cluster with more nodes."""
        return replace(self, nodes=(*self.nodes, *nodes))

    def without_pod(self, namespace: str, name: str) -> "Picture":
        """The same cluster before a pod was placed."""
        return replace(
            self, running=tuple(item for item in self.running if not is_named(item[0], namespace, name))
        )

    def names(self) -> list[str]:
        """Names of the nodes."""
        return [node["metadata"]["name"] for node in self.nodes]

    def pod(self, namespace: str, name: str) -> Json | None:
        """A pod, running or waiting."""
        pods = (*(value for value, _ in self.running), *self.waiting)
        return next((value for value in pods if is_named(value, namespace, name)), None)


def is_named(value: Mapping[str, Any], namespace: str, name: str) -> bool:
    """Whether an object has this namespace and name."""
    metadata = value["metadata"]
    return metadata["name"] == name and (metadata.get("namespace") or "default") == namespace


def node_like(model: Json, name: str) -> Json:
    """An empty node like another one."""
    labels = {**(model["metadata"].get("labels") or {}), "kubernetes.io/hostname": name}
    status = {"allocatable": (model.get("status") or {}).get("allocatable") or {}}
    spec = {key: value for key, value in (model.get("spec") or {}).items() if key == "taints"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": spec,
        "status": status,
    }


def pod_of(value: Json) -> Json | None:
    """The pod a manifest stands for: itself, or one made from the template of a workload.

    A claim template is a volume of its own, whose claim is made for the pod alone: that is how the first pods have it.
    """
    if value.get("kind") == "Pod":
        return value
    template = mapping(value, "spec", "template") or mapping(value, "spec", "jobTemplate", "spec", "template")
    if "spec" not in template:
        return None
    own, metadata = value["metadata"], mapping(template, "metadata")
    kept = {key: metadata[key] for key in ("labels", "annotations") if key in metadata}
    where = {"namespace": own["namespace"]} if "namespace" in own else {}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": own["name"], **where, **kept},
        "spec": _with_claims(template["spec"], value),
    }


def _with_claims(spec: Json, owner: Json) -> Json:
    """The spec with a volume for each claim template, in place of one of the same name; it may be any user's input."""
    claims = {
        text(one, "metadata", "name"): {"volumeClaimTemplate": {"spec": one.get("spec")}}
        for _, one in items(mapping(owner, "spec"), "volumeClaimTemplates")
    }
    if not claims:
        return spec
    own = [one for _, one in items(spec, "volumes") if one.get("name") not in claims]
    return {**spec, "volumes": [*({"name": name, "ephemeral": made} for name, made in claims.items()), *own]}
