"""Defaults of the core group.

Upstream: pkg/apis/core/v1/{defaults,zz_generated.defaults}.go
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.object import Json
from kplan.apiserver.defaulting import podspec
from kplan.apiserver.defaulting.resources import round_up, round_up_each

_SESSION_SECONDS: Final = 10800
_PERSISTENT_SOURCES: Final[Mapping[str, Callable[[Json], None]]] = {
    "hostPath": podspec.default_host_path,
    "rbd": podspec.default_rbd,
    "iscsi": podspec.default_iscsi,
    "azureDisk": podspec.default_azure_disk,
    "scaleIO": podspec.default_scale_io,
}


def default_replication_controller(obj: Json) -> None:
    """Fill a ReplicationController: selector and labels come from the template."""
    spec = obj.setdefault("spec", {})
    template = spec.get("template")
    labels = (template.get("metadata") or {}).get("labels") if template is not None else None
    if labels:
        if not spec.get("selector"):
            spec["selector"] = dict(labels)
        if not obj["metadata"].get("labels"):
            obj["metadata"]["labels"] = dict(labels)
    spec.setdefault("replicas", 1)
    if template is not None:
        podspec.default_template(template)


def default_service(obj: Json) -> None:
    """Fill a Service."""
    spec = obj.setdefault("spec", {})
    affinity = spec.setdefault("sessionAffinity", "None")
    if affinity == "None":
        spec.pop("sessionAffinityConfig", None)
    elif affinity == "ClientIP":
        seconds = ((spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}).get("timeoutSeconds")
        if seconds is None:
            spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": _SESSION_SECONDS}}
    kind = spec.setdefault("type", "ClusterIP")
    for port in spec.get("ports") or ():
        port.setdefault("protocol", "TCP")
        if port.get("targetPort") in (None, 0, ""):
            port["targetPort"] = port.get("port", 0)
    external = kind in ("LoadBalancer", "NodePort") or (kind == "ClusterIP" and bool(spec.get("externalIPs")))
    if external:
        spec.setdefault("externalTrafficPolicy", "Cluster")
    if kind in ("NodePort", "LoadBalancer", "ClusterIP"):
        spec.setdefault("internalTrafficPolicy", "Cluster")
    if kind == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)
        for ingress in ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ():
            if ingress.get("ip"):
                ingress.setdefault("ipMode", "VIP")


def default_secret(obj: Json) -> None:
    """Fill a Secret."""
    obj.setdefault("type", "Opaque")


def default_persistent_volume(obj: Json) -> None:
    """Fill a PersistentVolume."""
    spec = obj.setdefault("spec", {})
    obj.setdefault("status", {}).setdefault("phase", "Pending")
    spec.setdefault("persistentVolumeReclaimPolicy", "Retain")
    spec.setdefault("volumeMode", "Filesystem")
    default_inline_volume(spec)


def default_inline_volume(spec: Json) -> None:
    """Fill the source and capacity in a volume's spec, also if a VolumeAttachment holds it."""
    round_up(spec.get("capacity"))
    for field, default in _PERSISTENT_SOURCES.items():
        if field in spec:
            default(spec[field])


def default_persistent_volume_claim(obj: Json) -> None:
    """Fill a PersistentVolumeClaim, also if it is a template."""
    status = obj.setdefault("status", {})
    status.setdefault("phase", "Pending")
    podspec.default_claim_spec(obj.setdefault("spec", {}))
    round_up_each(status, ("capacity", "allocatedResources"))


def default_endpoints(obj: Json) -> None:
    """Fill an Endpoints."""
    for subset in obj.get("subsets") or ():
        for port in subset.get("ports") or ():
            port.setdefault("protocol", "TCP")


def default_namespace(obj: Json) -> None:
    """Fill a Namespace: a label with its name."""
    name = obj["metadata"].get("name")
    if name:
        obj["metadata"].setdefault("labels", {})["kubernetes.io/metadata.name"] = name
    obj.setdefault("status", {}).setdefault("phase", "Active")


def default_node(obj: Json) -> None:
    """Fill a Node: everything it has can be allocated."""
    status = obj.get("status") or {}
    capacity = status.get("capacity")
    if capacity and status.get("allocatable") is None:
        status["allocatable"] = dict(capacity)
    round_up_each(status, ("capacity", "allocatable"))


def default_limit_range(obj: Json) -> None:
    """Fill a LimitRange: limits default to the maximum, requests to the limit or the minimum."""
    for item in (obj.get("spec") or {}).get("limits") or ():
        if item.get("type") == "Container":
            limits = {**(item.get("max") or {}), **(item.get("default") or {})}
            requests = {**(item.get("min") or {}), **limits, **(item.get("defaultRequest") or {})}
            if limits:
                item["default"] = limits
            if requests:
                item["defaultRequest"] = requests
        round_up_each(item, ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio"))


def default_resource_quota(obj: Json) -> None:
    """Fill a ResourceQuota."""
    round_up_each(obj.get("spec"), ("hard",))
    round_up_each(obj.get("status"), ("hard", "used"))


def default_pod_template(obj: Json) -> None:
    """Fill a PodTemplate."""
    podspec.default_template(obj.setdefault("template", {}))


DEFAULTS: Final[Mapping[tuple[str, str], Callable[[Json], None]]] = {
    ("v1", "Endpoints"): default_endpoints,
    ("v1", "LimitRange"): default_limit_range,
    ("v1", "Namespace"): default_namespace,
    ("v1", "Node"): default_node,
    ("v1", "PersistentVolume"): default_persistent_volume,
    ("v1", "PersistentVolumeClaim"): default_persistent_volume_claim,
    ("v1", "PodTemplate"): default_pod_template,
    ("v1", "ReplicationController"): default_replication_controller,
    ("v1", "ResourceQuota"): default_resource_quota,
    ("v1", "Secret"): default_secret,
    ("v1", "Service"): default_service,
}
