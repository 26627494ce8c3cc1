"""Take from Kubernetes' OpenAPI documents what Go's types do not say about merging lists and maps.

Build-time only. The rows are facts: list types, map keys, atomic maps and the defaults of scalar fields; everything
else about merging is in the layouts.

    python tools/build_merge.py KUBERNETES/api/openapi-spec/v3 1.36
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

from build_schemas import write

SCHEMAS: Final = Path(__file__).resolve().parent.parent / "schemas" / "kubernetes"
PREFIXES: Final = (
    ("io.k8s.apimachinery.pkg.api.resource.", "api/resource."),
    ("io.k8s.apimachinery.pkg.util.intstr.", "util/intstr."),
    ("io.k8s.apimachinery.pkg.apis.", ""),
    ("io.k8s.apimachinery.pkg.", ""),
    ("io.k8s.apiextensions-apiserver.pkg.apis.", ""),
    ("io.k8s.kube-aggregator.pkg.apis.", ""),
    ("io.k8s.api.", ""),
)


def layout_name(definition: str) -> str:
    """``core/v1.PodSpec`` for ``io.k8s.api.core.v1.PodSpec``."""
    for prefix, replacement in PREFIXES:
        if definition.startswith(prefix):
            parts = (replacement + definition.removeprefix(prefix)).split(".")
            return "/".join(parts[:-1]) + "." + parts[-1] if "/" not in definition else definition
    return definition


def row(schema: dict[str, Any]) -> dict[str, Any]:
    """What one property says."""
    found: dict[str, Any] = {}
    if kind := schema.get("x-kubernetes-list-type"):
        found["list"] = kind
    if keys := schema.get("x-kubernetes-list-map-keys"):
        found["keys"] = keys
    if kind := schema.get("x-kubernetes-map-type"):
        found["map"] = kind
    if schema.get("default") is not None and schema["default"] != {}:
        found["default"] = schema["default"]
    return found


def build(folder: Path) -> dict[str, Any]:
    """All types that deviate from plain merging."""
    types: dict[str, Any] = {}
    for path in sorted(folder.glob("*.json")):
        schemas = json.loads(path.read_text(encoding="utf-8")).get("components", {}).get("schemas", {})
        for definition, schema in schemas.items():
            rows = {
                name: found for name, value in schema.get("properties", {}).items() if (found := row(value))
            }
            if schema.get("x-kubernetes-map-type") == "atomic":
                rows[""] = {"map": "atomic"}
            if rows:
                types[layout_name(definition)] = rows
    return types


def main() -> None:
    """Write the table of one release."""
    target = SCHEMAS / f"merge-{sys.argv[2]}.json.gz"
    write(target, build(Path(sys.argv[1])))
    print(f"{target.name}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
