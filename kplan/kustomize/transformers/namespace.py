"""namespace.

Upstream: vendor/sigs.k8s.io/kustomize/api/filters/namespace/namespace.go
"""

from collections.abc import Iterator
from typing import Any, Final

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.fieldspecs import Spec, apply
from kplan.kustomize.files import Loader
from kplan.kustomize.hashing import go_json
from kplan.kustomize.nodes import WrongKindError, require_kind
from kplan.kustomize.resource import Resource
from kplan.kustomize.resources import Resources
from kplan.kustomize.transformers.model import Settings, Step, Transformer

_MODES: Final = {
    "defaultOnly": ("name", "default"), "none": ("", ""), "allServiceAccounts": ("kind", "ServiceAccount"),
}  # fmt: skip
"""Whose subjects get the namespace: the field that says so and its value."""


def _settings(kustomization: Settings, specs: Settings) -> Iterator[Settings]:
    if kustomization.get("namespace"):
        yield {"metadata": {"namespace": kustomization["namespace"]}, "fieldSpecs": specs["namespace"]}


def configure(settings: Settings, _loader: Loader) -> Step:
    """Put every namespaced object into the namespace."""
    namespace = (settings.get("metadata") or {}).get("namespace") or ""
    unset_only = bool(settings.get("unsetOnly"))
    subjects = settings.get("setRoleBindingSubjects") or "defaultOnly"
    if subjects not in _MODES:
        raise KustomizeError(
            f'invalid value "{subjects}" for setRoleBindingSubjects: '
            'must be one of "defaultOnly", "none" or "allServiceAccounts"'
        )

    def put(container: Any, key: Any) -> None:
        require_kind(container[key], str)
        if not (unset_only and container[key]):
            container[key] = namespace

    def run(resources: Resources) -> None:
        for item in resources if namespace else ():
            item.remember()
            if not item.gvk.is_cluster_scoped:
                item.metadata.setdefault("namespace", "")
                put(item.metadata, "namespace")
            if item.gvk.kind in ("RoleBinding", "ClusterRoleBinding"):
                _set_subjects(item, put, subjects)
            try:
                apply(item, _specs(item, settings), put, str)
            except WrongKindError as error:
                words = f"namespace field specs must target scalar nodes: {error}"
                raise KustomizeError(words) from None
            same = [other for other in resources if other.id.equals(item.id)]
            if len(same) > 1:
                found = " ".join(go_json(other.tracked_value()) for other in same)
                raise KustomizeError(f"namespace transformation produces ID conflict: [{found}]")

    return run


def _specs(item: Resource, settings: Settings) -> Iterator[Spec]:
    binding = item.gvk.kind in ("RoleBinding", "ClusterRoleBinding")
    for spec in settings.get("fieldSpecs") or ():
        path = spec.get("path")
        if path == "metadata/namespace" or (binding and path == "subjects/namespace"):
            continue
        if path == "metadata/name" and item.value.get("apiVersion") != "v1":
            continue
        yield spec


def _set_subjects(item: Resource, put: Any, mode: str) -> None:
    if mode == "none":
        return
    try:
        require_kind(item.value.get("subjects"), list)
        for subject in item.value.get("subjects") or ():
            if _is_meant(subject, *_MODES[mode]):
                subject.setdefault("namespace", "")
                put(subject, "namespace")
    except KustomizeError as error:
        words = f"setting namespace on (cluster)role binding subjects: {error}"
        raise KustomizeError(words) from None


def _is_meant(subject: Any, field: str, wanted: str) -> bool:
    try:
        require_kind(subject, dict)
        found = (subject or {}).get(field)
        require_kind(found, str)
    except KustomizeError as error:
        words = f"looking up {field} on (cluster)role binding subject: {error}"
        raise KustomizeError(words) from None
    return bool(found == wanted)


TRANSFORMER = Transformer("NamespaceTransformer", _settings, configure)
