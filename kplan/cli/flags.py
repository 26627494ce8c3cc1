"""Flags of kubectl's verbs as click shows them, and kplan's own options as kubectl's parser reads them."""

from collections.abc import Callable, Sequence

import click

from kplan.cli import options, playing
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.verb import Query, Verb


def own_options(verb: Verb) -> Sequence[click.Option]:
    """The options that kplan adds: on which state, on what assumptions, how much is read."""
    found: list[click.Parameter] = []
    if any(flag.name == "filename" for flag in verb.flags):
        found += _parameters(options.limiting)
    found += _parameters(options.state if isinstance(verb, Query) else playing.on_terms)
    return [option for option in found if isinstance(option, click.Option)]


def _parameters(decorate: Callable[[Callable[..., int]], Callable[..., int]]) -> Sequence[click.Parameter]:
    """What a decorator of commands adds to one."""
    return click.command("none")(decorate(lambda **_: 0)).params


def option_of(flag: Flag) -> click.Option:
    """A flag as click shows it."""
    names = [f"--{flag.name}", *([f"-{flag.short}"] if flag.short else [])]
    plain = flag.kind is Kind.BOOL and flag.default != "true"
    if plain and not flag.metavar:
        return click.Option(names, is_flag=True, help=flag.help)
    metavar = flag.metavar or ("true|false" if flag.kind is Kind.BOOL else None)
    shown = flag.default not in ("", "-1", "none")
    return click.Option(
        names, metavar=metavar, default=flag.default or None, show_default=shown, help=flag.help,
        multiple=flag.repeatable,
    )  # fmt: skip


def flag_of(option: click.Option) -> Flag:
    """An option of kplan's own as kubectl's parser reads it."""
    name = next(one for one in option.opts if one.startswith("--"))
    short = next((one[1:] for one in option.opts if not one.startswith("--")), "")
    kind = Kind.BOOL if option.is_flag else Kind.STRING_ARRAY if option.multiple else Kind.STRING
    return Flag(name[2:], option.help or "", kind, short)


def given_to(option: click.Option, arguments: Arguments) -> object:
    """What the line gives to an option of kplan's own, as click's parser would hand it over."""
    name = flag_of(option).name
    if option.is_flag:
        return arguments.switch(name)
    texts = arguments.texts(name)
    return list(texts) if option.multiple else texts[-1]
