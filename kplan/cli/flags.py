"""Flags of kubectl's verbs as click shows them, and kplan's own options as kubectl's parser reads them."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import click

from kplan.cli import completion, lean, options, output, reading, settings, simulating
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.verb import Change, Query, Verb


def own_options(verb: Verb) -> Sequence[click.Option]:
    """The options that kplan adds: on which state, on what assumptions, how much is read, and as what it is told.

    Where kubectl's verb has an ``--output`` of its own, that is the one, and takes kplan's formats as well.
    """
    names = {flag.name for flag in verb.flags if not flag.inert}
    decorators: list[Callable[[Any], Any]] = [
        reading.filtered if "filename" in names else settings.configured
    ]
    looks = isinstance(verb, Query)
    decorators += [options.kubernetes_version, options.state] if looks else [simulating.on_terms]
    if isinstance(verb, Change):
        decorators.append(simulating.judged)
        if "output" not in names:
            decorators.append(output.output(*simulating.SHOWN))
    return [_beside(option, names) for option in options_of([*decorators, output.show_secrets])]


def _beside(option: click.Option, names: Collection[str]) -> click.Option:
    """An option without those of its names that mean something else to kubectl."""
    option.opts = [one for one in option.opts if one.removeprefix("--") not in names]
    return option


def options_of(decorators: Iterable[Callable[[Any], Any]]) -> Sequence[click.Option]:
    """The options that decorators of a command make."""
    command: Any = lambda: None  # noqa: E731 - a new one each time: decorators leave their options on it
    for decorate in decorators:
        command = decorate(command)
    return [option for option in click.command("none")(command).params if isinstance(option, click.Option)]


def words_of(verb: Verb) -> click.Argument:
    """The words that follow a verb, for a shell to complete: nodes, or kinds and their names."""
    offers = None
    if verb.usage.startswith("NODE"):
        offers = completion.nodes
    elif verb.usage.startswith("POD"):
        offers = completion.pods
    elif "KIND" in verb.usage:
        offers = completion.objects
    return click.Argument(["words"], nargs=-1, shell_complete=offers)


def _completed(flag: Flag) -> completion.Complete | None:
    """What a shell offers as the value of a flag."""
    if flag.name in ("filename", "namespace"):
        return completion.paths if flag.name == "filename" else completion.namespaces
    return completion.one_of(flag.metavar.split("|")) if "|" in flag.metavar else None


def option_of(flag: Flag) -> click.Option:
    """A flag as click shows it."""
    names = [f"--{flag.name}", *([f"-{flag.short}"] if flag.short else [])]
    plain = flag.kind is Kind.BOOL and flag.default != "true"
    if plain and not flag.metavar:
        return lean.Option(names, is_flag=True, help=flag.help)
    metavar = flag.metavar or ("true|false" if flag.kind is Kind.BOOL else None)
    shown = flag.default not in ("", "-1", "none")
    return lean.Option(
        names, metavar=metavar, default=flag.default or None, show_default=shown, help=flag.help,
        multiple=flag.repeatable, shell_complete=_completed(flag),
    )  # fmt: skip


def flags_of(option: click.Option) -> Sequence[Flag]:
    """An option of kplan's own as kubectl's parser reads it, under each of its names."""
    names = [one[2:] for one in option.opts if one.startswith("--")]
    short = next((one[1:] for one in option.opts if not one.startswith("--")), "")
    kind = Kind.BOOL if option.is_flag else Kind.STRING_ARRAY if option.multiple else Kind.STRING
    return [Flag(name, option.help or "", kind, "" if place else short) for place, name in enumerate(names)]


def given_to(option: click.Option, arguments: Arguments) -> object | None:
    """What the line gives to an option of kplan's own, as click's parser would hand it over;
    None if it gives nothing.
    """
    names = [flag.name for flag in flags_of(option) if arguments.given(flag.name)]
    if not names:
        return None
    if option.is_flag:
        return arguments.switch(names[0])
    texts = [text for name in names for text in arguments.texts(name)]
    return texts if option.multiple else texts[-1]
