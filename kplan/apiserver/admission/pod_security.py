"""PodSecurity: a namespace's labels say which Pod Security Standard its pods must meet.

Upstream: plugin/pkg/admission/security/podsecurity/admission.go, staging/src/k8s.io/pod-security-admission/admission
"""

from typing import TYPE_CHECKING, Any, Final

from kplan.api import podsecurity
from kplan.api.object import Json
from kplan.api.podsecurity.check import Violation
from kplan.api.podsecurity.policy import PREFIX, LabelError, Level, LevelVersion, Policy
from kplan.apiserver import errors, field
from kplan.apiserver.attributes import Attributes, Operation
from kplan.fieldpath import FieldPath, Key

if TYPE_CHECKING:
    from kplan.apiserver.field import FieldError

_IGNORED: Final = frozenset(
    {"exec", "attach", "binding", "eviction", "log", "portforward", "proxy", "status"}
)
_TEMPLATES: Final = {
    ("", "podtemplates"): ("template",),
    ("", "replicationcontrollers"): ("spec", "template"),
    ("apps", "replicasets"): ("spec", "template"),
    ("apps", "deployments"): ("spec", "template"),
    ("apps", "statefulsets"): ("spec", "template"),
    ("apps", "daemonsets"): ("spec", "template"),
    ("batch", "jobs"): ("spec", "template"),
    ("batch", "cronjobs"): ("spec", "jobTemplate", "spec", "template"),
}


class PodSecurity:
    """Enforces the Pod Security Standards."""

    def validate(self, attributes: Attributes) -> None:
        """Refuse pods below the enforced level; warn of pods and templates below the level to warn of."""
        if attributes.operation not in (Operation.CREATE, Operation.UPDATE):
            return
        group, resource = attributes.gvk.group, attributes.resource
        if (group, resource) == ("", "namespaces"):
            _validate_namespace(attributes)
        elif (group, resource) == ("", "pods"):
            _validate_pod(attributes)
        elif (group, resource) in _TEMPLATES and not attributes.subresource:
            template: Any = attributes.object
            for step in _TEMPLATES[group, resource]:
                template = template.get(step) or {}
            if template:
                _evaluate(
                    attributes, template.get("metadata") or {}, template.get("spec") or {}, enforce=False
                )


def _validate_pod(attributes: Attributes) -> None:
    if attributes.subresource in _IGNORED:
        return
    pod, old = attributes.object, attributes.old_object
    if attributes.operation is Operation.UPDATE and old is not None and _images(pod) == _images(old):
        return
    _evaluate(attributes, pod["metadata"], pod.get("spec") or {}, enforce=True)


def _images(pod: Json) -> list[list[tuple[str, str]]]:
    """What a policy looks at again after an update: the only fields that could change were images."""
    spec = pod.get("spec") or {}
    return [
        [(item.get("name", ""), item.get("image", "")) for item in spec.get(kind) or ()]
        for kind in ("containers", "initContainers", "ephemeralContainers")
    ]


def _evaluate(attributes: Attributes, metadata: Json, spec: Json, *, enforce: bool) -> None:
    namespace = attributes.find("", "Namespace", "", attributes.namespace) or {"metadata": {}}
    labels = namespace["metadata"].get("labels") or {}
    if not any(label.startswith(PREFIX) for label in labels):
        return
    policy, _ = Policy.of(labels)
    if enforce:
        found = podsecurity.evaluate(policy.enforce, metadata, spec)
        if found:
            raise attributes.forbidden(f'violates PodSecurity "{policy.enforce}": {_detail(found)}')
    found = podsecurity.evaluate(policy.audit, metadata, spec)
    if found:
        attributes.audit["audit-violations"] = f'would violate PodSecurity "{policy.audit}": {_detail(found)}'
    found = podsecurity.evaluate(policy.warn, metadata, spec)
    if found:
        attributes.warnings.append(f'would violate PodSecurity "{policy.warn}": {_detail(found)}')


def _detail(found: list[Violation]) -> str:
    return ", ".join(str(violation) for violation in found)


def _validate_namespace(attributes: Attributes) -> None:
    if attributes.subresource:
        return
    if attributes.old_object is None:
        refuse_labels(attributes)
        return
    new, problems = Policy.of(attributes.object["metadata"].get("labels") or {})
    old, known = Policy.of(attributes.old_object["metadata"].get("labels") or {})
    if problems and problems != known:
        _refuse(attributes, problems)
    if new.enforce == old.enforce or new.enforce.level is Level.PRIVILEGED:
        return
    if new.enforce.minor == old.enforce.minor and new.enforce.level.rank <= old.enforce.level.rank:
        return
    attributes.warnings += _existing_pods(attributes, new.enforce)


def refuse_labels(attributes: Attributes) -> None:
    """Refuse a new namespace whose labels name no level or no version. Raises StatusError 422."""
    _refuse(attributes, Policy.of(attributes.object["metadata"].get("labels") or {})[1])


def _refuse(attributes: Attributes, problems: list[LabelError]) -> None:
    if problems:
        labels = FieldPath.of("metadata", "labels")
        found: list[FieldError] = [
            field.invalid(labels / Key(problem.label), problem.value, problem.problem) for problem in problems
        ]
        raise errors.invalid("Namespace", attributes.name, found)


def _existing_pods(attributes: Attributes, policy: LevelVersion) -> list[str]:
    by_reason: dict[str, list[str]] = {}
    for pod in attributes.store.list("", "Pod", attributes.name):
        found = podsecurity.evaluate(policy, pod["metadata"], pod.get("spec") or {})
        if found:
            reason = ", ".join(violation.reason for violation in found)
            by_reason.setdefault(reason, []).append(pod["metadata"]["name"])
    if not by_reason:
        return []
    lines = [f"{_who(sorted(names))}: {reason}" for reason, names in by_reason.items()]
    heading = (
        f'existing pods in namespace "{attributes.name}" violate the new PodSecurity enforce level "{policy}"'
    )
    return [heading, *sorted(lines)]


def _who(names: list[str]) -> str:
    others = len(names) - 1
    if not others:
        return names[0]
    return f"{names[0]} (and {others} other {'pod' if others == 1 else 'pods'})"
