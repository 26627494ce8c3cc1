"""Defaults of the apps group.

Upstream: pkg/apis/apps/v1/{defaults,zz_generated.defaults}.go
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.object import Json
from kplan.apiserver.defaulting.core import default_persistent_volume_claim
from kplan.apiserver.defaulting.podspec import default_template

_HISTORY: Final = 10


def default_deployment(obj: Json) -> None:
    """Fill a Deployment."""
    spec = obj.setdefault("spec", {})
    spec.setdefault("replicas", 1)
    strategy = spec.setdefault("strategy", {})
    if strategy.setdefault("type", "RollingUpdate") == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", "25%")
        rolling.setdefault("maxSurge", "25%")
    spec.setdefault("revisionHistoryLimit", _HISTORY)
    spec.setdefault("progressDeadlineSeconds", 600)
    default_template(spec.get("template"))


def default_daemon_set(obj: Json) -> None:
    """Fill a DaemonSet."""
    spec = obj.setdefault("spec", {})
    strategy = spec.setdefault("updateStrategy", {})
    if strategy.setdefault("type", "RollingUpdate") == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", 1)
        rolling.setdefault("maxSurge", 0)
    spec.setdefault("revisionHistoryLimit", _HISTORY)
    default_template(spec.get("template"))


def default_stateful_set(obj: Json) -> None:
    """Fill a StatefulSet."""
    spec = obj.setdefault("spec", {})
    spec.setdefault("podManagementPolicy", "OrderedReady")
    strategy = spec.setdefault("updateStrategy", {})
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
        strategy.setdefault("rollingUpdate", {})
    if strategy["type"] == "RollingUpdate" and "rollingUpdate" in strategy:
        strategy["rollingUpdate"].setdefault("partition", 0)
    retention = spec.setdefault("persistentVolumeClaimRetentionPolicy", {})
    retention.setdefault("whenDeleted", "Retain")
    retention.setdefault("whenScaled", "Retain")
    spec.setdefault("replicas", 1)
    spec.setdefault("revisionHistoryLimit", _HISTORY)
    default_template(spec.get("template"))
    for claim in spec.get("volumeClaimTemplates") or ():
        default_persistent_volume_claim(claim)


def default_replica_set(obj: Json) -> None:
    """Fill a ReplicaSet."""
    spec = obj.setdefault("spec", {})
    spec.setdefault("replicas", 1)
    default_template(spec.get("template"))


DEFAULTS: Final[Mapping[tuple[str, str], Callable[[Json], None]]] = {
    ("apps/v1", "DaemonSet"): default_daemon_set,
    ("apps/v1", "Deployment"): default_deployment,
    ("apps/v1", "ReplicaSet"): default_replica_set,
    ("apps/v1", "StatefulSet"): default_stateful_set,
}
