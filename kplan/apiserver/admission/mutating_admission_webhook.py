"""MutatingAdmissionWebhook: records which mutating webhooks would be called.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/mutating/plugin.go
"""

from typing import Final

from kplan.apiserver.attributes import Attributes
from kplan.apiserver.webhooks import Webhooks

_WEBHOOKS: Final = Webhooks("MutatingWebhookConfiguration")


class MutatingAdmissionWebhook:
    """Records the webhooks; none is called."""

    def admit(self, attributes: Attributes) -> None:
        """Record the webhooks that match."""
        _WEBHOOKS.record(attributes)
