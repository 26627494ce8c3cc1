"""``kplan get``: objects of the state, as ``kubectl get`` prints them."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from kplan.cli import choosing, inputs, options
from kplan.errors import KplanError, UsageError

if TYPE_CHECKING:
    from kplan.render.columns import Columns
    from kplan.schema.discovery import Discovery, Resource
    from kplan.state.store import Store


class NotFoundError(KplanError):
    """The state has no such object."""


@click.command("get")
@click.argument("kinds", metavar="KIND[,KIND...]")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("-A", "--all-namespaces", is_flag=True, help="Objects of every namespace.")
@options.namespace
@options.selector
@options.state
@options.output("text", "wide", "yaml", "json", "name")
def command(
    kinds: str, names: Sequence[str], *, all_namespaces: bool, namespace: str | None, selector: str,
    state: str | None, output: str,
) -> int:  # fmt: skip
    """Print objects of the state: kplan get deployments -n shop; kplan get pod/web-0 -o yaml.

    KIND is a plural, a singular, a short name or 'all', with a group where it is needed: certificates.cert-manager.io.
    """
    from kplan.selectors.labels import Selector

    opened = inputs.view(state)
    discovery = choosing.discovery(opened.store)
    wanted = Selector.parse(selector)
    where = "" if all_namespaces else namespace or "default"
    sections: list[tuple[Resource, list[Any]]] = []
    for resource, chosen in _resources(kinds, names, discovery):
        found = _objects(opened.store, resource, where, chosen)
        matching = [value for value in found if wanted.matches(value["metadata"].get("labels") or {})]
        if matching:
            sections.append((resource, matching))
    if not sections:
        place = (
            ""
            if all_namespaces or not any(r.namespaced for r, _ in _resources(kinds, names, discovery))
            else f" in {where} namespace."
        )
        if output in ("text", "wide", "name"):
            click.echo(f"No resources found{place}", err=True)
            return 0
    sys.stdout.write(
        _printed(
            sections, opened.store, output, one=len(names) == 1 or "/" in kinds, everywhere=all_namespaces
        )
    )
    return 0


def _resources(
    kinds: str, names: Sequence[str], discovery: "Discovery"
) -> "list[tuple[Resource, Sequence[str]]]":
    if "/" in kinds:
        pairs = [one.split("/", 1) for one in (kinds, *names)]
        if any(len(pair) != 2 for pair in pairs):
            raise UsageError(
                "there is no need to name a kind twice", hint="write KIND NAME... or KIND/NAME..."
            )
        return [(choosing.resource_of(kind, discovery), (name,)) for kind, name in pairs]
    expanded = [name for kind in kinds.split(",") for name in (choosing.ALL if kind == "all" else (kind,))]
    if names and len(expanded) > 1:
        raise UsageError("names go with one kind", hint="write KIND/NAME for several kinds")
    return [(choosing.resource_of(kind, discovery), names) for kind in expanded]


def _objects(store: "Store", resource: "Resource", namespace: str, names: Sequence[str]) -> list[Any]:
    found = store.list(resource.group, resource.kind, namespace if resource.namespaced else "")
    if not names:
        return sorted(
            found, key=lambda value: (value["metadata"].get("namespace") or "", value["metadata"]["name"])
        )
    by_name = {value["metadata"]["name"]: value for value in found}
    for name in names:
        if name not in by_name:
            raise NotFoundError(f'{resource.group_resource} "{name}" not found')
    return [by_name[name] for name in names]


def _printed(
    sections: "list[tuple[Resource, list[Any]]]", store: "Store", output: str, *, one: bool, everywhere: bool
) -> str:
    objects = [value for _, found in sections for value in found]
    if output in ("yaml", "json"):
        return _document(objects, output, one=one)
    if output == "name":
        return "".join(
            f"{_title(resource)}/{value['metadata']['name']}\n"
            for resource, found in sections
            for value in found
        )
    from kplan.render.columns import Moment
    from kplan.render.table import table

    moment = Moment(inputs.last_moment(store), wide=output == "wide")
    texts = [
        table(
            found,
            _columns(resource, store),
            moment,
            prefix=f"{_title(resource)}/" if len(sections) > 1 else "",
            namespaces=everywhere and resource.namespaced,
        )
        for resource, found in sections
    ]
    return "\n".join(texts)


def _document(objects: list[Any], output: str, *, one: bool) -> str:
    import json

    from kplan.manifest.writer import to_yaml

    whole = (
        objects[0]
        if one and len(objects) == 1
        else {"apiVersion": "v1", "items": objects, "kind": "List", "metadata": {"resourceVersion": ""}}
    )
    return (
        to_yaml(whole)
        if output == "yaml"
        else json.dumps(whole, indent=4, sort_keys=True, ensure_ascii=False) + "\n"
    )


def _title(resource: "Resource") -> str:
    return f"{resource.kind}.{resource.group}".lower() if resource.group else resource.kind.lower()


def _columns(resource: "Resource", store: "Store") -> "Columns":
    from kplan.render.columns import PLAIN, ROSTER
    from kplan.render.columns.custom import columns_of

    known = ROSTER.get((resource.group, resource.kind))
    if known:
        return known
    name = f"{resource.plural}.{resource.group}"
    for definition in store.list("apiextensions.k8s.io", "CustomResourceDefinition"):
        if definition["metadata"]["name"] == name:
            return columns_of(definition, resource.version)
    return PLAIN
