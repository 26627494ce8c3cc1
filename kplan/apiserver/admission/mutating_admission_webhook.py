"""MutatingAdmissionWebhook: says which mutating webhooks would be asked.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/mutating/plugin.go
"""

from typing import Final

from kplan.apiserver.attributes import Attributes
from kplan.apiserver.webhooks import Webhooks

_WEBHOOKS: Final = Webhooks("MutatingWebhookConfiguration")


class MutatingAdmissionWebhook:
    """Notes the webhooks; none is called."""

    def admit(self, attributes: Attributes) -> None:
        """Note the webhooks that match."""
        _WEBHOOKS.note(attributes)
