"""What kinds and fields are for, in kplan's own words; the bundled schemas hold no prose.

Upstream: none; kubectl prints the descriptions of the server's OpenAPI.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

from kplan.schema.data import read

_FILE: Final = "kplan/descriptions.txt"
_EVERY_KIND: Final = "*"


def description_of(definition: str, field: str = "") -> str:
    """The description of a definition such as ``io.k8s.api.core.v1.Pod``, or of a field of it;
    empty if there is none.
    """
    package, _, name = definition.rpartition(".")
    return _texts().get((name, field), "") if package.startswith("io.k8s.") else ""


def description_of_any(field: str) -> str:
    """What a field is for that every kind has; empty for others."""
    return _texts().get((_EVERY_KIND, field), "")


@cache
def _texts() -> Mapping[tuple[str, str], str]:
    found = dict[tuple[str, str], str]()
    name = field = ""
    for line in read(_FILE).decode().splitlines():
        if line.startswith("    "):
            found[name, field] += f" {line.strip()}"
        elif line.startswith("  "):
            field, _, text = line.strip().partition(": ")
            found[name, field] = text
        elif line and not line.startswith("#"):
            name, _, text = line.partition(": ")
            field, found[name, ""] = "", text
    return found
