"""Take from Kubernetes' own records the roles and bindings that the API server makes in every new cluster.

Build-time only. The folder holds the lists that its policy is held against.

    python tools/build_rbac.py KUBERNETES/plugin/pkg/auth/authorizer/rbac/bootstrappolicy/testdata
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml
from build_schemas import checksums, write

TARGET: Final = Path(__file__).resolve().parent.parent / "schemas" / "kubernetes" / "rbac-1.36.json.gz"
LISTS: Final = (
    "cluster-roles", "cluster-role-bindings", "controller-roles", "controller-role-bindings",
    "namespace-roles", "namespace-role-bindings",
)  # fmt: skip


def objects(folder: Path) -> Iterator[dict[str, Any]]:
    """Every role and binding; those that a distribution added are left out."""
    for name in LISTS:
        for value in yaml.safe_load((folder / f"{name}.yaml").read_text())["items"]:
            if ":openshift:" not in value["metadata"]["name"]:
                yield value


def main() -> None:
    """Write the table, by kind, namespace and name."""
    table = {}
    for value in objects(Path(sys.argv[1])):
        metadata = value["metadata"]
        table[f"{value['kind']}/{metadata.get('namespace', '')}/{metadata['name']}"] = value
    write(TARGET, table)
    checksums()


if __name__ == "__main__":
    main()
