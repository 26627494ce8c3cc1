"""One command line of kubectl, run: the verb found, its words read, and every error in kubectl's words.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go (CheckErr), github.com/spf13/cobra/command.go
"""

import importlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kplan.apiserver.errors import StatusError
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments, FlagError, HelpError, parse
from kplan.kubectl.dryrunstrategy import deprecations_of
from kplan.kubectl.flags import NAMESPACE
from kplan.kubectl.globalflags import GLOBAL, accepted, check_global, count_warnings
from kplan.kubectl.impersonation import acting
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.failing import TemplateFailedError
from kplan.kubectl.resources import UnknownKindError
from kplan.kubectl.unknowncommands import in_group, split, unknown
from kplan.kubectl.verb import Context, LiveContext, Verb
from kplan.kubectl.verbs import VERBS, Listed
from kplan.kubectl.wording import ClientError, error_text

_DIFF: Final = "diff"
"""Verbs that report wrong flags like wrong words, and do not exit as they do if objects differ."""
_MAPPED: Final = frozenset({"explain", "taint"})
"""Verbs that look kinds up themselves, so that an unknown kind is the whole message."""


def load(listed: Listed) -> Verb:
    """Import a verb."""
    verb: Verb = importlib.import_module(f"kplan.kubectl.verbs.{listed.module}").VERB
    return verb


def find(argv: Sequence[str]) -> tuple[Listed, Sequence[str]] | None:
    """The verb at the start of a command line, which has up to three words, and the remaining words;
    None if there is none.
    """
    known = {name: listed for listed in VERBS for name in (listed.name, *listed.aliases)}
    for count in (3, 2, 1):
        words = " ".join(argv[:count])
        listed = known.get(words)
        if listed is not None:
            return listed, argv[count:]
        if count > 1 and any(name.startswith(f"{words} ") for name in known):
            return None
    return None


def flags_before(argv: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """The flags that stand before the verb, with their values, and the rest of the line."""
    alone = {f"--{flag.name}" for flag in GLOBAL if not flag.takes_value}
    place = 0
    while place < len(argv) and argv[place].startswith("-") and argv[place] != "--":
        word = argv[place]
        short = not word.startswith("--")
        takes_next = "=" not in word and (len(word) == len("-n") if short else word not in alone)
        place += 2 if takes_next and place + 1 < len(argv) else 1
    return argv[:place], argv[place:]


def _nowhere(before: Sequence[str], argv: Sequence[str]) -> Printed:
    """The error for a command line that names no command; a word after flags cannot be a plug-in."""
    group, rest = split(argv)
    if argv and not group:
        flag_first = f"Error: flags cannot be placed before plugin name: {before[0]}" if before else ""
        return Printed(exit=1, err=[flag_first]) if flag_first else unknown(argv[0])
    try:
        arguments = parse([*before, *rest], [*GLOBAL, NAMESPACE])
    except UsageError as error:
        return failed(error, group)
    return in_group(group, arguments) if group else unknown("")


def run(argv: Sequence[str], context: LiveContext) -> Printed:
    """Run a command line that begins with the verb; what goes wrong is printed as kubectl prints it."""
    context = replace(context, told=[])
    before, argv = flags_before(argv)
    found = find(argv)
    if found is None and len(argv) > 1 and argv[1].startswith("-"):  # flags between the words of a verb
        more, rest = flags_before(argv[1:])
        before, argv = [*before, *more], [argv[0], *rest]
        found = find(argv)
    if found is None:
        return _nowhere(before, argv)
    listed, words = found
    verb = load(listed)
    try:
        arguments = parse([*before, *words], accepted(listed.name, verb.flags))
        check_global(arguments)
        return execute(verb, arguments, context, _line(listed.name, arguments))
    except (UsageError, StatusError, ClientError) as error:
        printed = failed(error, listed.name)
        return replace(printed, err=[*context.told, *printed.err])


def _line(name: str, arguments: Arguments) -> str:
    """The whole line as kubectl notes it: its words, then its flags in full."""
    given = [f"--{flag}={text}" for flag, texts in arguments.values.items() for text in texts]
    return " ".join(["kubectl", name, *arguments.words, *given])


def execute(verb: Verb, arguments: Arguments, context: Context, line: str) -> Printed:
    """Run a verb, as the user of ``--as``; ``line`` is the whole line that ``--record`` notes.

    Raises UsageError, StatusError or ClientError.
    """
    context.told.extend(deprecations_of(arguments, context.now))
    context = acting(arguments, _recorded(arguments, context))
    if "record" in arguments.values:
        from kplan.kubectl.recording import recording  # noqa: PLC0415 - few lines have --record

        context = recording(line, arguments, context)
    printed = verb.run(arguments, context)  # type: ignore[arg-type] # a change is given a live one
    printed.err = [*context.told, *printed.err]
    count_warnings(arguments, printed)
    return printed


def _recorded(arguments: Arguments, context: Context) -> Context:
    """The context of a user, of whose writes it is noted which fields they wrote."""
    if not isinstance(context, LiveContext):
        return context
    manager = arguments.text("field-manager") if "field-manager" in arguments.flags else ""
    return replace(context, server=context.server.recording(manager))


def failed(error: UsageError | StatusError | ClientError, name: str) -> Printed:
    """What kubectl prints if a verb did not get far."""
    printed = Printed()
    if not isinstance(error, UsageError):
        printed.fail(error_text(error).removesuffix("\n"))
        return printed
    if isinstance(error, TemplateFailedError):
        printed.text = error.printed
    if isinstance(error, HelpError):
        printed.err += error.before.splitlines()
    mapped = name in _MAPPED and isinstance(error, UnknownKindError)
    printed.fail(f"{'' if mapped else 'error: '}{error.message}".removesuffix("\n"))
    differs, helped = name == _DIFF, isinstance(error, HelpError)
    if isinstance(error, HelpError):
        printed.err += error.after.splitlines()
    if isinstance(error, (FlagError, HelpError)) and differs:
        printed.exit = 2
    if helped or (isinstance(error, FlagError) and differs):
        printed.warn(f"See 'kubectl {name} -h' for help and examples")
    elif isinstance(error, FlagError):
        printed.warn(f"See 'kubectl {name} --help' for usage.".replace("  ", " "))
    return printed
