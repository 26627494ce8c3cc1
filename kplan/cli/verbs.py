"""kubectl's verbs as commands of kplan: click shows their help and completes them, kubectl's own parser reads them.

The line that was written goes to the parser as it is, so that whatever works in kubectl works here.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from kplan.cli import inputs, options, playing
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments, FlagError, HelpError, parse
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.invocation import load
from kplan.kubectl.verb import Change, Context, Given, Query, Verb

if TYPE_CHECKING:
    from kplan.cluster import Cluster
    from kplan.kubectl.printed import Printed
    from kplan.kubectl.verbs import Listed

_ARGV = "kplan.argv"


def command_of(listed: "Listed") -> "VerbCommand":
    """The click command of a verb."""
    return VerbCommand(listed.name, load(listed))


class VerbCommand(click.Command):
    """A command whose words kubectl's parser reads; click's options are for the help and for completion."""

    def __init__(self, name: str, verb: Verb) -> None:
        self._verb = verb
        self._own = _own_options(verb)
        super().__init__(
            name,
            params=[*map(_option, verb.flags), *self._own],
            help=inspect.cleandoc(verb.about),
            epilog=_examples(verb),
            options_metavar="[OPTIONS]",
        )

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The words of the usage line."""
        return [*super().collect_usage_pieces(ctx), *([self._verb.usage] if self._verb.usage else [])]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the line for the parser; where click only completes a line, let click look at it."""
        if ctx.resilient_parsing:
            return super().parse_args(ctx, args)
        ctx.meta[_ARGV] = list(args)
        return []

    def invoke(self, ctx: click.Context) -> int:
        """Run the verb. Raises UsageError."""
        try:
            arguments = parse(ctx.meta[_ARGV], [*self._verb.flags, *map(_flag, self._own)])
            if arguments.switch("help"):
                click.echo(ctx.get_help(), color=ctx.color)
                return 0
            own = {str(option.name): _value(option, ctx, arguments) for option in self._own}
            return _run(self._verb, arguments, own, " ".join([str(self.name), *_told(self._verb, arguments)]))
        except (FlagError, HelpError) as error:
            hint = error.hint or f"see '{ctx.command_path} --help'"
            raise UsageError(error.message, hint=hint) from error


def _run(verb: Verb, arguments: Arguments, own: Mapping[str, Any], note: str) -> int:
    color = str(own.get("color", "auto"))

    def files(filenames: Sequence[str], *, recursive: bool) -> Given:
        return Given(*inputs.load_given(filenames, recursive=recursive, color=color))

    if isinstance(verb, Query):
        return _show(verb.run(arguments, _context(own, files)))
    terms = playing.Terms(**{name: own[name] for name in playing.Terms._fields})
    return _change(verb, arguments, terms, files, note)


def _context(own: Mapping[str, Any], files: Callable[..., Given]) -> Context:
    from kplan.apiserver.server import Server

    store = inputs.view(own["state"]).store
    return Context(Server(store, now=inputs.last_moment(store)), files)


def _change(
    verb: Change, arguments: Arguments, terms: playing.Terms, files: Callable[..., Given], note: str
) -> int:
    from dataclasses import replace

    def act(cluster: "Cluster") -> "Printed":
        return verb.run(arguments, replace(cluster.kubectl.context, files=files))

    return playing.act(terms, note, act, gate=verb.gate)


def _show(printed: "Printed") -> int:
    """Print bytes: long lines may be cut within a character."""
    click.echo(printed.stdout.encode(errors="surrogateescape"), nl=False)
    click.echo(printed.stderr.encode(errors="surrogateescape"), nl=False, err=True)
    return 2 if printed.exit else 0


def _own_options(verb: Verb) -> Sequence[click.Option]:
    """The options that kplan adds: on which state, on what assumptions, how much is read."""
    found: list[click.Parameter] = []
    if any(flag.name == "filename" for flag in verb.flags):
        found += _parameters(options.limiting)
    found += _parameters(options.state if isinstance(verb, Query) else playing.on_terms)
    return [option for option in found if isinstance(option, click.Option)]


def _parameters(decorate: Callable[[Callable[..., int]], Callable[..., int]]) -> Sequence[click.Parameter]:
    """What a decorator of commands adds to one."""
    return click.command("none")(decorate(lambda **_: 0)).params


def _option(flag: Flag) -> click.Option:
    """A flag as click shows it."""
    names = [f"--{flag.name}", *([f"-{flag.short}"] if flag.short else [])]
    plain = flag.kind is Kind.BOOL and flag.default != "true"
    if plain and not flag.metavar:
        return click.Option(names, is_flag=True, help=flag.help)
    shown = flag.default not in ("", "-1", "none")
    return click.Option(
        names, metavar=flag.metavar or None, default=flag.default or None, show_default=shown, help=flag.help,
        multiple=flag.repeatable,
    )  # fmt: skip


def _flag(option: click.Option) -> Flag:
    """An option of kplan's own as kubectl's parser reads it."""
    name = next(one for one in option.opts if one.startswith("--"))
    short = next((one[1:] for one in option.opts if not one.startswith("--")), "")
    kind = Kind.BOOL if option.is_flag else Kind.STRING_ARRAY if option.multiple else Kind.STRING
    return Flag(name[2:], option.help or "", kind, short)


def _value(option: click.Option, ctx: click.Context, arguments: Arguments) -> Any:
    """The value of an option of kplan's own, converted and checked by click."""
    name = _flag(option).name
    if not arguments.given(name):
        return option.process_value(ctx, option.get_default(ctx))
    if option.is_flag:
        return option.process_value(ctx, arguments.switch(name))
    texts = arguments.texts(name)
    return option.process_value(ctx, tuple(texts) if option.multiple else texts[-1])


def _told(verb: Verb, arguments: Arguments) -> list[str]:
    """The verb's own part of the line, as the note of a revision says it."""
    own = {flag.name for flag in verb.flags}
    given = [
        f"--{name}" if arguments.flags[name].kind is Kind.BOOL and text == "true" else f"--{name}={text}"
        for name, texts in arguments.values.items()
        for text in texts
        if name in own
    ]
    return [*arguments.words, *given]


def _examples(verb: Verb) -> str:
    if not verb.examples:
        return ""
    title = "Example:" if len(verb.examples) == 1 else "Examples:"
    return "\n".join(["\b", title, *(f"  kplan {one}" for one in verb.examples)])
