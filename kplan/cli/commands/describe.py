"""``kplan describe``: objects of the state in full, as ``kubectl describe`` tells of them."""

from collections.abc import Sequence

import click

from kplan.cli import choosing, inputs, options, reading
from kplan.errors import UsageError

_EXAMPLES = (
    "\b\nExamples:\n  kplan describe deployment web\n  kplan describe pods -l app=web -n shop\n"
    "  kplan describe pod/web-0 svc/web\n  kplan describe pods web-7d9"
)


@click.command("describe", epilog=_EXAMPLES)
@click.argument("targets", nargs=-1, metavar="[KIND [NAME...]|KIND/NAME...]")
@click.option("-A", "--all-namespaces", is_flag=True, help="Objects of every namespace.")
@click.option(
    "--show-events", type=click.BOOL, is_flag=False, flag_value=True, default=None, metavar="true|false",
    help="Print the Events about the objects. Default: true for one object, false for several.",
)  # fmt: skip
@reading.filenames
@options.namespace
@options.selector
@options.state
def command(
    targets: Sequence[str], *, all_namespaces: bool, show_events: bool | None, filenames: Sequence[str],
    recursive: bool, namespace: str | None, selector: str, state: str | None,
) -> int:  # fmt: skip
    """Tell of objects in full, with what belongs to them, as kubectl describe does.

    A name that no object has means all whose names begin with it. Ages count back from the last moment of the state.
    """
    from kplan.kubectl.printers.describe import Scene, describe
    from kplan.kubectl.wording import errors_text
    from kplan.selectors.labels import Selector

    if not targets and not filenames:
        raise UsageError("name a kind to describe, or a file with -f")
    if targets and filenames:
        raise UsageError("kinds and names do not go with -f")
    given, broken = inputs.load_given(filenames, recursive=recursive)
    place = choosing.Place(namespace or "default", everywhere=all_namespaces)
    store = inputs.view(state).store
    chosen = choosing.choose(store, targets, given, place, Selector.parse(selector))
    single = len(chosen.objects) == 1 and not chosen.missing and not chosen.prefix
    scene = Scene(store, inputs.last_moment(store), single if show_events is None else show_events)
    texts = [describe(value, scene) for value in chosen.objects]
    _print("".join(f"{text}\n" for text in texts) if chosen.prefix else "\n\n".join(texts))
    if chosen.missing:
        click.echo(errors_text(chosen.missing), nl=False, err=True)
        return 2
    if not texts:
        where = "" if all_namespaces else f" in {place.namespace} namespace."
        click.echo(f"No resources found{where}", err=True)
    return 2 if broken else 0


def _print(text: str) -> None:
    """Print bytes: long lines may be cut within a character."""
    click.echo(text.encode(errors="surrogateescape"), nl=False)
