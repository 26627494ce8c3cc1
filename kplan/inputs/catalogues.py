"""Folders of JSON schemas of custom resources, laid out as the public catalogues and kubeconform's users have them.

``GROUP/KIND_VERSION.json``, ``KIND-GROUP-VERSION.json`` or ``KIND_VERSION.json``, all in lower case; the group of the
second may be its first part alone.
"""

import json
import os
from collections.abc import Iterable, Iterator
from os.path import isdir, isfile, join
from typing import Any

from kplan.manifest.loader import UnreadableError, read_bytes
from kplan.namedtuples import NamedTuple


class Found(NamedTuple):
    """The schema of one version of a kind."""

    group: str
    version: str
    kind: str
    schema: dict[str, Any]


def is_catalogue(folder: str) -> bool:
    """Whether a folder holds schemas and no manifests:
    JSON files alone, of which nothing needs to be read before it is wanted.
    """
    if not isdir(folder):  # noqa: PTH112 - catalogues have thousands of files
        return False
    found = False
    for _, _, names in os.walk(folder):
        if any(name.endswith((".yaml", ".yml")) for name in names):
            return False
        found = found or any(_has_version(name) for name in names)
    return found


def schemas(folders: Iterable[str], wanted: Iterable[tuple[str, str, str]]) -> Iterator[Found]:
    """The schemas of the group, version and kind that are wanted, of the first folder that has each."""
    several = list(folders)
    for group, version, kind in dict.fromkeys(wanted):
        paths = (join(folder, name) for folder in several for name in _names(group, version, kind.lower()))  # noqa: PTH118 - likewise
        for path in paths:
            if isfile(path) and (schema := _read(path)) is not None:  # noqa: PTH113 - likewise
                yield Found(group, version, kind, schema)
                break


def _names(group: str, version: str, kind: str) -> Iterator[str]:
    yield f"{group}/{kind}_{version}.json"
    for one in (group, group.partition(".")[0]):
        yield f"{kind}-{one}-{version}.json"
    yield f"{kind}_{version}.json"


def _has_version(name: str) -> bool:
    stem, _, extension = name.rpartition(".")
    return extension == "json" and stem.replace("_", "-").rpartition("-")[2].startswith("v")


def _read(path: str) -> dict[str, Any] | None:
    """The schema in a file; None if it is none."""
    try:
        value = json.loads(read_bytes(path))
    except (UnreadableError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and ("properties" in value or "type" in value) else None
