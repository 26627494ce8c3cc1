"""How a pod reads a ConfigMap or a Secret: as variables, as files, or to pull images.

Upstream: pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables), pkg/volume/{configmap,secret,projected},
    pkg/volume/util/subpath
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

from kplan.api.containers import environment_of, environment_sources_of, value_source_of
from kplan.api.pods import containers_of, init_containers_of
from kplan.api.volumes import projected_sources_of
from kplan.namedtuples import NamedTuple


class Way(StrEnum):
    """How a pod reads a ConfigMap or Secret."""

    VARIABLE = "variable"
    """One key becomes one variable."""
    ENVIRONMENT = "environment"
    """Every key becomes a variable."""
    FILES = "files"
    """Keys become files of a volume, which are kept up to date."""
    SUB_PATH = "sub-path"
    """A part of a volume is mounted alone, and stays as it was when the container started."""
    PULL = "pull"
    """A Secret holds credentials of a registry."""


class Use(NamedTuple):
    """One place in a pod's spec that reads a ConfigMap or a Secret."""

    way: Way
    keys: frozenset[str] | None
    """The keys that it names; None if it takes all there are."""
    name: str
    """The variable, its prefix, or the path in the container."""
    optional: bool
    required: bool = True
    """Whether pods cannot start if a key that it names is missing."""


_FIELDS: Final = {"ConfigMap": ("configMap", "name"), "Secret": ("secret", "secretName")}


def uses_of(spec: Mapping[str, Any], kind: str, name: str) -> Iterator[Use]:
    """Every place of a pod's spec that reads the ConfigMap or Secret of a name."""
    containers = (*init_containers_of(spec), *containers_of(spec))
    field = _FIELDS[kind][0]
    for container in containers:
        for variable in environment_of(container):
            source = value_source_of(variable).get(f"{field}KeyRef") or {}
            if source.get("name") == name:
                keys = frozenset({source.get("key", "")})
                yield Use(Way.VARIABLE, keys, variable["name"], bool(source.get("optional")))
        for source in environment_sources_of(container):
            reference = source.get(f"{field}Ref") or {}
            if reference.get("name") == name:
                prefix = source.get("prefix", "")
                yield Use(Way.ENVIRONMENT, None, prefix, bool(reference.get("optional")))
    for volume in spec.get("volumes") or ():
        for source in _sources(volume, kind, name):
            yield from _mounts(containers, volume["name"], source)
    if kind == "Secret" and any(one.get("name") == name for one in spec.get("imagePullSecrets") or ()):
        yield Use(Way.PULL, None, "", optional=True)


def _sources(volume: Mapping[str, Any], kind: str, name: str) -> Iterator[Mapping[str, Any]]:
    field, naming = _FIELDS[kind]
    source = volume.get(field) or {}
    if source.get(naming) == name:
        yield source
    for part in projected_sources_of(dict(volume)):
        source = part.get(field) or {}
        if source.get("name") == name:
            yield source


def _mounts(
    containers: tuple[Mapping[str, Any], ...], volume: str, source: Mapping[str, Any]
) -> Iterator[Use]:
    """The uses of a volume; one that no container mounts must exist all the same."""
    items, optional = source.get("items") or (), bool(source.get("optional"))
    chosen = frozenset(item["key"] for item in items) if items else None
    places = {item["path"]: item["key"] for item in items}
    mounted = [
        mount for one in containers for mount in one.get("volumeMounts") or () if mount["name"] == volume
    ]
    for mount in mounted:
        part = mount.get("subPath") or ""
        if part and chosen is None:
            yield Use(Way.SUB_PATH, frozenset({part}), mount["mountPath"], optional, required=False)
        elif part:
            key = places.get(part)
            keys = frozenset({key}) if key else chosen
            yield Use(Way.SUB_PATH, keys, mount["mountPath"], optional)
        else:
            yield Use(Way.FILES, chosen, mount["mountPath"], optional)
    if not mounted:
        yield Use(Way.FILES, chosen, "", optional)
