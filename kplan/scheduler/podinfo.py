"""Pods as the scheduler reads them: parsed once per template, because a thousand replicas ask for the same.

A ``PodTemplate`` holds what all pods of one template share; a ``PodInfo`` is one pod of it. Whatever depends on the
template alone (resources, affinity terms, which selectors match it) is worked out once.

Upstream: pkg/scheduler/framework/types.go
"""

import marshal
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from kplan.api.object import Json
from kplan.api.podresources import (
    NON_MISSING,
    Resources,
    host_ports,
    is_extended,
    non_zero_requests,
    pod_requests,
)
from kplan.namedtuples import NamedTuple
from kplan.selectors.labels import Selector
from kplan.selectors.nodes import PreferredTerms, RequiredNodeAffinity

_LEFT_OUT = frozenset({"nodeName", "volumes", "containers", "initContainers"})


class AffinityTerm(NamedTuple):
    """A PodAffinityTerm: pods chosen by namespace and label, together or apart by a node label."""

    namespaces: frozenset[str]
    namespace_selector: Selector
    selector: Selector
    topology_key: str

    @classmethod
    def parse(cls, term: Mapping[str, Any], namespace: str) -> "AffinityTerm":
        """Read a PodAffinityTerm of a pod in this namespace."""
        named, chosen = term.get("namespaces"), term.get("namespaceSelector")
        return cls(
            frozenset(named or ()) if named or chosen is not None else frozenset({namespace}),
            Selector.from_label_selector(chosen),
            Selector.from_label_selector(term.get("labelSelector")),
            str(term.get("topologyKey", "")),
        )


Owner = tuple[str, str, str]
"""apiVersion, kind and name of a controller."""
WeightedTerm = tuple[AffinityTerm, int]
RequestsKey = tuple[frozenset[tuple[str, int]], frozenset[tuple[str, int]]]

_ON_EVERY_NODE = frozenset({"name", "projected", "configMap", "secret", "emptyDir", "downwardAPI"})
"""Volumes of these kinds, and only these, can be had on every node alike."""


class PodTemplate:
    """What every pod of one template shares, whoever made it from one.

    Templates are compared by identity, which makes them cheap keys: a parser makes one object for all pods alike.
    """

    def __init__(self, value: Json) -> None:
        metadata, self.spec = value["metadata"], value["spec"]
        self.value = value
        self.namespace: str = metadata.get("namespace") or ""
        self.labels: Mapping[str, str] = metadata.get("labels") or {}
        self.owner = controller(metadata)
        self.priority: int = self.spec.get("priority") or 0
        self.tolerations: list[Json] = self.spec.get("tolerations") or []
        self.volumes: list[Json] = _volumes_that_matter(self.spec)
        self.requests: Resources = pod_requests(value)
        self.non_zero = non_zero_requests(value, self.requests)
        self.extended = any(map(is_extended, self.requests))
        self.ports = tuple(dict.fromkeys(host_ports(self.spec)))
        affinity = self.spec.get("affinity") or {}
        self._read_terms(affinity.get("podAffinity") or {}, affinity.get("podAntiAffinity") or {})
        self.claims = tuple(
            volume["persistentVolumeClaim"].get("claimName", "")
            for volume in self.volumes
            if "persistentVolumeClaim" in volume
        )

    def _read_terms(self, affinity: Json, anti_affinity: Json) -> None:
        required, preferred = (
            "requiredDuringSchedulingIgnoredDuringExecution",
            "preferredDuringSchedulingIgnoredDuringExecution",
        )
        self.required_affinity = self._terms(affinity.get(required))
        self.required_anti_affinity = self._terms(anti_affinity.get(required))
        self.preferred_affinity = self._weighted(affinity.get(preferred))
        self.preferred_anti_affinity = self._weighted(anti_affinity.get(preferred))
        self.has_affinity = bool(
            self.required_affinity
            or self.required_anti_affinity
            or self.preferred_affinity
            or self.preferred_anti_affinity
        )

    def _terms(self, terms: list[Json] | None) -> tuple[AffinityTerm, ...]:
        return tuple(AffinityTerm.parse(term, self.namespace) for term in terms or ())

    def _weighted(self, terms: list[Json] | None) -> tuple[WeightedTerm, ...]:
        return tuple(
            (
                AffinityTerm.parse(term.get("podAffinityTerm") or {}, self.namespace),
                int(term.get("weight") or 0),
            )
            for term in terms or ()
        )

    @cached_property
    def scored_requests(self) -> Resources:
        """What scoring counts for the pod if its own level is left out: nothing asked is not nothing used."""
        return pod_requests(self.value, non_missing=NON_MISSING, pod_level=False)

    @cached_property
    def requests_key(self) -> RequestsKey:
        """Equal for pods that request the same."""
        return frozenset(self.requests.items()), frozenset(self.scored_requests.items())

    @cached_property
    def node_affinity(self) -> RequiredNodeAffinity:
        """What the pod demands of its node's labels."""
        return RequiredNodeAffinity.of(self.spec)

    @cached_property
    def preferred_nodes(self) -> PreferredTerms:
        """What the pod would like of its node's labels."""
        affinity = (self.spec.get("affinity") or {}).get("nodeAffinity") or {}
        return PreferredTerms.parse(affinity.get("preferredDuringSchedulingIgnoredDuringExecution"))


