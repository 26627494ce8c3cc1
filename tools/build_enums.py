"""Take from Kubernetes' types which values a text may have, where the types are marked as enumerations.

Build-time only. The published OpenAPI documents leave these values out.

    python tools/build_enums.py KUBERNETES/staging/src/k8s.io/api
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from build_schemas import checksums, write

TARGET: Final = Path(__file__).resolve().parent.parent / "schemas" / "kubernetes" / "enums-1.36.json.gz"
_ENUM: Final = re.compile(r"//\s*\+enum\b[^\n]*\n(?://[^\n]*\n)*type (\w+) string")
_CONSTANT: Final = re.compile(r"^\s*\w+\s+(\w+)\s*=\s*\"([^\"]*)\"", re.MULTILINE)
_STRUCT: Final = re.compile(r"^type (\w+) struct \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD: Final = re.compile(r"^\s*\w+\s+(?:\[\]|\*)*(\w*\.?\w+)\s+`json:\"(\w+)", re.MULTILINE)
_INLINE: Final = re.compile(r"^\s*(\w+)\s+`json:\",inline\"", re.MULTILINE)
_CONVERTED: Final = re.compile(r"^\s*\w+\s*=\s*(\w+)\((?:\w+\.)?(\"?\w+\"?)\)", re.MULTILINE)
_NAMED: Final = re.compile(r"^\s*(\w+)\s+\w+\s*=\s*\"([^\"]+)\"", re.MULTILINE)
_CORE: Final = ("v1", "corev1", "apiv1", "core")
"""What other packages call the core package."""


def values_in(source: str, core: str) -> dict[str, list[str]]:
    """The values of the enumerations of one package; some are made of those of the core package."""
    marked, known = set(_ENUM.findall(source)), dict(_NAMED.findall(core))
    values: dict[str, list[str]] = defaultdict(list)
    known |= {value: value.strip('"') for _, value in _CONVERTED.findall(source) if value.startswith('"')}
    converted = [(name, known[value]) for name, value in _CONVERTED.findall(source) if value in known]
    for name, value in [*_CONSTANT.findall(source), *converted]:
        if name in marked and value not in values[name]:
            values[name].append(value)
    return values


def enums(source: str, core: str) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """By type of one package, the values of its fields; what another package declares is of the core package."""
    own, others = values_in(source, core), values_in(core, core)
    values = {**own, **{f"{alias}.{name}": found for name, found in others.items() for alias in _CORE}}
    bodies = dict(_STRUCT.findall(source))
    for name in bodies:
        fields = {field: sorted(values[kind]) for kind, field in fields_of(name, bodies) if kind in values}
        if fields:
            yield name, fields


def fields_of(name: str, bodies: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Type and name of each field, those of embedded structs too."""
    for inner in _INLINE.findall(bodies[name]):
        if inner in bodies:
            yield from fields_of(inner, bodies)
    yield from _FIELD.findall(bodies[name])


def main() -> None:
    """Write the table, by definition."""
    root = Path(sys.argv[1])
    table = {}
    core = "".join(one.read_text() for one in sorted((root / "core" / "v1").glob("*types*.go")))
    for file in sorted(root.glob("*/*/types.go")):
        package = ".".join(file.parent.relative_to(root).parts)
        source = "".join(one.read_text() for one in sorted(file.parent.glob("*types*.go")))
        table |= {f"io.k8s.api.{package}.{name}": fields for name, fields in enums(source, core)}
    write(TARGET, dict(sorted(table.items())))
    checksums()


if __name__ == "__main__":
    main()
