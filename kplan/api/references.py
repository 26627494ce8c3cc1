"""One table of every reference between objects: who names whom, by which field.

Lint reports what is missing, the plan orders by it, deletion and the graph follow it backwards.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind, ObjectKey
from kplan.api.referencerow import CLUSTER, GIVEN, Row
from kplan.api.walk import EACH, find, items, mapping, steps, text
from kplan.api.workloads import PodTemplate, group_kind, pod_template
from kplan.fieldpath import ROOT, FieldPath
from kplan.namedtuples import NamedTuple

_CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
_RBAC = "rbac.authorization.k8s.io"
_NETWORKING = "networking.k8s.io"


class Reference(NamedTuple):
    """One object naming another."""

    path: FieldPath
    """Where the name stands."""
    target: ObjectKey
    optional: bool = False
    """Whether the API calls the reference optional."""
    key: str = ""
    """The entry of a ConfigMap or Secret that must exist."""
    port: str | int | None = None
    """The port of a Service that must exist."""


_FORMER_ACCOUNT: Final = "serviceAccount"
"""The deprecated name of ``serviceAccountName``; where both are set, the API server ignores it."""
_POD: Final = (
    Row("serviceAccountName", "", "ServiceAccount"),
    Row(_FORMER_ACCOUNT, "", "ServiceAccount"),
    Row("imagePullSecrets[*].name", "", "Secret"),
    Row("priorityClassName", "scheduling.k8s.io", "PriorityClass", CLUSTER),
    Row("runtimeClassName", "node.k8s.io", "RuntimeClass", CLUSTER),
    Row("volumes[*].configMap.name", "", "ConfigMap"),
    Row("volumes[*].secret.secretName", "", "Secret"),
    Row("volumes[*].persistentVolumeClaim.claimName", "", "PersistentVolumeClaim"),
    Row("volumes[*].ephemeral.volumeClaimTemplate.spec.storageClassName", "storage.k8s.io", "StorageClass", CLUSTER),
    Row("volumes[*].csi.nodePublishSecretRef.name", "", "Secret"),
    Row("volumes[*].azureFile.secretName", "", "Secret"),
    Row("volumes[*].flexVolume.secretRef.name", "", "Secret"),
    Row("volumes[*].iscsi.secretRef.name", "", "Secret"),
    Row("volumes[*].cephfs.secretRef.name", "", "Secret"),
    Row("volumes[*].rbd.secretRef.name", "", "Secret"),
    Row("volumes[*].projected.sources[*].configMap.name", "", "ConfigMap"),
    Row("volumes[*].projected.sources[*].secret.name", "", "Secret"),
    Row("resourceClaims[*].resourceClaimName", "resource.k8s.io", "ResourceClaim"),
    Row("resourceClaims[*].resourceClaimTemplateName", "resource.k8s.io", "ResourceClaimTemplate"),
    *(
        Row(f"{containers}[*].{field}", "", kind)
        for containers in _CONTAINERS
        for field, kind in (
            ("envFrom[*].configMapRef.name", "ConfigMap"), ("envFrom[*].secretRef.name", "Secret"),
            ("env[*].valueFrom.configMapKeyRef.name", "ConfigMap"), ("env[*].valueFrom.secretKeyRef.name", "Secret"),
        )
    ),
)  # fmt: skip

_POD_BEGINNINGS: Final = tuple(
    (row, head, inner if each == EACH else "")
    for row in _POD
    for head, each, inner in ((*steps(row.pattern), "", "")[:3],)
)
"""For each row the first field of its path and, if that is a list, the fields that its items need:
most pods have few of them.
"""

_KINDS: Final[Mapping[str, tuple[Row, ...]]] = {
    "StatefulSet.apps": (Row("spec.serviceName", "", "Service"),),
    "ServiceAccount": (Row("secrets[*].name", "", "Secret"), Row("imagePullSecrets[*].name", "", "Secret")),
    "PersistentVolumeClaim": (
        Row("spec.storageClassName", "storage.k8s.io", "StorageClass", CLUSTER),
        Row("spec.volumeName", "", "PersistentVolume", CLUSTER),
    ),
    "PersistentVolume": (
        Row("spec.storageClassName", "storage.k8s.io", "StorageClass", CLUSTER),
        Row("spec.claimRef.name", "", "PersistentVolumeClaim", GIVEN),
    ),
    f"Ingress.{_NETWORKING}": (
        Row("spec.ingressClassName", _NETWORKING, "IngressClass", CLUSTER),
        Row("spec.tls[*].secretName", "", "Secret"),
        Row("spec.defaultBackend.service.name", "", "Service"),
        Row("spec.rules[*].http.paths[*].backend.service.name", "", "Service"),
        Row("spec.backend.serviceName", "", "Service"),
        Row("spec.rules[*].http.paths[*].backend.serviceName", "", "Service"),
    ),
    "MutatingWebhookConfiguration.admissionregistration.k8s.io": (
        Row("webhooks[*].clientConfig.service.name", "", "Service", GIVEN),
    ),
    "ValidatingWebhookConfiguration.admissionregistration.k8s.io": (
        Row("webhooks[*].clientConfig.service.name", "", "Service", GIVEN),
    ),
    "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io": (
        Row("spec.policyName", "admissionregistration.k8s.io", "ValidatingAdmissionPolicy", CLUSTER),
    ),
    "MutatingAdmissionPolicyBinding.admissionregistration.k8s.io": (
        Row("spec.policyName", "admissionregistration.k8s.io", "MutatingAdmissionPolicy", CLUSTER),
    ),
    "VolumeAttachment.storage.k8s.io": (
        Row("spec.source.persistentVolumeName", "", "PersistentVolume", CLUSTER),
    ),
    "Endpoints": (Row("metadata.name", "", "Service"),),
    "APIService.apiregistration.k8s.io": (Row("spec.service.name", "", "Service", GIVEN),),
    "CustomResourceDefinition.apiextensions.k8s.io": (
        Row("spec.conversion.webhook.clientConfig.service.name", "", "Service", GIVEN),
    ),
}


def references(
    value: Mapping[str, Any], templates: Iterable[PodTemplate] | None = None
) -> Iterator[Reference]:
    """Everything the object and its pod ``templates`` name; defaults the server would fill in are not among it.

    Without templates those of Kubernetes' own kinds are looked up.
    """
    kind = group_kind(value)
    namespace = text(value, "metadata", "namespace")
    own = pod_template(value, kind) if templates is None else None
    for template in (own,) if own is not None else templates or ():
        spec, path = template.spec, template.path / "spec"
        if kind == "StatefulSet.apps":
            spec = _with_own_claims(spec, mapping(value, "spec"))
        for row, head, inner in _POD_BEGINNINGS:
            if _begins(spec, head, inner) and not (
                head == _FORMER_ACCOUNT and spec.get("serviceAccountName")
            ):
                yield from _follow(spec, row, path, namespace)
    for row in _KINDS.get(kind) or _custom(kind):
        yield from _follow(value, row, ROOT, namespace)
    if kind == "HorizontalPodAutoscaler.autoscaling":
        yield from _typed(
            mapping(value, "spec", "scaleTargetRef"), FieldPath.of("spec", "scaleTargetRef"), namespace
        )
    elif kind in (f"RoleBinding.{_RBAC}", f"ClusterRoleBinding.{_RBAC}"):
        yield from _binding(value, namespace)


def _with_own_claims(spec: Mapping[str, Any], of_set: Mapping[str, Any]) -> Mapping[str, Any]:
    """A pod's spec without the volumes in whose place a StatefulSet puts its own claims, which have their names."""
    own = {text(mapping(claim, "metadata"), "name") for _, claim in items(of_set, "volumeClaimTemplates")}
    if not own or not any(text(volume, "name") in own for _, volume in items(spec, "volumes")):
        return spec
    kept = [{} if isinstance(one, dict) and text(one, "name") in own else one for one in spec["volumes"]]
    return {**spec, "volumes": kept}


