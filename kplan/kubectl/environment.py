"""The variables of a container, changed or listed.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/env/{env_resolve,env_parse}.go
"""

from collections import defaultdict
from collections.abc import Sequence

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.resolving import Resolver, UnresolvedError


def change_environment(
    container: Json, added: Sequence[Json], removed: Sequence[str], title: str, *, overwrite: bool
) -> None:
    """Set and remove variables of a container. Raises UsageError if one has a value that must stay."""
    present: list[Json] = list(container.get("env") or ())
    for one in added:
        old = next((number for number, other in enumerate(present) if other["name"] == one["name"]), None)
        if old is None:
            present.append(one)
            continue
        if not overwrite and present[old].get("value", "") != one.get("value", ""):
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


def listed(
    container: Json, obj: Json, resolver: Resolver | None, *, secrets: bool = True
) -> tuple[Sequence[str], Sequence[str]]:
    """A line for each variable, and what went wrong.

    References are resolved if there is a resolver, of ``secrets`` only if those may be read.
    """
    lines, problems = [], defaultdict(list)
    for one in container.get("env") or ():
        name, source = one["name"], one.get("valueFrom")
        if not source:
            lines.append(f"{name}={one.get('value', '')}")
            continue
        if resolver is not None and (secrets or not source.get("secretKeyRef")):
            try:
                lines.append(f"{name}={resolver.value(source, container, obj)}")
                continue
            except UnresolvedError as error:
                problems[str(error)].append(name)
        lines.append(f"# {name} from {_described(source)}")
    told = [
        f"error retrieving reference for {', '.join(sorted(names))}: {text}"
        for text, names in problems.items()
    ]
    return lines, sorted(told)


def _described(source: Json) -> str:
    if one := source.get("configMapKeyRef"):
        return f"configmap {one['name']}, key {one['key']}"
    if one := source.get("secretKeyRef"):
        return f"secret {one['name']}, key {one['key']}"
    if one := source.get("fieldRef"):
        return f"field path {one['fieldPath']}"
    if one := source.get("resourceFieldRef"):
        place = f"{one['containerName']}/" if one.get("containerName") else ""
        return f"resource field {place}{one['resource']}"
    return "invalid valueFrom"
