"""ValidatingAdmissionWebhook: records which validating webhooks would be called.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/validating/plugin.go
"""

from typing import Final

from kplan.apiserver.attributes import Attributes
from kplan.apiserver.webhooks import Webhooks

_WEBHOOKS: Final = Webhooks("ValidatingWebhookConfiguration")


class ValidatingAdmissionWebhook:
    """Records the webhooks; none is called."""

    def validate(self, attributes: Attributes) -> None:
        """Record the webhooks that match."""
        _WEBHOOKS.record(attributes)