def _begins(spec: Mapping[str, Any], head: str, inner: str) -> bool:
    """Whether a row can match at all; seen at a third of the cost of following its path."""
    held = spec.get(head)
    if not inner or not isinstance(held, list):
        return held is not None
    for item in held:  # noqa: SIM110 - a generator would take longer than what it goes over
        if isinstance(item, dict) and inner in item:
            return True
    return False


def _custom(kind: str) -> Iterable[Row]:
    """The rows of a custom kind; the groups of Kubernetes itself have none."""
    if not kind.partition(".")[2].partition(".")[2]:
        return ()
    from kplan.api.customreferences import CUSTOM  # noqa: PLC0415 - few inputs hold a custom resource

    return CUSTOM.get(kind, ())


def _follow(value: Mapping[str, Any], row: Row, root: FieldPath, namespace: str) -> Iterator[Reference]:
    parent, _, last = row.pattern.rpartition(".")
    holders = find(value, parent, root) if parent else [(root, value)]
    if parent.endswith("[*]"):
        holders = find(value, parent, root)
    for path, holder in holders:
        name = text(holder, last)
        if not name:
            continue
        where = "" if row.scope == CLUSTER else namespace
        if row.scope == GIVEN:
            where = text(holder, "namespace") or namespace
        group, kind = _type_beside(holder, row) if row.typed else (row.group, row.kind)
        yield Reference(
            path / last, ObjectKey(group, kind, where, name), holder.get("optional") is True,
            text(holder, "key"), _port(holder),
        )  # fmt: skip


def _type_beside(holder: Mapping[str, Any], row: Row) -> tuple[str, str]:
    """The group and kind that stand beside a name; the row's if nothing does."""
    kind = text(holder, "kind") or row.kind
    if version := text(holder, "apiVersion"):
        return GroupVersionKind.of(version, kind).group, kind
    given = holder.get("group")
    return (given if isinstance(given, str) else row.group), kind


def _port(holder: Mapping[str, Any]) -> str | int | None:
    port = holder.get("port")
    if isinstance(port, dict):
        port = port.get("name") or port.get("number")
    found = port or holder.get("servicePort")
    return found if isinstance(found, (str, int)) and not isinstance(found, bool) else None


def _typed(holder: Mapping[str, Any], path: FieldPath, namespace: str) -> Iterator[Reference]:
    kind, name = text(holder, "kind"), text(holder, "name")
    if kind and name:
        group = GroupVersionKind.of(text(holder, "apiVersion"), kind).group
        yield Reference(path / "name", ObjectKey(group, kind, namespace, name))


def _binding(value: Mapping[str, Any], namespace: str) -> Iterator[Reference]:
    role = mapping(value, "roleRef")
    kind, name = text(role, "kind"), text(role, "name")
    if kind in ("Role", "ClusterRole") and name:
        where = namespace if kind == "Role" else ""
        yield Reference(FieldPath.of("roleRef", "name"), ObjectKey(_RBAC, kind, where, name))
    for path, subject in find(value, "subjects[*]", ROOT):
        if text(subject, "kind") == "ServiceAccount" and text(subject, "name"):
            where = text(subject, "namespace") or namespace
            yield Reference(path / "name", ObjectKey("", "ServiceAccount", where, text(subject, "name")))
