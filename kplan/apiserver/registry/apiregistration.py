"""Strategies of the apiregistration.k8s.io group.

Upstream: staging/src/k8s.io/kube-aggregator/pkg/registry/apiservice/strategy.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver import names
from kplan.apiserver.registry.strategy import Context, Strategy, keep_status, only_status
from kplan.apiserver.validation import apiregistration as validation
from kplan.apiserver.validation.workload_status import validate_api_service_status_update

GROUP: Final = "apiregistration.k8s.io"


def create_service(obj: Json, context: Context) -> None:
    """Prepare an APIService: one without a service behind it is served here and available at once."""
    obj["status"] = {}
    if "service" not in (obj.get("spec") or {}):
        obj["status"]["conditions"] = [
            {
                "type": "Available",
                "status": "True",
                "lastTransitionTime": names.timestamp(context.now),
                "reason": "Local",
                "message": "Local APIServices are always available",
            }
        ]


STRATEGIES: Final = (
    Strategy(
        GROUP,
        "APIService",
        validation.validate_api_service,
        validation.validate_api_service_update,
        prepare_for_create=create_service,
        prepare_for_update=keep_status,
        prepare_for_status_update=only_status,
        validate_status_update=validate_api_service_status_update,
        allow_unconditional_update=False,
    ),
)
