"""kubectl's verbs as commands of kplan: click shows their help and completes them, kubectl's own parser reads them.

The line that was written goes to the parser as it is, so that whatever works in kubectl works here.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import click
from click.core import iter_params_for_processing

from kplan.cli import hidden, inputs, output, reading, simulating
from kplan.cli.flags import flags_of, given_to, option_of, own_options, words_of
from kplan.cli.lean import Command
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments, FlagError, HelpError, UnknownFlagError, parse
from kplan.kubectl.globalflags import accepted, check_global
from kplan.kubectl.invocation import execute, load
from kplan.kubectl.verb import Change, Context, Given, Query, Verb
from kplan.naming import nearest

if TYPE_CHECKING:
    from kplan.cluster import Cluster
    from kplan.kubectl.printed import Printed
    from kplan.kubectl.verb import Editor
    from kplan.kubectl.verbs import Listed
    from kplan.kubectl.watching import Happening
    from kplan.pipeline.states import State
    from kplan.simulation.scenario import Scenario

_ARGUMENTS = "kplan.arguments"
_KUBECTLS = frozenset({"json", "yaml", "name"})
"""Formats that kubectl has as well; if it has an ``-o``, they are its own."""


def command_of(listed: "Listed") -> "VerbCommand":
    """The click command of a verb."""
    return VerbCommand(listed.name, load(listed))


class VerbCommand(Command):
    """A command whose words kubectl's parser reads; click's options are for the help and for completion."""

    def __init__(self, name: str, verb: Verb, own: Sequence[click.Option] | None = None) -> None:
        self._verb = verb
        self._own = own_options(verb) if own is None else own
        super().__init__(
            name,
            params=[words_of(verb), *map(option_of, verb.flags), *self._own],
            help=verb.about,
            epilog=_examples(verb),
            options_metavar="[OPTIONS]",
        )

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The words of the usage line."""
        del ctx
        return [piece for piece in (self.options_metavar, self._verb.usage) if piece]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the line as kubectl does; if click only completes a line, let click look at it. Raises UsageError."""
        if ctx.resilient_parsing:
            return super().parse_args(ctx, args)
        try:
            own = [*self._verb.flags, *chain.from_iterable(map(flags_of, self._own))]
            arguments = parse(args, accepted(str(self.name), own))
        except UnknownFlagError as error:
            raise _with_nearest(error, ctx) from error
        except FlagError as error:
            raise _with_hint(error, ctx) from error
        if arguments.switch("help"):
            click.echo(ctx.get_help(), color=ctx.color)
            ctx.exit()
        check_global(arguments)
        given = {str(one.name): value for one in self._own if (value := given_to(one, arguments)) is not None}
        for option in iter_params_for_processing([], self._own):
            option.handle_parse_result(ctx, given, [])
        ctx.meta[_ARGUMENTS] = arguments
        return []

    def invoke(self, ctx: click.Context) -> int:
        """Run the verb. Raises UsageError."""
        arguments: Arguments = ctx.meta[_ARGUMENTS]
        from kplan.kubectl.recording import line_of

        note = line_of(str(self.name), self._verb, arguments)
        hidden.about(arguments.words)
        hidden.remember(lambda: [_typed(str(self.name), arguments)])
        try:
            return self.act(arguments, ctx.params, note)
        except HelpError as error:
            raise _with_hint(error, ctx) from error
        except UsageError as error:
            error.message = hidden.hidden(error.message)
            raise

    def act(self, arguments: Arguments, own: Mapping[str, Any], note: str) -> int:
        """Do what the verb does, with kplan's own options. Raises UsageError."""
        return _run(self._verb, arguments, own, note)


def _typed(name: str, arguments: Arguments) -> Mapping[str, Any]:
    """What a line sets, as an object whose values are judged by their names;
    all that a line about Secrets sets is hidden.
    """
    flags = [(flag, text) for flag, texts in arguments.values.items() for text in texts]
    words = [*arguments.words, *(text for _, text in flags if "=" in text)]
    pairs = {key: text for key, equals, text in (word.partition("=") for word in words) if equals}
    data = {**{flag: text for flag, text in flags if "=" not in text}, **pairs}
    if not name.startswith("create secret"):
        return {"kind": "ConfigMap", "data": data}
    named = {flag: text for flag, text in flags if flag.startswith("docker-password")}
    literals = dict(text.partition("=")[::2] for text in arguments.texts("from-literal") if "=" in text)
    return {"kind": "Secret", "stringData": {**named, **literals}}


def _with_hint(error: UsageError, ctx: click.Context) -> UsageError:
    return UsageError(error.message, hint=error.hint or f"see '{ctx.command_path} --help'")


def _with_nearest(error: UnknownFlagError, ctx: click.Context) -> UsageError:
    """The error with the flag that was probably meant: one spelled alike, or with the same beginning."""
    longer = sorted((one for one in error.known if one.startswith(error.name)), key=len)
    near = nearest(error.name, error.known) or next(iter(longer), "")
    meant = f"did you mean '--{near}'? " if near else ""
    if error.name == "state":
        meant = "what it changes is the stored state, which 'kplan snapshot import STATE' makes; "
    return UsageError(error.message, hint=f"{meant}see '{ctx.command_path} --help'")


