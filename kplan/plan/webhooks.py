"""Admission webhooks that refuse what they cannot be asked about: they fail closed, and nobody answers.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook
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
    """One webhook that nobody answers."""

    configuration: Identity
    webhook: str
    service: ObjectKey
    reason: str
    concerns: str
    """Which requests are refused."""

    @property
    def message(self) -> str:
        """One line, to be read after the name of its configuration."""
        refused = f"the API server refuses to {self.concerns}"
        return f"{self.webhook} fails closed and {self.reason}: {refused} (no webhook is asked here: this plan goes on without)"


def unreachable(store: Store) -> Iterator[Unreachable]:
    """Every webhook of a state that fails closed and whose Service has no ready endpoint."""
    slices: Mapping[ObjectKey, list[Json]] | None = None
    for kind in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"):
        for configuration in store.list(_GROUP, kind):
            for webhook in items(configuration, "webhooks"):
                called = fields(webhook, "clientConfig", "service")
                if not called or text(webhook, "failurePolicy") == "Ignore" or not items(webhook, "rules"):
                    continue
                slices = slices_by_service(store) if slices is None else slices
                key = ObjectKey("", "Service", text(called, "namespace"), text(called, "name"))
                reason = _why(store, key, called, slices.get(key, []))
                if reason:
                    concerns = _concerns(webhook, store)
                    yield Unreachable(
                        Identity.of(configuration), text(webhook, "name"), key, reason, concerns
                    )


def _why(store: Store, key: ObjectKey, called: Json, slices: list[Json]) -> str:
    """Why nobody answers; empty where somebody does, or where the name leads out of the cluster."""
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
    """The requests, in words: verbs, resources, and namespaces where not all are meant."""
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
