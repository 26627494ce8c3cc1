"""Conversion: from the version a request speaks to the one that is stored, and back.

The stored version stands for upstream's internal one: strategies, validation and admission see nothing else. Kinds with
one version still pass through here, because some fields are spelled twice.

Upstream: pkg/apis/*/v*/conversion.go
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver.conversion import removed_versions

ALIASED: Final = frozenset(
    {
        ("v1", "Node"),
        ("v1", "Pod"),
        ("v1", "PodTemplate"),
        ("v1", "ReplicationController"),
        ("v1", "Secret"),
        ("apps/v1", "DaemonSet"),
        ("apps/v1", "Deployment"),
        ("apps/v1", "ReplicaSet"),
        ("apps/v1", "StatefulSet"),
        ("batch/v1", "CronJob"),
        ("batch/v1", "Job"),
    }
)
"""The kinds that ``aliases`` knows, which is loaded for the first object of one of them."""

TEMPLATE_GENERATION: Final = "deprecated.daemonset.template.generation"


@cache
def _aliases() -> Mapping[tuple[str, str], Callable[[Json], None]]:
    from kplan.apiserver.conversion.aliases import ALIASES  # noqa: PLC0415 - other kinds do without

    return ALIASES


def to_storage(obj: Json) -> Json:
    """Convert a decoded and defaulted object into the stored version; it may be changed in place."""
    version, kind = obj["apiVersion"], obj["kind"]
    if (version, kind) in ALIASED:
        _aliases()[version, kind](obj)
    elif kind == "HorizontalPodAutoscaler" and version == "autoscaling/v1":
        from kplan.apiserver.conversion import horizontal  # noqa: PLC0415 - few speak v1

        return horizontal.from_v1(obj)
    elif kind == "Event" and version == "events.k8s.io/v1":
        from kplan.apiserver.conversion import events  # noqa: PLC0415 - likewise

        return events.from_events(obj)
    return obj


def to_version(obj: Json, api_version: str) -> Json:
    """Convert a stored object into the version asked for; the argument stays as it is."""
    if not api_version or obj["apiVersion"] == api_version:
        return obj
    if obj["kind"] == "HorizontalPodAutoscaler" and api_version == "autoscaling/v1":
        from kplan.apiserver.conversion import horizontal  # noqa: PLC0415 - likewise

        return horizontal.to_v1(obj)
    if obj["kind"] == "Event" and api_version == "events.k8s.io/v1":
        from kplan.apiserver.conversion import events  # noqa: PLC0415 - likewise

        return events.to_events(obj)
    return removed_versions.to_removed(obj, api_version)


def with_written_fields(obj: Json) -> Json:
    """The object with what a conversion from the internal version writes if nothing was sent; changed in place.

    The annotation with the generation of a DaemonSet's template stands for a field of the internal version.
    """
    if obj["kind"] == "DaemonSet" and obj["apiVersion"] == "apps/v1":
        annotations = obj["metadata"].get("annotations") or {}
        obj["metadata"]["annotations"] = {TEMPLATE_GENERATION: "0", **annotations}
    return obj


def storage_key(key: ObjectKey) -> ObjectKey:
    """The key an object is stored under, whichever group asks for it."""
    return key._replace(group="") if key.group == "events.k8s.io" else key
