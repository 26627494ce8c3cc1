"""Defaults of webhook configurations, admission policies and their bindings.

Upstream: pkg/apis/admissionregistration/v1/defaults.go
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from kplan.api.object import Json

_GROUP: Final = "admissionregistration.k8s.io/v1"


def _default_rules(rules: Iterable[Json]) -> None:
    for rule in rules:
        rule.setdefault("scope", "*")


def _default_webhook(hook: Json) -> None:
    hook.setdefault("failurePolicy", "Fail")
    hook.setdefault("matchPolicy", "Equivalent")
    hook.setdefault("namespaceSelector", {})
    hook.setdefault("objectSelector", {})
    hook.setdefault("timeoutSeconds", 10)
    service = hook["clientConfig"].get("service")
    if service is not None:
        service.setdefault("port", 443)
    _default_rules(hook.get("rules") or ())


def _default_match(match: Json | None) -> None:
    if match is None:
        return
    match.setdefault("matchPolicy", "Equivalent")
    match.setdefault("namespaceSelector", {})
    match.setdefault("objectSelector", {})
    _default_rules(match.get("resourceRules") or ())
    _default_rules(match.get("excludeResourceRules") or ())


def default_validating_webhook_configuration(obj: Json) -> None:
    """Fill in each webhook."""
    for hook in obj.get("webhooks") or ():
        _default_webhook(hook)


def default_mutating_webhook_configuration(obj: Json) -> None:
    """Fill in each webhook."""
    for hook in obj.get("webhooks") or ():
        _default_webhook(hook)
        hook.setdefault("reinvocationPolicy", "Never")


def default_policy(obj: Json) -> None:
    """Fill in what a policy does on failure and what it matches."""
    obj["spec"].setdefault("failurePolicy", "Fail")
    _default_match(obj["spec"].get("matchConstraints"))


def default_binding(obj: Json) -> None:
    """Fill in what a binding matches."""
    _default_match(obj["spec"].get("matchResources"))


DEFAULTS: Final[Mapping[tuple[str, str], Callable[[Json], None]]] = {
    (_GROUP, "ValidatingWebhookConfiguration"): default_validating_webhook_configuration,
    (_GROUP, "MutatingWebhookConfiguration"): default_mutating_webhook_configuration,
    (_GROUP, "ValidatingAdmissionPolicy"): default_policy,
    (_GROUP, "MutatingAdmissionPolicy"): default_policy,
    (_GROUP, "ValidatingAdmissionPolicyBinding"): default_binding,
    (_GROUP, "MutatingAdmissionPolicyBinding"): default_binding,
}