class PodInfo:
    """One pod: its class, and what is its own."""

    __slots__ = (
        "key",
        "last",
        "name",
        "namespace",
        "nominated",
        "non_zero",
        "requests",
        "start_time",
        "template",
        "terminating",
        "uid",
        "value",
    )

    def __init__(self, value: Json, template: PodTemplate) -> None:
        metadata = value["metadata"]
        self.value = self.last = value
        self.template = template
        self.name: str = metadata.get("name", "")
        self.namespace: str = template.namespace
        self.uid: str = metadata.get("uid") or ""
        self.key = (self.namespace, self.name)
        self.terminating = "deletionTimestamp" in metadata
        self.requests, self.non_zero = template.requests, template.non_zero
        self.nominated: str = ""
        self.start_time: str = ""
        status = value.get("status")
        if status:
            self._read(status)

    def _read(self, status: Mapping[str, Any]) -> None:
        self.nominated = status.get("nominatedNodeName") or ""
        self.start_time = status.get("startTime") or ""
        if reports_resources(status):
            self.requests = pod_requests(self.value, status=True)
            self.non_zero = non_zero_requests(self.value, self.requests, status=True)

    @property
    def node_name(self) -> str:
        """The node the pod is bound to, or the empty string."""
        return self.value["spec"].get("nodeName") or ""

    @property
    def priority(self) -> int:
        """Its priority; pods without one have 0."""
        return self.template.priority

    def __repr__(self) -> str:
        return f"PodInfo({self.namespace}/{self.name})"


class PodParser:
    """Reads pods, giving all pods that scheduling cannot tell apart the same template."""

    def __init__(self) -> None:
        self._templates: dict[object, PodTemplate] = {}
        self._owners: set[tuple[str, Owner | None]] = set()
        self._written_alike: dict[bytes, PodTemplate] = {}

    def parse(self, value: Json) -> PodInfo:
        """Read a pod; a template seen before costs one look-up."""
        spec, metadata = value["spec"], value["metadata"]
        if "volumes" in spec or "nodeName" in spec:
            return PodInfo(value, self._template(value))
        # With nothing in it that is made for this pod alone, the text as it is finds the template of most pods.
        text = marshal.dumps(
            (metadata.get("namespace"), metadata.get("labels"), controller(metadata), spec), 2
        )
        template = self._written_alike.get(text)
        if template is None:
            template = self._written_alike[text] = self._template(value)
        return PodInfo(value, template)

    def again(self, pod: PodInfo, value: Json) -> PodInfo:
        """Read a pod that was read before; if nothing that matters was written since, it has its template still."""
        if _same_template(pod.last, value):
            return PodInfo(value, pod.template)
        return PodInfo(value, self._template(value))

    def _template(self, value: Json) -> PodTemplate:
        key = signature(value)
        template = self._templates.get(key)
        if template is None:
            template = self._templates[key] = PodTemplate(value)
            self._owners.add((template.namespace, template.owner))
        return template

    def has_read_of(self, namespace: str, owner: Owner) -> bool:
        """Whether any pod that was read belongs to a controller."""
        return (namespace, owner) in self._owners


def reports_resources(status: Mapping[str, Any]) -> bool:
    """Whether a pod's status says what its containers were really given."""
    for name in ("containerStatuses", "initContainerStatuses"):
        for entry in status.get(name) or ():
            if entry.get("resources") is not None:
                return True
    return False


def only_status_changed(pod: PodInfo, value: Json) -> bool:
    """Whether a pod is as it was but for its status, and that says nothing of resources."""
    now = value["metadata"]
    return (
        value["spec"] is pod.last["spec"]
        and _same_names(pod.last["metadata"], now)
        and ("deletionTimestamp" in now) == pod.terminating
        and pod.requests is pod.template.requests
        and not reports_resources(value.get("status") or {})
    )


def _same_template(before: Json, value: Json) -> bool:
    """Whether a pod is as it was but for its node and its status."""
    spec, earlier = value["spec"], before["spec"]
    return _same_names(before["metadata"], value["metadata"]) and (
        spec is earlier or spec == {**earlier, "nodeName": spec.get("nodeName")}
    )


def _same_names(before: Json, now: Json) -> bool:
    """Whether labels and owners are the ones there were, which a write that leaves them alone hands on."""
    return now.get("labels") is before.get("labels") and now.get("ownerReferences") is before.get(
        "ownerReferences"
    )


def signature(value: Json) -> object:
    """Equal for pods of one template: what is left out here, no plug-in may read that declares PodPart.TEMPLATE."""
    metadata, spec = value["metadata"], value["spec"]
    compared = {name: item for name, item in spec.items() if name not in _LEFT_OUT}
    for name in ("containers", "initContainers"):
        if name in spec:
            compared[name] = [_without_mounts(container) for container in spec[name]]
    compared["volumes"] = _volumes_that_matter(spec)
    labels = metadata.get("labels")
    named = sorted(labels.items()) if labels else None  # the first write of a status puts them in order
    return marshal.dumps((metadata.get("namespace"), named, controller(metadata), compared), 2)


def is_alike(before: Json, value: Json) -> bool:
    """Whether a pod is as it was for scheduling, in whatever order it says so."""
    return signature(before) == signature(value) or (
        before["spec"] == value["spec"]
        and before["metadata"].get("labels") == value["metadata"].get("labels")
        and controller(before["metadata"]) == controller(value["metadata"])
    )


def _without_mounts(container: Json) -> Json:
    """A container without its mounts: one of them has a name that is made for every pod anew."""
    return {name: item for name, item in container.items() if name != "volumeMounts"}


def _volumes_that_matter(spec: Json) -> list[Json]:
    """The volumes that may bind a pod to some nodes."""
    return [volume for volume in spec.get("volumes") or () if not volume.keys() <= _ON_EVERY_NODE]


def controller(metadata: Mapping[str, Any]) -> Owner | None:
    """apiVersion, kind and name of the controller that owns an object."""
    for reference in metadata.get("ownerReferences") or ():
        if reference.get("controller"):
            return reference.get("apiVersion", ""), reference.get("kind", ""), reference.get("name", "")
    return None
