"""``kplan get``: objects of the state, as ``kubectl get`` prints them."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from kplan.cli import choosing, inputs, options

if TYPE_CHECKING:
    from kplan.api.object import Json
    from kplan.cli.choosing import Section
    from kplan.kubectl.printers.columns import Columns
    from kplan.schema.discovery import Resource
    from kplan.state.store import Store


@click.command("get")
@click.argument("kinds", metavar="KIND[,KIND...]")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("-A", "--all-namespaces", is_flag=True, help="Objects of every namespace.")
@options.namespace
@options.selector
@options.state
@click.option("--show-managed-fields", is_flag=True, help="Keep metadata.managedFields in yaml and json.")
@options.printer("text", "wide", "yaml", "json", "name")
def command(
    kinds: str, names: Sequence[str], *, all_namespaces: bool, namespace: str | None, selector: str,
    state: str | None, show_managed_fields: bool, output: str,
) -> int:  # fmt: skip
    """Print objects of the state: kplan get deployments -n shop; kplan get pod/web-0 -o yaml.

    KIND is a plural, a singular, a short name, 'all' or another category, with a group where it is needed:
    certificates.cert-manager.io.
    """
    from kplan.selectors.labels import Selector

    wanted = Selector.parse(selector)
    store = inputs.view(state).store
    place = choosing.Place(namespace or "default", everywhere=all_namespaces)
    found, missing = choosing.sections(store, (kinds, *names), place, wanted)
    one = _means_one(kinds, names)
    if output in ("yaml", "json"):
        text = (
            "" if one and missing else _document(_shown(found, store, show_managed_fields), output, one=one)
        )
    else:
        text = _names(found) if output == "name" else _tables(found, store, place, wide=output == "wide")
        if not text and not missing:
            inside = all_namespaces or not all(section.resource.namespaced for section in found)
            click.echo(f"No resources found{'' if inside else f' in {place.namespace} namespace.'}", err=True)
    sys.stdout.write(text)
    for error in missing:
        click.echo(f"error: {error.message}", err=True)
    return 2 if missing else 0


def _means_one(kinds: str, names: Sequence[str]) -> bool:
    """Whether the words name one object, which is printed as itself, not in a list."""
    return "," not in kinds and len(names) + ("/" in kinds) == 1


def _shown(found: "Sequence[Section]", store: "Store", managed_fields: bool) -> "list[Json]":
    """The objects as the API server prints them, in the version asked for."""
    from kplan.apiserver.server import Server
    from kplan.kubectl.diff import without_managed_fields

    server = Server(store)
    shown = [
        server.show(store.key_of(value), section.resource.api_version)
        for section in found
        for value in section.objects
    ]
    return [value if managed_fields else without_managed_fields(value) for value in shown if value]


def _names(found: "Sequence[Section]") -> str:
    return "".join(
        f"{_title(section.resource)}/{value['metadata']['name']}\n"
        for section in found
        for value in section.objects
    )


def _tables(found: "Sequence[Section]", store: "Store", place: choosing.Place, *, wide: bool) -> str:
    from kplan.kubectl.printers.columns import Moment
    from kplan.kubectl.printers.table import table

    moment = Moment(inputs.last_moment(store), wide=wide)
    several = len({section.resource.gvk for section in found}) > 1
    texts = [
        table(
            objects,
            _columns(resource, store),
            moment,
            prefix=f"{_title(resource)}/" if several else "",
            namespaces=place.everywhere and resource.namespaced,
        )
        for resource, objects in found
        if objects
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
    from kplan.kubectl.printers.columns import PLAIN, ROSTER
    from kplan.kubectl.printers.columns.custom import columns_of

    known = ROSTER.get((resource.group, resource.kind))
    if known:
        return known
    name = f"{resource.plural}.{resource.group}"
    for definition in store.list("apiextensions.k8s.io", "CustomResourceDefinition"):
        if definition["metadata"]["name"] == name:
            return columns_of(definition, resource.version)
    return PLAIN
