"""Defaults of a pod's spec, shared by pods and by everything that carries a pod template.

Upstream: pkg/apis/core/v1/{defaults,zz_generated.defaults}.go
"""

from collections.abc import Callable
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.defaulting.images import pull_policy
from kplan.apiserver.defaulting.resources import round_up, round_up_each

_FILE_MODE: Final = 0o644
_TOKEN_SECONDS: Final = 3600


def default_pod_spec(spec: Json) -> None:
    """Fill a pod spec, as it stands in a pod or in a template."""
    spec.setdefault("dnsPolicy", "ClusterFirst")
    spec.setdefault("restartPolicy", "Always")
    spec.setdefault("securityContext", {})
    spec.setdefault("terminationGracePeriodSeconds", 30)
    spec.setdefault("schedulerName", "default-scheduler")
    for volume in spec.get("volumes") or ():
        default_volume(volume)
    for field in ("initContainers", "containers", "ephemeralContainers"):
        for container in spec.get(field) or ():
            _default_container(container)
    round_up(spec.get("overhead"))
    round_up_each(spec.get("resources"))


def default_template(template: Json | None) -> None:
    """Fill the pod spec of a template."""
    if template:
        default_pod_spec(template.setdefault("spec", {}))


def default_claim_spec(spec: Json) -> None:
    """Fill a claim's spec."""
    spec.setdefault("volumeMode", "Filesystem")
    round_up_each(spec.get("resources"))


def default_volume(volume: Json) -> None:
    """Fill a volume; one without any source is an emptyDir."""
    sources = [field for field in volume if field != "name"]
    if not sources:
        volume["emptyDir"] = {}
    for field in sources:
        default = _VOLUME_DEFAULTS.get(field)
        if default:
            default(volume[field])


def _default_container(container: Json) -> None:
    if not container.get("imagePullPolicy"):
        container["imagePullPolicy"] = pull_policy(container.get("image") or "")
    container.setdefault("terminationMessagePath", "/dev/termination-log")
    container.setdefault("terminationMessagePolicy", "File")
    for port in container.get("ports") or ():
        port.setdefault("protocol", "TCP")
    for variable in container.get("env") or ():
        source = variable.get("valueFrom")
        if source:
            if "fieldRef" in source:
                source["fieldRef"].setdefault("apiVersion", "v1")
            if "fileKeyRef" in source:
                source["fileKeyRef"].setdefault("optional", False)
    round_up_each(container.get("resources"))
    for field in ("livenessProbe", "readinessProbe", "startupProbe"):
        if field in container:
            _default_probe(container[field])
    lifecycle = container.get("lifecycle")
    if lifecycle:
        for field in ("postStart", "preStop"):
            action = (lifecycle.get(field) or {}).get("httpGet")
            if action is not None:
                _default_http_get(action)


def _default_probe(probe: Json) -> None:
    probe.setdefault("timeoutSeconds", 1)
    probe.setdefault("periodSeconds", 10)
    probe.setdefault("successThreshold", 1)
    probe.setdefault("failureThreshold", 3)
    if "httpGet" in probe:
        _default_http_get(probe["httpGet"])
    if "grpc" in probe:
        probe["grpc"].setdefault("service", "")


def _default_http_get(action: Json) -> None:
    action.setdefault("path", "/")
    action.setdefault("scheme", "HTTP")


def default_host_path(source: Json) -> None:
    """Fill a hostPath."""
    source.setdefault("type", "")


def default_rbd(source: Json) -> None:
    """Fill a Ceph block device."""
    source.setdefault("pool", "rbd")
    source.setdefault("user", "admin")
    source.setdefault("keyring", "/etc/ceph/keyring")


def default_iscsi(source: Json) -> None:
    """Fill an iSCSI disk."""
    source.setdefault("iscsiInterface", "default")


def default_azure_disk(source: Json) -> None:
    """Fill an Azure disk."""
    source.setdefault("cachingMode", "ReadWrite")
    source.setdefault("fsType", "ext4")
    source.setdefault("readOnly", False)
    source.setdefault("kind", "Shared")


def default_scale_io(source: Json) -> None:
    """Fill a ScaleIO volume."""
    source.setdefault("storageMode", "ThinProvisioned")
    source.setdefault("fsType", "xfs")


def _default_mode(source: Json) -> None:
    source.setdefault("defaultMode", _FILE_MODE)


def _default_downward_api(source: Json) -> None:
    _default_mode(source)
    _default_downward_items(source)


def _default_downward_items(source: Json) -> None:
    for item in source.get("items") or ():
        if "fieldRef" in item:
            item["fieldRef"].setdefault("apiVersion", "v1")


def _default_projected(source: Json) -> None:
    _default_mode(source)
    for projection in source.get("sources") or ():
        if "downwardAPI" in projection:
            _default_downward_items(projection["downwardAPI"])
        if "serviceAccountToken" in projection:
            projection["serviceAccountToken"].setdefault("expirationSeconds", _TOKEN_SECONDS)


def _default_ephemeral(source: Json) -> None:
    template = source.get("volumeClaimTemplate")
    if template is not None:
        default_claim_spec(template.setdefault("spec", {}))


def _default_image(source: Json) -> None:
    if not source.get("pullPolicy"):
        source["pullPolicy"] = pull_policy(source.get("reference") or "")


_VOLUME_DEFAULTS: Final[dict[str, Callable[[dict[str, Any]], None]]] = {
    "hostPath": default_host_path,
    "secret": _default_mode,
    "configMap": _default_mode,
    "downwardAPI": _default_downward_api,
    "projected": _default_projected,
    "ephemeral": _default_ephemeral,
    "image": _default_image,
    "iscsi": default_iscsi,
    "rbd": default_rbd,
    "azureDisk": default_azure_disk,
    "scaleIO": default_scale_io,
}
