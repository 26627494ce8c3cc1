"""Admission webhooks in a cluster: which of them a request would be sent to, without sending it.

What a webhook answers is unknown here; that it would be called, and whether the request fails without it, is known.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/{generic,matchconditions,predicates}
"""

from dataclasses import dataclass
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import policies
from kplan.apiserver.attributes import Attributes, WebhookCall
from kplan.apiserver.policies import PolicyError

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
        for configuration in attributes.store.list(_GROUP, self.kind):
            for webhook in configuration.get("webhooks") or ():
                if _selects(webhook, attributes):
                    name = configuration["metadata"]["name"]
                    policy = webhook.get("failurePolicy", "Fail")
                    call = WebhookCall(self.kind, name, webhook.get("name", ""), policy)
                    if call not in attributes.webhooks:
                        attributes.webhooks.append(call)


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
