"""Reads of the kinds that keep pods from a template: their size, their strategy, how far they came.

Upstream: staging/src/k8s.io/api/apps/v1/types.go
"""

from collections.abc import Sequence

from kplan.api.metadata import spec_of, status_of
from kplan.api.object import Json


def replicas_of(owner: Json) -> int:
    """spec.replicas; 1 if nobody says."""
    count = owner["spec"].get("replicas")
    return 1 if count is None else int(count)


def status_count(owner: Json, field: str) -> int:
    """A number in the status; 0 if it is absent."""
    return int(status_of(owner).get(field) or 0)


def min_ready_seconds_of(owner: Json) -> int:
    """How long a pod must be ready to count as available."""
    return owner["spec"].get("minReadySeconds") or 0


def rolling_update_of(strategy: Json) -> Json:
    """The terms of a rolling update in a strategy; empty if it is no rolling one."""
    return strategy.get("rollingUpdate") or {}


def strategy_of(deployment: Json) -> Json:
    """How a Deployment replaces its pods."""
    return deployment["spec"].get("strategy") or {}


def update_strategy_of(owner: Json) -> Json:
    """How a StatefulSet or DaemonSet replaces its pods."""
    return owner["spec"].get("updateStrategy") or {}


def claim_templates_of(owner: Json) -> Sequence[Json]:
    """The templates of the claims a StatefulSet makes for each pod."""
    return owner["spec"].get("volumeClaimTemplates") or ()


def retention_policy_of(owner: Json) -> Json:
    """What becomes of a StatefulSet's claims, ``whenDeleted`` and ``whenScaled``."""
    return owner["spec"].get("persistentVolumeClaimRetentionPolicy") or {}


def start_ordinal_of(owner: Json) -> int:
    """The number of a StatefulSet's first pod."""
    return int((owner["spec"].get("ordinals") or {}).get("start") or 0)


def template_labels_of(template: Json) -> dict[str, str]:
    """The labels of a pod template, which may do without metadata."""
    return (template.get("metadata") or {}).get("labels") or {}


def template_spec_of(owner: Json) -> Json:
    """The spec of the pods it makes."""
    return spec_of(owner["spec"]["template"])
