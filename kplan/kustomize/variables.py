"""vars: ``$(NAME)`` in the fields that take them.

Upstream: vendor/sigs.k8s.io/kustomize/api/filters/refvar
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.fieldspecs import apply
from kplan.kustomize.ids import Id, gvk_in
from kplan.kustomize.paths import lookup, steps_of
from kplan.kustomize.resources import Resources
from kplan.kustomize.scalars import text_of

_INDEX = re.compile(r"\[(\d+)\]")
_USE = re.compile(r"\$(?:\$|\(([^()]*)\))")


def resolve(
    resources: Resources, variables: Iterable[Mapping[str, Any]], specs: Iterable[Mapping[str, Any]]
) -> None:
    """Put the values of the vars wherever they are used."""
    values = {str(variable.get("name") or ""): _value(resources, variable) for variable in variables}
    if not values:
        return
    # What is a mapping or a list has no text to be put anywhere.
    values = {name: value for name, value in values.items() if not isinstance(value, (dict, list))}
    specs = list(specs)

    def put(container: Any, key: Any) -> None:
        container[key] = _expanded(container[key], values)

    for item in resources:
        apply(item, specs, put)


def _value(resources: Resources, variable: Mapping[str, Any]) -> Any:
    target = variable.get("objref") or {}
    wanted = Id(gvk_in({**target, **_gvk(target)}), target.get("name") or "", target.get("namespace") or "")
    path = (variable.get("fieldref") or {}).get("fieldPath") or "metadata.name"
    item = next((item for item in resources if any(_is_wanted(one, wanted) for one in item.ids)), None)
    if item is None:
        raise KustomizeError(
            f"var '{_shown(variable)}' cannot be mapped to a field in the set of known resources"
        )
    value = lookup(item.value, steps_of(_INDEX.sub(r".\1", path)))
    if value is None:
        raise KustomizeError(
            f"field specified in var '{_shown(variable)}' not found in corresponding resource"
        )
    return value


def _is_wanted(one: Id, wanted: Id) -> bool:
    """Whether a name of a resource is the one that a variable refers to; without a namespace, in any."""
    return (
        one.name == wanted.name
        and one.gvk == wanted.gvk
        and (not wanted.namespace or wanted.namespace == one.place)
    )


def listed(variables: Iterable[Mapping[str, Any]]) -> str:
    """Vars as Go prints a list of them."""
    shown = []
    for variable in variables:
        path = (variable.get("fieldref") or {}).get("fieldPath") or ""
        shown.append(f"{{{variable.get('name') or ''} {gvk_in(variable.get('objref') or {})} {{{path}}}}}")
    return f"[{' '.join(shown)}]"


def _gvk(target: Mapping[str, Any]) -> dict[str, str]:
    group, _, version = str(target.get("apiVersion") or "").rpartition("/")
    return {"group": target.get("group") or group, "version": target.get("version") or version}


def _shown(variable: Mapping[str, Any]) -> str:
    target = variable.get("objref") or {}
    path = (variable.get("fieldref") or {}).get("fieldPath") or "metadata.name"
    gvk = gvk_in({**target, **_gvk(target)})
    return f"{{{variable.get('name') or ''} {gvk} {{{path}}}}}"


def _expanded(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_expanded(item, values) for item in value]
    if isinstance(value, dict):
        return {name: _expanded(item, values) for name, item in value.items()}
    if not isinstance(value, str):
        return value
    whole = _USE.fullmatch(value)
    if whole and whole[1] in values:
        return values[whole[1]]

    def one(found: re.Match[str]) -> str:
        if found[1] is None:
            return "$"
        return text_of(values[found[1]]) if found[1] in values else found[0]

    return _USE.sub(one, value)
