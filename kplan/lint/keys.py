"""Entries of ConfigMaps and Secrets that pods name:
those of variables, those of volumes, and those that are mounted as one file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from kplan.api.made import keys_made_by, made_by
from kplan.api.references import Reference
from kplan.api.walk import items, mapping, text
from kplan.fieldpath import ROOT, FieldPath
from kplan.lint.nearness import distance
from kplan.lint.referring import present
from kplan.lint.rule import Finding
from kplan.lint.world import Subject, World

_MAKERS: Final = ("SealedSecret.bitnami.com", "ExternalSecret.external-secrets.io")
_FIELDS: Final = {"ConfigMap": ("data", "binaryData"), "Secret": ("data", "stringData")}
_APART: Final = "it stands in another folder, and may be another application's"
_FILLED: Final = "kubernetes.io/service-account-token"
"""The type of Secrets to which a controller adds entries."""
_ADDED: Final = ("token", "ca.crt", "namespace", "service-ca.crt")
"""What it adds; the last only OpenShift's."""
_EMPTY: Final = "it has no entries at all, and something may still fill it"
_INJECTED: Final = "something adds entries to it"


def missing_keys(subject: Subject, kind: str) -> Iterator[Finding]:
    """A finding for every entry that an object of the input has not; if it has none at all, others may fill it."""
    for reference, found in present(subject, "", kind):
        keys = set(chain.from_iterable(_keys(one, kind) for one in found))
        title = f"{kind} {reference.target.name!r}"
        filled = _INJECTED if any(map(_is_filled, found)) else "" if keys else _EMPTY
        if reference.key and reference.key not in keys and not reference.optional:
            message = f"{title} has no key {reference.key!r}"
            yield Finding(_beside(reference, "key"), message, unknown=filled)
        if "volumes" in reference.path.steps and not filled:
            apart = all(distance(subject, one) > 1 for one in found)
            for finding in _of_volume(subject, reference, keys, title):
                yield finding._replace(unknown=_APART) if apart else finding
    if kind == "Secret":
        yield from _of_makers(subject)


def _of_makers(subject: Subject) -> Iterator[Finding]:
    """A finding for every entry that a Secret will not have which only a SealedSecret or an
    ExternalSecret describes.
    """
    made = subject.world.remember("keys of Secrets that are made", _made_keys)
    for reference in subject.references if made else ():
        target = reference.target
        makers = made.get((subject.namespace, target.name), ()) if target.kind == "Secret" else ()
        known = [keys for _, keys in makers if keys is not None]
        if not reference.key or reference.optional or len(known) < max(len(makers), 1):
            continue
        if reference.key not in frozenset().union(*known) and not subject.world.meant_by(subject, target):
            maker = makers[0][0]
            message = f"Secret {target.name!r} gets no key {reference.key!r} from {maker.object.gvk.kind} {maker.object.name!r}"
            yield Finding(_beside(reference, "key"), message, related=((maker, ROOT),))


def _made_keys(world: World) -> Mapping[tuple[str, str], Sequence[tuple[Subject, frozenset[str] | None]]]:
    """By namespace and name of a Secret, what makes it, and with which keys, if these are known."""
    found = dict[tuple[str, str], list[tuple[Subject, frozenset[str] | None]]]()
    for kind in _MAKERS:
        for one in world.by_kind.get(kind, ()):
            keys = keys_made_by(one.value, kind)
            for made in made_by(one.value, kind, one.namespace):
                found.setdefault((made.namespace, made.name), []).append((one, keys))
    return found


def _keys(one: Subject, kind: str) -> Iterator[Any]:
    """The entries of an object, with those that its controller adds."""
    for field in _FIELDS[kind]:
        yield from mapping(one.value, field)
    if one.value.get("type") == _FILLED:
        yield from _ADDED


def _is_filled(one: Subject) -> bool:
    """Whether it is marked as one to which something adds entries."""
    metadata = mapping(one.value, "metadata")
    marks = (*mapping(metadata, "annotations"), *mapping(metadata, "labels"))
    return any("inject" in str(mark) for mark in marks)


def _of_volume(subject: Subject, reference: Reference, keys: set[str], title: str) -> Iterator[Finding]:
    steps = reference.path.steps
    source = _at(subject.value, steps[:-1])
    chosen = list(items(source, "items"))
    for index, item in chosen:
        key = text(item, "key")
        if key and key not in keys and source.get("optional") is not True:
            yield Finding(_beside(reference, "items") / index / "key", f"{title} has no key {key!r}")
    if "projected" not in steps:
        volume = _at(subject.value, steps[:-2])
        files = {text(item, "path") for _, item in chosen} if chosen else keys
        yield from _of_mounts(subject, text(volume, "name"), files, title)


def _of_mounts(subject: Subject, volume: str, files: Iterable[str], title: str) -> Iterator[Finding]:
    """A finding for every mount of one file of a volume that has no such file."""
    for container in subject.containers():
        for index, mount in items(container.value, "volumeMounts"):
            path = text(mount, "subPath").strip("/")
            if mount.get("name") != volume or not path or path == ".":
                continue
            if not any(file == path or file.startswith(f"{path}/") for file in files):
                message = (
                    f"{title} has no key {path!r}: {container.title} gets an empty directory in its place"
                )
                yield Finding(container.path / "volumeMounts" / index / "subPath", message)


def _at(value: Any, steps: Sequence[str | int]) -> Mapping[str, Any]:
    for step in steps:
        value = value[step]
    return value if isinstance(value, dict) else {}


def _beside(reference: Reference, field: str) -> FieldPath:
    return (reference.path.parent or reference.path) / field
