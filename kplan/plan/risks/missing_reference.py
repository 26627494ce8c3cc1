"""An object names another one that does not exist.

Pods that need a ConfigMap, a Secret or a claim that is missing do not start; other objects wait or do nothing until
it comes. It may be a part of an object as well: a key of a ConfigMap, or a port of a Service that an Ingress, or a
route of a Gateway, leads to.

Fix: correct the name, or apply the missing object first. Where something else makes it (an operator, a
person), have that done first.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.api.references import Reference, references
from kplan.api.serviceports import ports_of
from kplan.api.workloads import POD_OWNERS, group_kind, pod_template
from kplan.plan.named_causes import missing, missing_key
from kplan.plan.reading import fields, items, text
from kplan.plan.risk import (
    Example,
    Found,
    Identity,
    Near,
    Outcome,
    PlannedChange,
    Risk,
    Severity,
    Touched,
    looked_at,
)
from kplan.plan.routes import ROUTES
from kplan.plan.touched import MADE_BY_OTHERS, name_word
from kplan.plan.uses import Way, uses_of
from kplan.state.store import Store

_GATEWAY: Final = ("gateway.networking.k8s.io", "Gateway")
_TARGETS: Final[Mapping[str, frozenset[str]]] = {
    "": frozenset(
        {"ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim", "Service", "PersistentVolume"}
    ),
    "scheduling.k8s.io": frozenset({"PriorityClass"}),
    "storage.k8s.io": frozenset({"StorageClass"}),
    "networking.k8s.io": frozenset({"IngressClass"}),
    _GATEWAY[0]: frozenset({_GATEWAY[1]}),
    "node.k8s.io": frozenset({"RuntimeClass"}),
    "rbac.authorization.k8s.io": frozenset({"Role", "ClusterRole"}),
    "admissionregistration.k8s.io": frozenset({"ValidatingAdmissionPolicy", "MutatingAdmissionPolicy"}),
}
_API_SERVICE: Final = ("apiregistration.k8s.io", "APIService")
_NAMERS: Final = (
    *(tuple(reversed(kind.partition(".")[::2])) for kind in sorted(POD_OWNERS - {"PodTemplate"})),
    ("", "PersistentVolumeClaim"),
    *ROUTES,
    ("autoscaling", "HorizontalPodAutoscaler"),
    _API_SERVICE,
    ("rbac.authorization.k8s.io", "RoleBinding"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"),
)
_STOPS_PODS: Final = frozenset({"ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount"})
"""Kinds without which a pod that names them does not start."""
_BY_ANNOTATION: Final = "use-annotation"
"""The port of a backend that no Service stands behind: its controller reads what to do from an annotation."""
_LATER: Final = frozenset({"imagePullSecrets", "tls", "serviceName"})
"""Fields whose object may come later: images may be public, certificates are often issued after their Ingress."""


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at what is named by objects that nobody controls; pods of a workload name what their template names."""
    del changes
    for group, kind in _NAMERS:
        for value in looked_at(outcome, group, kind):
            if controller_of(value) is None:
                yield from _missing(value, outcome.final)


def _near(touched: Touched) -> frozenset[ObjectKey]:
    """Who may name what came, went or has other keys."""
    words, services = defaultdict[str, set[str]](set), set[str]()
    for key in touched.keys:
        if key[:2] not in MADE_BY_OTHERS and touched.differs(key, _keys):
            words[key.namespace].add(name_word(key.name))
            if key.kind in ("Service", "Gateway"):
                services.add(name_word(key.name))
    # A route may lead to another namespace, and an APIService is in none.
    found = touched.mentioning(_NAMERS, words, free_only=True)
    routes = touched.mentioning((*ROUTES[1:], _API_SERVICE), {"": services}, free_only=True)
    return found | routes


def _keys(value: Json) -> Hashable:
    """What of it others name: the keys of a ConfigMap or Secret, the ports of a Service."""
    ports = [(one.get("name"), one.get("port")) for one in items(value, "spec", "ports")]
    return frozenset((*fields(value, "data"), *fields(value, "binaryData"), *ports))


