"""Containers that an injector fills in: what they lack in the manifest, they have in the cluster.

Upstream: istio's pkg/kube/inject/webhook.go, which lays what a pod says of Istio's containers over its templates.
"""

from collections.abc import Iterator
from typing import Any, Final

from kplan.api.gvk import ObjectKey
from kplan.api.walk import mapping
from kplan.api.workloads import PodTemplate
from kplan.fieldpath import FieldPath
from kplan.lint.container import Container
from kplan.lint.rule import Finding, Subject

_THEMES: Final = ("images", "probes", "resources", "security")
"""What rules are about that look at what an injector fills in."""
_NAMES: Final = ("istio-proxy", "istio-init", "istio-validation")
_INJECT: Final = "sidecar.istio.io/inject"
_PLACEHOLDER: Final = "auto"
"""The image of a container that only holds the place of Istio's."""
_WHY: Final = "Istio's injector fills in the container"


def doubted(findings: list[Finding], theme: str, subject: Subject) -> list[Finding]:
    """The findings; unknown those that are about what is filled in later and not about what
    the manifest says itself.
    """
    filled = list(_filled_in(subject)) if theme in _THEMES else []
    return [_doubted(one, theme, subject, filled) for one in findings] if filled else findings


def _doubted(finding: Finding, theme: str, subject: Subject, filled: list[Container]) -> Finding:
    inside = (one for one in filled if finding.path.steps[: len(one.path.steps)] == one.path.steps)
    container = None if finding.unknown else next(inside, None)
    if container is None:
        return finding
    if theme == "images":
        said = container.value.get("image") != _PLACEHOLDER
    else:
        said = not isinstance(_value(finding.path, subject), (dict, list, type(None)))
    return finding if said else finding._replace(unknown=_WHY)


def _filled_in(subject: Subject) -> Iterator[Container]:
    """The containers of Istio that the templates of an object only begin."""
    named = [one for one in subject.containers() if one.name in _NAMES]
    if not named:
        return
    for template in subject.templates:
        within = template.path.steps
        own = [one for one in named if one.path.steps[: len(within)] == within]
        if _is_injected(template, subject) or any(one.value.get("image") == _PLACEHOLDER for one in own):
            yield from own


def _is_injected(template: PodTemplate, subject: Subject) -> bool:
    """Whether it asks for Istio's containers, or its namespace does for all, and it has not got them yet."""
    notes = mapping(template.value, "metadata", "annotations")
    if "sidecar.istio.io/status" in notes:
        return False
    said = notes.get(_INJECT), template.labels.get(_INJECT)
    if "true" in said or "inject.istio.io/templates" in notes:
        return True
    return "false" not in said and not template.spec.get("hostNetwork") and _asks_for_all(subject)


def _asks_for_all(subject: Subject) -> bool:
    """Whether the labels of its namespace have every pod injected."""
    namespace = subject.world.find(ObjectKey("", "Namespace", "", subject.namespace))
    labels = mapping(namespace.value, "metadata", "labels") if namespace else {}
    return labels.get("istio-injection") == "enabled" or (
        "istio.io/rev" in labels and labels.get("istio-injection") != "disabled"
    )


def _value(path: FieldPath, subject: Subject) -> Any:
    value: Any = subject.value
    for step in path.steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value
