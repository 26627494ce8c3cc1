"""Admission webhooks in a cluster: which of them a request would be sent to, without sending it.

What a webhook answers is unknown here; that it would be called, and whether the request fails without it, is known.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/{generic,matchconditions,predicates}
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from kplan.api.object import Json
from kplan.apiserver import policies
from kplan.apiserver.attributes import Attributes, WebhookCall
from kplan.apiserver.policies import PolicyError
from kplan.state.store import Store

_GROUP: Final = "admissionregistration.k8s.io"
_REVIEWS: Final = frozenset({"authentication.k8s.io", "authorization.k8s.io"})


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Records the webhooks of one kind of configuration."""

    kind: str

    def record(self, attributes: Attributes) -> None:
        """Record every webhook the request would be sent to."""
        if attributes.gvk.group == _GROUP or attributes.gvk.group in _REVIEWS:
            return
        called = dict.fromkeys(attributes.webhooks)
        for name, webhook in _named(attributes.store, self.kind).of(attributes.resource):
            if _selects(webhook, attributes):
                policy = webhook.get("failurePolicy", "Fail")
                called[WebhookCall(self.kind, name, webhook.get("name", ""), policy)] = None
        attributes.webhooks[:] = called


class _Named:
    """The webhooks of all configurations by the resources that their rules name."""

    def __init__(self, store: Store, kind: str) -> None:
        self.revision = store.revision_of(_GROUP, kind)
        self._all: list[tuple[str, Json]] = []
        """Names of configurations, with a webhook of each."""
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        for configuration in store.list(_GROUP, kind):
            for webhook in configuration.get("webhooks") or ():
                for resource in _resources(webhook):
                    self._places[resource].append(len(self._all))
                self._all.append((configuration["metadata"]["name"], webhook))

    def of(self, resource: str) -> Iterator[tuple[str, Json]]:
        """Those that name a resource, or any."""
        places = {*self._places.get(resource, ()), *self._places.get("*", ())}
        return (self._all[place] for place in sorted(places))


_KNOWN: Final[WeakKeyDictionary[Store, dict[str, _Named]]] = WeakKeyDictionary()


def _named(store: Store, kind: str) -> _Named:
    """The webhooks of a kind of configuration, looked through again when one was written."""
    known = _KNOWN.setdefault(store, {})
    if kind not in known or known[kind].revision != store.revision_of(_GROUP, kind):
        known[kind] = _Named(store, kind)
    return known[kind]


def _resources(webhook: Json) -> set[str]:
    rules = webhook.get("rules") or ()
    return {text.partition("/")[0] for rule in rules for text in rule.get("resources") or ()}


def _selects(webhook: Json, attributes: Attributes) -> bool:
    chosen = {
        "namespaceSelector": webhook.get("namespaceSelector"),
        "objectSelector": webhook.get("objectSelector"),
        "resourceRules": webhook.get("rules"),
    }
    if not webhook.get("rules") or not policies.matches(chosen, attributes):
        return False
    if not webhook.get("matchConditions"):
        return True
    compiled = policies.expressions({"spec": webhook})
    try:
        return compiled.selects(policies.scope_of(attributes, None), fails=True)
    except PolicyError:
        return True
