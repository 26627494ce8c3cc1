"""Warnings about volumes: sources that are gone, and keys that would overwrite each other.

Upstream: pkg/api/pod/warnings.go, pkg/api/persistentvolumeclaim/util.go
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from kplan.api.object import Json
from kplan.api.quantity import milli_value
from kplan.apiserver.field import go_quote
from kplan.fieldpath import FieldPath, Key
from kplan.namedtuples import NamedTuple

REMOVED: Final = {
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "gitRepo": "deprecated in v1.11, and disabled by default in v1.33+",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "flocker": "deprecated in v1.22, non-functional in v1.25+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "quobyte": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "ephemeral": "",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}
_NAMES: Final = {"storageos": "storageOS"}


class _Place(NamedTuple):
    """A path inside a volume, and what puts it there."""

    path: str
    source: str

    def __str__(self) -> str:
        return f"{go_quote(self.path)} ({self.source})" if self.source else go_quote(self.path)


def for_volumes(volumes: list[Json], path: FieldPath) -> list[str]:
    """Warn of a pod's volumes."""
    found: list[str] = []
    for index, volume in enumerate(volumes):
        for source, text in REMOVED.items():
            if source not in volume:
                continue
            place = path / index / removed_name(source)
            if source == "ephemeral":
                template = volume["ephemeral"].get("volumeClaimTemplate") or {}
                found += for_claim_spec(template.get("spec") or {}, place / "volumeClaimTemplate" / "spec")
            else:
                found.append(f"{place}: {text}")
    return found + [warning for volume in volumes for warning in _overlaps(volume)]


def removed_name(source: str) -> str:
    """The name that warnings give a source."""
    return _NAMES.get(source, source)


def for_claim_spec(spec: Json, path: FieldPath) -> list[str]:
    """Warn of a claim that asks for a part of a byte."""
    found = []
    for field in ("requests", "limits"):
        value: Any = ((spec.get("resources") or {}).get(field) or {}).get("storage")
        if value is not None and milli_value(value) % 1000:
            place = path / "resources" / field / Key("storage")
            found.append(f"{place}: fractional byte value {go_quote(value)} is invalid, must be an integer")
    return found


def _overlaps(volume: Json) -> Iterator[str]:
    name = volume.get("name", "")
    for field, title, by in (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")):
        source = volume.get(field)
        if source is not None:
            what = f"{title} {go_quote(source.get(by, ''))}"
            yield from _report(
                name, what, (_Place(item.get("path", ""), "") for item in source.get("items") or ())
            )
    downward = volume.get("downwardAPI")
    if downward is not None:
        places = (_Place(item.get("path", ""), "") for item in downward.get("items") or ())
        yield from _report(name, "DownwardAPI", places)
    projected = volume.get("projected")
    if projected is not None:
        sources = projected.get("sources") or ()
        for source in sources:
            if not source:
                yield f"volume {go_quote(name)} (Projected) has no sources provided"
        yield from _report(name, "Projected", (place for source in sources for place in _projected(source)))


def _projected(source: Json) -> Iterator[_Place]:
    for field, title in (("configMap", "ConfigMap"), ("secret", "Secret")):
        if "items" in (source.get(field) or {}):
            label = f"{title} {go_quote(source[field].get('name', ''))}"
            for item in source[field]["items"]:
                yield _Place(item.get("path", ""), label)
            return
    if "items" in (source.get("downwardAPI") or {}):
        for item in source["downwardAPI"]["items"]:
            yield _Place(item.get("path", ""), "DownwardAPI")
    elif "serviceAccountToken" in source:
        yield _Place(source["serviceAccountToken"].get("path", ""), "ServiceAccountToken")


def _report(volume: str, what: str, places: Iterable[_Place]) -> Iterator[str]:
    seen: list[_Place] = []
    for given in places:
        place = given._replace(path=given.path.rstrip("/"))
        for other in seen:
            if place.path and other.path and _overlap(place.path, other.path):
                yield f"volume {go_quote(volume)} ({what}): overlapping paths: {place} with {other}"
        seen.append(place)


def _overlap(one: str, other: str) -> bool:
    return (one + "/").startswith(other + "/") or (other + "/").startswith(one + "/")
