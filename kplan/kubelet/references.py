"""What a pod asks for by name, and what of it is not there: ConfigMaps and Secrets in volumes and environments.

Upstream: pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables), pkg/volume/{configmap,secret,projected}
"""

from collections.abc import Callable, Iterator

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json

Find = Callable[[ObjectKey], Json | None]

_KINDS = {"configMap": "ConfigMap", "secret": "Secret"}


def missing_volumes(pod: Json, find: Find) -> Iterator[str]:
    """What the kubelet says of volumes it cannot set up."""
    namespace = pod["metadata"]["namespace"]
    for volume in pod["spec"].get("volumes") or ():
        for field, source in _sources(volume):
            name = source.get("secretName") or source.get("name") or ""
            if not source.get("optional") and find(ObjectKey("", _KINDS[field], namespace, name)) is None:
                yield f'MountVolume.SetUp failed for volume "{volume["name"]}" : {_KINDS[field].lower()} "{name}" not found'
                break


def missing_environment(namespace: str, container: Json, find: Find) -> str:
    """Why the container's environment cannot be made; empty where it can."""
    for item in container.get("envFrom") or ():
        for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            reference = item.get(field) or {}
            if reference and not reference.get("optional"):
                name = reference.get("name", "")
                if find(ObjectKey("", kind, namespace, name)) is None:
                    return f'{kind.lower()} "{name}" not found'
    for variable in container.get("env") or ():
        source = variable.get("valueFrom") or {}
        for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            reference = source.get(field) or {}
            if reference and not reference.get("optional"):
                problem = _missing_key(namespace, kind, reference, find)
                if problem:
                    return problem
    return ""


def _missing_key(namespace: str, kind: str, reference: Json, find: Find) -> str:
    name, key = reference.get("name", ""), reference.get("key", "")
    value = find(ObjectKey("", kind, namespace, name))
    if value is None:
        return f'{kind.lower()} "{name}" not found'
    if key in (value.get("data") or {}) or key in (value.get("stringData") or {}):
        return ""
    return f"couldn't find key {key} in {kind} {namespace}/{name}"


def _sources(volume: Json) -> Iterator[tuple[str, Json]]:
    for field in _KINDS:
        if volume.get(field) is not None:
            yield field, volume[field]
    for source in (volume.get("projected") or {}).get("sources") or ():
        for field in _KINDS:
            if source.get(field) is not None:
                yield field, source[field]
