"""``kplan events``: the Events of the state, oldest first."""

from collections.abc import Sequence
from datetime import UTC, datetime

import click

from kplan.cli import inputs, options
from kplan.errors import UsageError

_EXAMPLES = "\b\nExamples:\n  kplan events -A --types Warning\n  kplan events --for pod/web-0 -n shop"


@click.command("events", epilog=_EXAMPLES)
@click.option("-A", "--all-namespaces", is_flag=True, help="Events of every namespace.")
@click.option("--for", "about", default="", metavar="KIND/NAME", help="Only Events about one object.")
@click.option(
    "--types", default="", metavar="TYPE[,TYPE]", help="Only Events of these types: Normal, Warning."
)
@options.namespace
@options.state
@options.printer("text", "json")
def command(
    *, all_namespaces: bool, about: str, types: str, namespace: str | None, state: str | None, output: str
) -> int:
    """Print the Events that simulations and dumps left in the state, as kubectl events does."""
    import json

    from kplan.kubectl.printers.table import aligned

    opened = inputs.view(state)
    wanted = {item.capitalize() for item in types.split(",") if item}
    if wanted - {"Normal", "Warning"}:
        raise UsageError("valid --types are Normal or Warning")
    subject = _subject(about)
    found = [
        event
        for event in opened.store.list("", "Event", "" if all_namespaces else namespace or "default")
        if (not wanted or event.get("type") in wanted) and (subject is None or _about(event) == subject)
    ]
    found.sort(key=_when)
    if output == "json":
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    if not found:
        place = "" if all_namespaces else f" in {namespace or 'default'} namespace"
        click.echo(f"No events found{place}.", err=True)
        return 0
    latest = max(map(_when, found))
    heading = (["NAMESPACE"] if all_namespaces else []) + ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]
    rows = [_row(events, latest, all_namespaces) for events in _alike(found)]
    click.echo(aligned([heading, *rows]), nl=False)
    return 0


def _alike(found: Sequence[dict[str, object]]) -> list[list[dict[str, object]]]:
    """Events that say the same of the same object together, in the order in which they were last seen."""
    groups: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for event in found:
        regarding = _regarding(event)
        names = [str(regarding.get(name)) for name in ("uid", "kind", "namespace", "name", "fieldPath")]
        words = [str(event.get(name)) for name in ("type", "reason", "message", "note")]
        groups.setdefault((*names, *words), []).append(event)
    return sorted(groups.values(), key=lambda events: _when(events[-1]))


def _row(events: Sequence[dict[str, object]], latest: str, namespaces: bool) -> list[str]:
    from kplan.render.timeline import elapsed
    from kplan.simulation.clock import parse_instant

    event, now = events[-1], parse_instant(latest)
    age = elapsed(now - parse_instant(_when(event)))
    count = sum(int(str(one.get("count") or 1)) for one in events)
    if count > 1:
        since = min(str(one.get("firstTimestamp") or _when(one)) for one in events)
        age = f"{age} (x{count} over {elapsed(now - parse_instant(since))})"
    regarding = _regarding(event)
    metadata = event["metadata"]
    assert isinstance(metadata, dict)
    first = [str(metadata.get("namespace", ""))] if namespaces else []
    message = str(event.get("message") or event.get("note") or "").replace("\n", " ")
    subject = f"{str(regarding.get('kind', '')).lower()}/{regarding.get('name', '')}"
    return [*first, age, str(event.get("type", "")), str(event.get("reason", "")), subject, message]


def _subject(about: str) -> tuple[str, str] | None:
    """The kind and name of ``--for``; None without it. Raises UsageError."""
    from kplan.schema.catalog import Catalog

    if not about:
        return None
    kind, slash, name = about.partition("/")
    if not slash or not kind or not name:
        raise UsageError("--for must be in resource/name form", hint="write it as pod/web-0")
    discovery = Catalog.for_version().discovery
    resource = discovery.by_name(kind) or discovery.by_name(kind.lower())
    return (resource.kind.lower() if resource else kind.lower(), name)


def _about(event: dict[str, object]) -> tuple[str, str]:
    regarding = _regarding(event)
    return str(regarding.get("kind", "")).lower(), str(regarding.get("name", ""))


def _regarding(event: dict[str, object]) -> dict[str, object]:
    found = event.get("involvedObject") or event.get("regarding") or {}
    assert isinstance(found, dict)
    return found


def _when(event: dict[str, object]) -> str:
    fallback = datetime(1970, 1, 1, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = event.get("lastTimestamp") or event.get("eventTime") or event.get("firstTimestamp")
    return str(found or fallback)
