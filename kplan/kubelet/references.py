"""What a pod asks for by name, and what of it is not there: ConfigMaps and Secrets in volumes and environments.

Upstream: pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables), pkg/volume/{configmap,secret,projected}
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from kplan.api.containers import environment_of, environment_sources_of, value_source_of
from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.pods import volumes_of
from kplan.api.volumes import projected_sources_of

Find = Callable[[ObjectKey], Json | None]

_KINDS = {"configMap": "ConfigMap", "secret": "Secret"}
_NO_KEY = {
    "configMap": "configmap references non-existent config key",
    "secret": "references non-existent secret key",
}


def missing_volumes(pod: Json, find: Find) -> Iterator[str]:
    """The kubelet's messages for volumes that it cannot set up."""
    namespace = pod["metadata"]["namespace"]
    for volume in volumes_of(pod):
        for field, source in _sources(volume):
            if problem := "" if source.get("optional") else _unmounted(namespace, field, source, find):
                yield f'MountVolume.SetUp failed for volume "{volume["name"]}" : {problem}'
                break


def _unmounted(namespace: str, field: str, source: Json, find: Find) -> str:
    """Why the files of a source cannot be made; empty if they can."""
    name = source.get("secretName") or source.get("name") or ""
    value = find(ObjectKey("", _KINDS[field], namespace, name))
    if value is None:
        return f'{_KINDS[field].lower()} "{name}" not found'
    there = {*(value.get("data") or ()), *(value.get("binaryData") or ())}
    absent = next((one["key"] for one in source.get("items") or () if one["key"] not in there), "")
    return f"{_NO_KEY[field]}: {absent}" if absent else ""


def missing_environment(namespace: str, container: Json, find: Find) -> str:
    """Why the container's environment cannot be made; empty if it can."""
    for kind, reference in _needed(environment_sources_of(container), "configMapRef", "secretRef"):
        name = reference.get("name", "")
        if find(ObjectKey("", kind, namespace, name)) is None:
            return f'{kind.lower()} "{name}" not found'
    variables = map(value_source_of, environment_of(container))
    for kind, reference in _needed(variables, "configMapKeyRef", "secretKeyRef"):
        if problem := _missing_key(namespace, kind, reference, find):
            return problem
    return ""


def _needed(
    sources: Iterable[Mapping[str, Any]], of_config_map: str, of_secret: str
) -> Iterator[tuple[str, Json]]:
    """The references of sources that have to lead to something, each with the kind it names."""
    for source in sources:
        for field, kind in ((of_config_map, "ConfigMap"), (of_secret, "Secret")):
            reference = source.get(field)
            if reference and not reference.get("optional"):
                yield kind, reference


def _missing_key(namespace: str, kind: str, reference: Json, find: Find) -> str:
    name, key = reference.get("name", ""), reference.get("key", "")
    value = find(ObjectKey("", kind, namespace, name))
    if value is None:
        return f'{kind.lower()} "{name}" not found'
    if any(key in value[field] for field in ("data", "stringData") if value.get(field)):
        return ""
    return f"couldn't find key {key} in {kind} {namespace}/{name}"


def _sources(volume: Json) -> Iterator[tuple[str, Json]]:
    for field in _KINDS:
        if volume.get(field) is not None:
            yield field, volume[field]
    for source in projected_sources_of(volume):
        for field in _KINDS:
            if source.get(field) is not None:
                yield field, source[field]
