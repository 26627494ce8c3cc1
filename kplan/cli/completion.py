"""What a shell completes: rule codes, kinds, names, nodes;
an answer that cannot be had is no answer, never an error.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Complete = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]
Offers = Callable[[click.Context, str], Iterable[tuple[str, str]]]


def _completing(offers: Offers) -> Complete:
    """Offer what begins with what has been typed; a state that cannot be read offers nothing."""

    @wraps(offers)
    def complete(
        context: click.Context, parameter: click.Parameter, incomplete: str
    ) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem

        del parameter
        try:
            found = list(offers(context, incomplete))
        except Exception:  # noqa: BLE001 - a shell would print the traceback between the user's keys
            return []
        return [CompletionItem(value, help=text) for value, text in found if value.startswith(incomplete)]

    return complete


@_completing
def codes(context: click.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """Codes of rules, each with its summary; after a comma the next one."""
    del context
    before = incomplete[: incomplete.rfind(",") + 1]
    return ((f"{before}{code}", text) for code, text in _codes())


@_completing
def documented(context: click.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """Every code that ``kplan rules`` explains, each with its summary."""
    from kplan.plan.risks import all_risks
    from kplan.policies import TEXT

    del context, incomplete
    yield from _codes()
    yield from ((risk.code, risk.summary) for risk in all_risks())
    yield TEXT.code, TEXT.summary


def _codes() -> Iterator[tuple[str, str]]:
    """Codes of rules and of what reading and the server report."""
    from kplan.lint.codes import CODES, SERVER_CODES
    from kplan.lint.rules import all_rules

    yield from ((rule.code, rule.summary) for rule in all_rules())
    yield from ((code.code, code.text) for code in (*CODES, *SERVER_CODES))


@_completing
def minors(context: click.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """The bundled minors."""
    from kplan.schema.releases import SUPPORTED

    del context, incomplete
    yield from ((minor, "") for minor in SUPPORTED)


@_completing
def nodes(context: click.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """The nodes of the state."""
    del incomplete
    yield from _names(context, "", "Node")


@_completing
def namespaces(context: click.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """The namespaces of the state."""
    del incomplete
    yield from _names(context, "", "Namespace")


@_completing
def objects(context: click.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """A kind first, then names of that kind; or ``KIND/NAME``."""
    from kplan.schema.catalog import Catalog

    discovery = Catalog.for_version().discovery
    words = _words(context)
    kind, slash, _ = incomplete.partition("/")
    if slash or (words and "/" not in words[0]):
        yield from _of_kind(context, kind if slash else words[0], f"{kind}/" * bool(slash))
        return
    yield from ((one.plural, one.kind) for one in discovery)


def _of_kind(context: click.Context, name: str, before: str) -> Iterator[tuple[str, str]]:
    """The names of the objects of a kind, behind what was typed before them."""
    from kplan.schema.catalog import Catalog

    resource = Catalog.for_version().discovery.by_name(name)
    if resource is not None:
        place = str(context.params.get("namespace") or "default") if resource.namespaced else ""
        yield from (
            (f"{before}{one}", text) for one, text in _names(context, resource.group, resource.kind, place)
        )


@_completing
def pods(context: click.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """The pods of the namespace; after ``KIND/`` the objects of that kind, and nothing behind the first word."""
    kind, slash, _ = incomplete.partition("/")
    if slash:
        yield from _of_kind(context, kind, f"{kind}/")
    elif not _words(context):
        yield from _of_kind(context, "pods", "")


def one_of(choices: Iterable[str]) -> Complete:
    """Offers fixed words; of ``jsonpath=...`` the part that is fixed."""

    @_completing
    def offered(context: click.Context, incomplete: str) -> Iterator[tuple[str, str]]:
        del context, incomplete
        yield from ((one.removesuffix("..."), "") for one in choices)

    return offered


def paths(context: click.Context, parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Files and folders, which the shell itself knows."""
    from click.shell_completion import CompletionItem

    del context, parameter
    return [CompletionItem(incomplete, type="file")]


def _words(context: click.Context) -> list[str]:
    """The arguments typed before the one that is completed."""
    given = [context.params.get(str(one.name)) for one in _arguments(context)]
    return [word for value in given for word in ([value] if isinstance(value, str) else value or ())]


def _arguments(context: click.Context) -> list[click.Parameter]:
    return [one for one in context.command.params if isinstance(one, click.Argument)]


def _names(context: click.Context, group: str, kind: str, namespace: str = "") -> Iterator[tuple[str, str]]:
    """The names of a kind in the state that ``--state`` names, or in the stored one."""
    from pathlib import Path

    from kplan import pipeline

    spec: Any = context.params.get("state")
    store = pipeline.open_state(spec, Path.cwd()).store
    yield from ((value["metadata"]["name"], "") for value in store.list(group, kind, namespace))
