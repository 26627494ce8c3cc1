"""The variables of a container, changed or listed.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/env/{env_resolve,env_parse}.go
"""

import base64
from collections.abc import Iterator, Sequence

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver.server import Server
from kplan.errors import UsageError


def change_environment(
    container: Json, added: Sequence[Json], removed: Sequence[str], title: str, *, overwrite: bool
) -> None:
    """Set and remove variables of a container. Raises UsageError where one has a value that must stay."""
    present: list[Json] = list(container.get("env") or ())
    for one in added:
        old = next((number for number, other in enumerate(present) if other["name"] == one["name"]), None)
        if old is None:
            present.append(one)
            continue
        if not overwrite:
            value = present[old].get("value", "")
            raise UsageError(
                f"{title} '{one['name']}' already has a value ({value}), and --overwrite is false"
            )
        present[old] = one
    kept = [one for one in present if one["name"] not in removed]
    if kept:
        container["env"] = kept
    else:
        container.pop("env", None)


def listed(container: Json, server: Server | None, namespace: str, *, secrets: bool = True) -> Iterator[str]:
    """A line for each variable; references are resolved where a server is given, of ``secrets`` only where those may be read."""
    for one in container.get("env") or ():
        source = one.get("valueFrom")
        if not source:
            yield f"{one['name']}={one.get('value', '')}"
        elif server is not None and (secrets or not source.get("secretKeyRef")):
            yield f"{one['name']}={_resolved(source, server, namespace)}"
        else:
            yield f"# {one['name']} from {_described(source)}"


def _described(source: Json) -> str:
    if one := source.get("configMapKeyRef"):
        return f"configmap {one['name']}, key {one['key']}"
    if one := source.get("secretKeyRef"):
        return f"secret {one['name']}, key {one['key']}"
    if one := source.get("fieldRef"):
        return f"field path {one['fieldPath']}"
    if one := source.get("resourceFieldRef"):
        place = f"{one['containerName']}." if one.get("containerName") else ""
        return f"resource field {place}{one['resource']}"
    return "invalid valueFrom"


def _resolved(source: Json, server: Server, namespace: str) -> str:
    for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        if one := source.get(field):
            found = server.find(ObjectKey("", kind, namespace, one["name"])) or {}
            text = str((found.get("data") or {}).get(one["key"], ""))
            return base64.b64decode(text).decode(errors="replace") if kind == "Secret" else text
    return ""