def _missing(value: Json, store: Store) -> Iterator[Found]:
    seen: set[str] = set()
    for reference in _references(value):
        lack = "" if reference.optional else _lack(reference, store)
        later = _is_made_later(reference, value) or _is_done_with(reference, value)
        if lack and lack not in seen and not later:
            seen.add(lack)
            yield Found(
                Identity.of(value),
                f"names {lack}",
                severity=_severity(reference),
                about=lack,
                causes=(missing(reference.target), *([missing_key(reference.key)] if reference.key else [])),
            )


def _references(value: Json) -> Iterator[Reference]:
    """What an object names, with the keys that become files of a volume."""
    template = pod_template(value, group_kind(value))
    for reference in references(value):
        yield reference
        if template is None or "volumes" not in str(reference.path) or reference.optional:
            continue
        for key in _keys_of_files(template.spec, reference.target):
            yield reference._replace(key=key)


def _keys_of_files(spec: Mapping[str, Any], target: ObjectKey) -> Iterator[str]:
    """The keys of a ConfigMap or Secret that have to be there for a volume to be mounted."""
    for use in uses_of(spec, target.kind, target.name) if target.kind in ("ConfigMap", "Secret") else ():
        if use.way in (Way.FILES, Way.SUB_PATH) and use.required and not use.optional:
            yield from sorted(use.keys or ())


def _lack(reference: Reference, store: Store) -> str:
    """What is missing; empty if nothing is, or if another risk reports it."""
    target = reference.target
    scaled = str(reference.path).startswith("spec.scaleTargetRef")
    if target.kind not in _TARGETS.get(target.group, ()) and not scaled:
        return ""
    if reference.port == _BY_ANNOTATION or str(reference.path).startswith("subjects"):
        return ""
    found = store.get(target)
    if found is None:
        return "" if _is_unknown(target, store) else f"{target}, which is not there"
    if reference.port is not None and ports_of(found) and not _has_port(found, reference.port):
        return f"port {reference.port} of {target}, which has no such port"
    if reference.key and not any(reference.key in fields(found, part) for part in ("data", "binaryData")):
        return f"key '{reference.key}' of {target}, which has no such key"
    return ""


def _is_unknown(target: ObjectKey, store: Store) -> bool:
    """Whether it may be there though the state does not hold it:
    every cluster has it, or the state knows no Gateways at all.
    """
    if target[:2] == _GATEWAY:
        return not any(True for _ in store.members(*_GATEWAY))
    from kplan.api.made import is_built_in  # noqa: PLC0415 - few plans name what is not there

    return is_built_in(target)


def _has_port(service: Json, wanted: str | int) -> bool:
    return any(wanted in (port.get("name"), port["port"]) for port in ports_of(service))


def _is_done_with(reference: Reference, value: Json) -> bool:
    """Whether a claim has its volume: its class may be a mere name that volumes share, and mattered until then only."""
    return reference.target.kind == "StorageClass" and bool(text(value, "spec", "volumeName"))


def _is_made_later(reference: Reference, value: Json) -> bool:
    """Whether a controller makes the object when it sees this one: certificates, as annotations ask for them."""
    annotations = fields(value, "metadata", "annotations")
    return ".tls" in str(reference.path) and any("cert-manager.io/" in name for name in annotations)


def _severity(reference: Reference) -> Severity:
    if any(field in str(reference.path) for field in _LATER):
        return Severity.INFO
    stops = reference.target.kind in _STOPS_PODS
    return Severity.ERROR if stops else Severity.WARNING


_POD = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: registry.example.com/web:1
    env: [{name: COLOR, valueFrom: {configMapKeyRef: {name: settings, key: color%s}}}]
"""

RISK = Risk(
    code="PLN019",
    name="missing-reference",
    severity=Severity.WARNING,
    check=check,
    near=Near(_NAMERS, _near),
    at_risk=Example(prior="", applied=_POD % ""),
    safe=Example(prior="", applied=_POD % ", optional: true"),
    references=("https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/",),
)
