"""Webhooks that nobody answers: those of admission, which then refuse what they are about or are passed
over, and those that convert.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook,
staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/conversion/webhook_converter.go
"""

from collections.abc import Iterator, Mapping

from kplan.api.gvk import ObjectKey
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.api.serviceports import ports_of
from kplan.namedtuples import NamedTuple
from kplan.plan.change import Identity
from kplan.plan.reading import fields, items, number, text
from kplan.plan.served_ports import ready_by_port, slices_by_service
from kplan.selectors.labels import Selector
from kplan.state.store import Store

_GROUP = "admissionregistration.k8s.io"


class Unreachable(NamedTuple):
    """One webhook of admission that nobody answers."""

    configuration: Identity
    webhook: str
    service: ObjectKey
    reason: str
    concerns: str
    """The requests it is called for, in words."""
    fails_open: bool = False
    """Whether these pass without it (failurePolicy: Ignore)."""

    @property
    def message(self) -> str:
        """One line, to be read after the name of its configuration."""
        if self.fails_open:
            return f"{self.webhook} fails open and {self.reason}: what it would check or change passes as it is ({self.concerns})"
        refused = f"the API server refuses to {self.concerns}"
        return f"{self.webhook} fails closed and {self.reason}: {refused} (no webhook is asked here: this plan goes on without)"


class Unconverted(NamedTuple):
    """A definition whose resources are converted by a webhook that nobody answers."""

    definition: Identity
    service: ObjectKey
    reason: str
    stored: str
    """The version in which resources are written down."""

    @property
    def message(self) -> str:
        """One line, to be read after the name of the definition."""
        fails = f"requests that need another version than the stored one ({self.stored}) fail"
        return f"is converted by a webhook and {self.reason}: {fails} (no webhook is asked here: this plan goes on without)"


def unconverted(store: Store) -> Iterator[Unconverted]:
    """Every definition with several versions between which a webhook would convert, were its Service to answer."""
    slices: Mapping[ObjectKey, list[Json]] | None = None
    for definition in store.list("apiextensions.k8s.io", "CustomResourceDefinition"):
        conversion, versions = fields(definition, "spec", "conversion"), items(definition, "spec", "versions")
        called = fields(conversion, "webhook", "clientConfig", "service")
        if text(conversion, "strategy") != "Webhook" or not called or len(versions) < 2:
            continue
        slices = slices_by_service(store) if slices is None else slices
        key = ObjectKey("", "Service", text(called, "namespace"), text(called, "name"))
        if reason := _why(store, key, called, slices.get(key, [])):
            stored = next((text(one, "name") for one in versions if one.get("storage")), "")
            yield Unconverted(Identity.of(definition), key, reason, stored)


def unreachable(store: Store) -> Iterator[Unreachable]:
    """Every webhook of admission of a state that fails closed and whose Service has no ready endpoint."""
    return (one for one in unanswered(store) if not one.fails_open)


def unanswered(store: Store) -> Iterator[Unreachable]:
    """Every webhook of admission of a state whose Service has no ready endpoint."""
    slices: Mapping[ObjectKey, list[Json]] | None = None
    for configuration, webhook in _calling_services(store):
        called = fields(webhook, "clientConfig", "service")
        slices = slices_by_service(store) if slices is None else slices
        key = ObjectKey("", "Service", text(called, "namespace"), text(called, "name"))
        reason = _why(store, key, called, slices.get(key, []))
        if reason:
            concerns, fails_open = _concerns(webhook, store), text(webhook, "failurePolicy") == "Ignore"
            yield Unreachable(
                Identity.of(configuration), text(webhook, "name"), key, reason, concerns, fails_open
            )


def _calling_services(store: Store) -> Iterator[tuple[Json, Json]]:
    """The webhooks that are asked of something and are reached by a Service, each with its configuration."""
    for kind in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"):
        for configuration in store.list(_GROUP, kind):
            for webhook in items(configuration, "webhooks"):
                if fields(webhook, "clientConfig", "service") and items(webhook, "rules"):
                    yield configuration, webhook


def _why(store: Store, key: ObjectKey, called: Json, slices: list[Json]) -> str:
    """Why nobody answers; empty if somebody does, or if the name leads out of the cluster."""
    service, wanted = store.get(key), number(called, "port", default=443)
    if service is None:
        return f"{key} does not exist"
    if text(service, "spec", "type") == "ExternalName":
        return ""
    port = next((one for one in ports_of(service) if one.get("port") == wanted), None)
    if port is None:
        return f"{key} has no port {wanted}"
    served = ready_by_port(service, slices).get(port.get("name", ""), 0)
    return "" if served else f"{key} has no ready endpoint on port {wanted}"


def _concerns(webhook: Json, store: Store) -> str:
    """The requests, in words: verbs, resources, and namespaces if not all are meant."""
    parts = []
    for rule in items(webhook, "rules"):
        verbs = "/".join("write" if one == "*" else one.lower() for one in items(rule, "operations"))
        names = [_resource(one, items(rule, "apiGroups")) for one in items(rule, "resources")]
        parts.append(f"{verbs} {', '.join(names)}")
    where = ""
    selector = webhook.get("namespaceSelector")
    if selector:
        chosen = Selector.from_label_selector(selector)
        spaces = store.list("", "Namespace")
        meant = [one["metadata"]["name"] for one in spaces if chosen.matches(labels_of(one))]
        if len(meant) < len(spaces):
            few = ", ".join(sorted(meant)[:3]) + (f" and {len(meant) - 3} more" if len(meant) > 3 else "")
            where = (
                f" in namespace{'' if len(meant) == 1 else 's'} {few}" if meant else " in no namespace yet"
            )
    which = " (those that its selectors and conditions choose)" if _chooses(webhook) else ""
    return "; ".join(parts) + where + which


def _chooses(webhook: Json) -> bool:
    return bool(webhook.get("objectSelector") or webhook.get("matchConditions"))


def _resource(name: str, groups: object) -> str:
    group = next(iter(groups), "") if isinstance(groups, list) and len(groups) == 1 else ""
    resource = "everything" if name in ("*", "*/*") else name
    return f"{resource}.{group}" if group and group != "*" else resource
