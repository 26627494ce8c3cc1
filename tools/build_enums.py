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
_CONSTANT: Final = re.compile(r"^\s*\w+\s+(\w+)\s*=\s*\"([^\"]+)\"", re.MULTILINE)
_STRUCT: Final = re.compile(r"^type (\w+) struct \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD: Final = re.compile(r"^\s*\w+\s+(?:\[\]|\*)*(\w+)\s+`json:\"(\w+)", re.MULTILINE)


def enums(source: str) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """By type of one package, the values of its fields."""
    marked = set(_ENUM.findall(source))
    values: dict[str, list[str]] = defaultdict(list)
    for name, value in _CONSTANT.findall(source):
        if name in marked and value not in values[name]:
            values[name].append(value)
    for name, body in _STRUCT.findall(source):
        fields = {field: sorted(values[kind]) for kind, field in _FIELD.findall(body) if kind in values}
        if fields:
            yield name, fields


def main() -> None:
    """Write the table, by definition."""
    root = Path(sys.argv[1])
    table = {}
    for file in sorted(root.glob("*/*/types.go")):
        package = ".".join(file.parent.relative_to(root).parts)
        source = "".join(one.read_text() for one in sorted(file.parent.glob("*types*.go")))
        table |= {f"io.k8s.api.{package}.{name}": fields for name, fields in enums(source)}
    write(TARGET, dict(sorted(table.items())))
    checksums()


if __name__ == "__main__":
    main()