def _run(verb: Verb, arguments: Arguments, own: Mapping[str, Any], note: str) -> int:
    from kplan.kubectl.recording import cause_of

    files = _Files(str(own.get("color", "auto")))
    if isinstance(verb, Query):
        printed = execute(verb, arguments, _context(own, files, of_kinds=verb.of_kinds), cause_of(note))
        return _show(files.failed(printed), raw=_is_raw(arguments), gate=verb.gate)
    terms = simulating.Terms.of(own)
    if any(flag.name == "output" for flag in verb.flags):
        outputs, arguments = _divided(arguments)
        terms = terms._replace(outputs=outputs)
    return _change(verb, arguments, terms, files, note)


class _Files:
    """Reads the files of a verb; if nothing of them can be read, that is all there is to say."""

    def __init__(self, color: str) -> None:
        self._color = color
        self._broken = False

    def __call__(self, filenames: Sequence[str], *, recursive: bool) -> Given:
        given = Given(*inputs.load_given(reading.Files(filenames, recursive), self._color))
        if given.broken and not given.objects:
            click.get_current_context().exit(2)
        self._broken = given.broken
        return given

    def failed(self, printed: "Printed") -> "Printed":
        """What a verb printed; it fails if it was given less than was named."""
        printed.exit = printed.exit or int(self._broken)
        return printed


def _divided(arguments: Arguments) -> tuple[Sequence[output.Output], Arguments]:
    """Kplan's formats among the values of a verb's own ``-o``, and the command line without them. Raises UsageError."""
    given = arguments.texts("output")
    outputs = output.known(given, simulating.SHOWN, but=_KUBECTLS)
    left = tuple(text for text in given if text.partition("=")[0] not in {one.format for one in outputs})
    if left:
        return (), arguments._replace(values={**arguments.values, "output": left})
    return outputs or (output.Output("text"),), arguments.without("output")


def _context(own: Mapping[str, Any], files: Callable[..., Given], *, of_kinds: bool) -> Context:
    from kplan.apiserver.server import Server
    from kplan.schema.catalog import Catalog

    minor = own["kubernetes_versions"][0]
    opened = inputs.view(own["state"], kubernetes=minor, played=not of_kinds)
    minor = inputs.minors_of(opened, [minor])[0]
    catalog = Catalog.for_version(minor)
    server = Server(opened.store, catalog=catalog, now=inputs.now_in(opened))

    def future() -> "Sequence[Happening]":
        from kplan import pipeline

        return pipeline.future(opened, minor)

    return Context(server, files, assumed=lambda: _assumed(opened), future=future)


def _assumed(opened: "State") -> "Scenario":
    from kplan.pipeline.remembering import assumed

    return assumed(opened.facts, None)


def _change(verb: Change, arguments: Arguments, terms: simulating.Terms, files: _Files, note: str) -> int:
    from dataclasses import replace

    from kplan.kubectl.recording import cause_of

    def act(cluster: "Cluster") -> "Printed":
        context = replace(
            cluster.kubectl.context,
            files=files,
            ask=_ask,
            stdin=reading.read_standard_input,
            editor=_editor(),
        )
        return files.failed(execute(verb, arguments, context, cause_of(note)))

    return simulating.act(terms, note, act, gate=verb.gate)


def _editor() -> "Editor":
    from kplan.cli.editing import UsersEditor

    return UsersEditor()


def _ask(question: str) -> str:
    """Show a question, and read a line of standard input; the end of that is no answer."""
    click.echo(question, nl=False)
    return sys.stdin.readline().strip()


_TEMPLATES = ("jsonpath", "go-template", "template", "custom-columns")
"""Outputs that print values as they are, for programs."""


def _is_raw(arguments: Arguments) -> bool:
    """Whether the output is for a program: made by a template, and not on a terminal."""
    asked = any(text.startswith(_TEMPLATES) for text in arguments.texts("output"))
    return asked and not sys.stdout.isatty()


def _show(printed: "Printed", *, raw: bool = False, gate: bool = False) -> int:
    """Print both streams; the exit code is kplan's, or the verb's own if it is an answer."""
    from kplan.render.terminal import escaped

    click.echo(_whole(printed.stdout if raw else escaped(printed.stdout)), nl=False)
    click.echo(_whole(hidden.hidden(escaped(printed.stderr))), nl=False, err=True)
    if gate:
        return printed.exit
    return 2 if printed.exit else 0


def _whole(text: str) -> str | bytes:
    """Text, or bytes if a long line was cut within a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="surrogateescape")
    return text


def _examples(verb: Verb) -> str:
    if not verb.examples:
        return ""
    title = "Example:" if len(verb.examples) == 1 else "Examples:"
    return "\n".join(["\b", title, *(f"  kplan {one}" for one in verb.examples)])
