"""Fields that are spelled twice, or dropped, between the served version and the internal one.

Upstream: pkg/apis/{core,apps}/v1/conversion.go
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver import errors

_INIT_CONTAINER_ANNOTATIONS: Final = (
    "pod.beta.kubernetes.io/init-containers",
    "pod.alpha.kubernetes.io/init-containers",
    "pod.beta.kubernetes.io/init-container-statuses",
    "pod.alpha.kubernetes.io/init-container-statuses",
)
_ROLLBACK: Final = "deprecated.deployment.rollback.to"


def convert_pod(obj: Json) -> None:
    """A Pod: the service account's old name, a grace period of at least a second, one pod IP for both fields."""
    _drop_init_annotations(obj["metadata"])
    spec = obj.get("spec") or {}
    convert_pod_spec(spec)
    if spec.get("terminationGracePeriodSeconds", 0) < 0:
        spec["terminationGracePeriodSeconds"] = 1
    _sync_pair(obj.get("status") or {}, "podIP", "podIPs", wrap=lambda ip: {"ip": ip})


def convert_pod_spec(spec: Json) -> None:
    """A pod's spec: ``serviceAccount`` is the old name of ``serviceAccountName``, and both are shown."""
    name = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if name:
        spec["serviceAccountName"] = spec["serviceAccount"] = name
    else:
        spec.pop("serviceAccountName", None)
        spec.pop("serviceAccount", None)


def _convert_template(template: Json | None) -> None:
    if template:
        _drop_init_annotations(template.get("metadata") or {})
        convert_pod_spec(template.get("spec") or {})


def convert_workload(obj: Json) -> None:
    """A workload: its pod template."""
    _convert_template((obj.get("spec") or {}).get("template"))


def convert_deployment(obj: Json) -> None:
    """A Deployment: the rollback annotation must be a number."""
    revision = (obj["metadata"].get("annotations") or {}).get(_ROLLBACK)
    if revision is not None:
        if revision and not _is_integer(revision):
            reason = f'strconv.ParseInt: parsing "{revision}": invalid syntax'
            raise errors.bad_request(
                'Deployment in version "v1" cannot be handled as a Deployment: '
                f"failed to parse annotation[{_ROLLBACK}]={revision} as int64: {reason}"
            )
        if not revision:
            _drop_annotations(obj["metadata"], (_ROLLBACK,))
    convert_workload(obj)


def convert_daemon_set(obj: Json) -> None:
    """A DaemonSet: the annotation with the template's generation must be a number."""
    generation = (obj["metadata"].get("annotations") or {}).get("deprecated.daemonset.template.generation")
    if generation is not None and not _is_integer(generation):
        raise errors.bad_request(
            'DaemonSet in version "v1" cannot be handled as a DaemonSet: '
            f'strconv.ParseInt: parsing "{generation}": invalid syntax'
        )
    rolling = ((obj.get("spec") or {}).get("updateStrategy") or {}).get("rollingUpdate")
    if rolling is not None:
        # Both are values and no pointers inside of the server: 0 where nobody gave or defaulted them.
        rolling.setdefault("maxUnavailable", 0)
        rolling.setdefault("maxSurge", 0)
    convert_workload(obj)


def convert_stateful_set(obj: Json) -> None:
    """A StatefulSet: its claims carry apiVersion and kind."""
    convert_workload(obj)
    claims = (obj.get("spec") or {}).get("volumeClaimTemplates")
    if claims:
        kind = {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
        obj["spec"]["volumeClaimTemplates"] = [{**kind, **claim, **kind} for claim in claims]


def convert_cron_job(obj: Json) -> None:
    """A CronJob: the pod template of its jobs."""
    _convert_template((((obj.get("spec") or {}).get("jobTemplate") or {}).get("spec") or {}).get("template"))


def convert_pod_template(obj: Json) -> None:
    """A PodTemplate."""
    _convert_template(obj.get("template"))


def convert_secret(obj: Json) -> None:
    """A Secret: ``stringData`` is written into ``data``."""
    strings = obj.pop("stringData", None)
    if strings:
        import base64  # noqa: PLC0415 - few Secrets hold plain text

        encoded = {key: base64.b64encode(text.encode()).decode() for key, text in strings.items()}
        obj["data"] = {**(obj.get("data") or {}), **encoded}


def convert_node(obj: Json) -> None:
    """A Node: its first pod range in both fields."""
    _sync_pair(obj.get("spec") or {}, "podCIDR", "podCIDRs", wrap=lambda cidr: cidr)


def _sync_pair(parent: Json, one: str, many: str, wrap: Callable[[Any], Any]) -> None:
    first, items = parent.get(one), parent.get(many)
    if first and (not items or items[0] != wrap(first)):
        parent[many] = [wrap(first)]
    elif items and not first:
        parent[one] = items[0]["ip"] if isinstance(items[0], dict) else items[0]


def _drop_init_annotations(metadata: Json) -> None:
    if metadata.get("annotations"):
        _drop_annotations(metadata, _INIT_CONTAINER_ANNOTATIONS)


def _drop_annotations(metadata: Json, names: tuple[str, ...]) -> None:
    annotations = metadata["annotations"]
    for name in names:
        annotations.pop(name, None)
    if not annotations:
        del metadata["annotations"]


def _is_integer(text: str) -> bool:
    return text.isascii() and text.lstrip("+-").isdigit() and len(text) - len(text.lstrip("+-")) <= 1


ALIASES: Final[Mapping[tuple[str, str], Callable[[Json], None]]] = {
    ("v1", "Node"): convert_node,
    ("v1", "Pod"): convert_pod,
    ("v1", "PodTemplate"): convert_pod_template,
    ("v1", "ReplicationController"): convert_workload,
    ("v1", "Secret"): convert_secret,
    ("apps/v1", "DaemonSet"): convert_daemon_set,
    ("apps/v1", "Deployment"): convert_deployment,
    ("apps/v1", "ReplicaSet"): convert_workload,
    ("apps/v1", "StatefulSet"): convert_stateful_set,
    ("batch/v1", "CronJob"): convert_cron_job,
    ("batch/v1", "Job"): convert_workload,
}
