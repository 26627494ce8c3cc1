"""``kplan events``: the Events of the state, oldest first."""

from datetime import UTC, datetime

import click

from kplan.cli import inputs, options

_EXAMPLES = "\b\nExamples:\n  kplan events -A --types Warning\n  kplan events --for pod/web-0 -n shop"


@click.command("events", epilog=_EXAMPLES)
@click.option("-A", "--all-namespaces", is_flag=True, help="Events of every namespace.")
@click.option("--for", "about", default="", metavar="KIND/NAME", help="Only Events about one object.")
@click.option(
    "--types", default="", metavar="TYPE[,TYPE]", help="Only Events of these types: Normal, Warning."
)
@options.namespace
@options.state
@options.output("text", "json")
def command(
    *, all_namespaces: bool, about: str, types: str, namespace: str | None, state: str | None, output: str
) -> int:
    """Print the Events that simulations and dumps left in the state, as kubectl events does."""
    import json

    from kplan.render.table import aligned

    opened = inputs.view(state)
    wanted = {item for item in types.split(",") if item}
    found = [
        event
        for event in opened.store.list("", "Event", "" if all_namespaces else namespace or "default")
        if (not wanted or event.get("type") in wanted) and _is_about(event, about)
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
    click.echo(aligned([heading, *(_row(event, latest, all_namespaces) for event in found)]), nl=False)
    return 0


def _row(event: dict[str, object], latest: str, namespaces: bool) -> list[str]:
    from kplan.render.timeline import elapsed
    from kplan.simulation.clock import parse_instant

    when = _when(event)
    age = elapsed(parse_instant(latest) - parse_instant(when)) if when else "<unknown>"
    regarding = _regarding(event)
    metadata = event["metadata"]
    assert isinstance(metadata, dict)
    first = [str(metadata.get("namespace", ""))] if namespaces else []
    message = str(event.get("message") or event.get("note") or "").replace("\n", " ")
    subject = f"{str(regarding.get('kind', '')).lower()}/{regarding.get('name', '')}"
    return [*first, age, str(event.get("type", "")), str(event.get("reason", "")), subject, message]


def _is_about(event: dict[str, object], about: str) -> bool:
    kind, _, name = about.lower().partition("/")
    regarding = _regarding(event)
    return not about or (str(regarding.get("kind", "")).lower(), regarding.get("name")) == (kind, name)


def _regarding(event: dict[str, object]) -> dict[str, object]:
    found = event.get("involvedObject") or event.get("regarding") or {}
    assert isinstance(found, dict)
    return found


def _when(event: dict[str, object]) -> str:
    fallback = datetime(1970, 1, 1, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = event.get("lastTimestamp") or event.get("eventTime") or event.get("firstTimestamp")
    return str(found or fallback)
