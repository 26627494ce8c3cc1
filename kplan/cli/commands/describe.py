"""``kplan describe``: one object of the state in full, with the Events about it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kplan.cli import inputs, options
from kplan.errors import KplanError, UsageError

if TYPE_CHECKING:
    from kplan.api.object import Json
    from kplan.state.store import Store


@click.command("describe")
@click.argument("kind")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@options.namespace
@options.state
def command(kind: str, names: Sequence[str], *, namespace: str | None, state: str | None) -> int:
    """Print every field of objects and the Events about them: kplan describe deployment web; kplan describe pod/web-0.

    Ages count back from the state's latest Event.
    """
    from kplan.api.gvk import ObjectKey
    from kplan.render.describe import describe
    from kplan.schema.catalog import Catalog
    from kplan.schema.crd import custom_kinds

    store = inputs.view(state).store
    definitions = store.list("apiextensions.k8s.io", "CustomResourceDefinition")
    custom = [one.resource for definition in definitions for one in custom_kinds(definition)]
    discovery = Catalog.for_version("1.36").discovery.extended(custom)
    named, slash, name = kind.partition("/")
    resource = discovery.by_name(named.lower())
    if resource is None:
        raise UsageError(f'the state does not have a resource type "{named}"')
    place = (namespace or "default") if resource.namespaced else ""
    found = store.list(resource.group, resource.kind, place)
    wanted = [name, *names] if slash else list(names)
    if wanted:
        chosen = [store.get(ObjectKey(resource.group, resource.kind, place, one)) for one in wanted]
        for one, value in zip(wanted, chosen, strict=True):
            if value is None:
                raise KplanError(f'{resource.group_resource} "{one}" not found')
    else:
        chosen = list(found)
    now = _latest(store)
    texts = [describe(value, _events(store, value), now) for value in chosen if value is not None]
    click.echo("\n\n".join(texts), nl=False)
    return 0


def _events(store: "Store", value: "Json") -> "list[Json]":
    metadata = value["metadata"]
    about = (value["kind"], metadata["name"], metadata.get("namespace") or "")
    return [
        event
        for event in store.list("", "Event", metadata.get("namespace") or "default")
        if _regarding(event) == about
        and (event["involvedObject"].get("uid") or metadata.get("uid")) == metadata.get("uid")
    ]


def _regarding(event: "Json") -> tuple[str, str, str]:
    found = event.get("involvedObject") or {}
    return found.get("kind", ""), found.get("name", ""), found.get("namespace") or ""


def _latest(store: "Store") -> int:
    from kplan.simulation.clock import START, parse_instant

    stamps = [event.get("lastTimestamp") or event.get("eventTime") or "" for event in store.list("", "Event")]
    latest = max(stamps, default="")
    return parse_instant(latest) if latest else START
