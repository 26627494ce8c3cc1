"""One command line of kubectl, run: the verb found, its words read, and every error in kubectl's words.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go (CheckErr), github.com/spf13/cobra/command.go
"""

import importlib
from collections.abc import Sequence
from dataclasses import replace

from kplan.apiserver.errors import StatusError
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments, FlagError, HelpError, parse
from kplan.kubectl.dryrunstrategy import deprecations_of
from kplan.kubectl.flags import NAMESPACE
from kplan.kubectl.globalflags import GLOBAL, accepted, check_global
from kplan.kubectl.groups import GROUPS, group_of, lines
from kplan.kubectl.impersonation import acting
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.failing import TemplateFailedError
from kplan.kubectl.verb import Context, LiveContext, Verb
from kplan.kubectl.verbs import VERBS, Listed
from kplan.kubectl.wording import ClientError, error_text


def load(listed: Listed) -> Verb:
    """Import a verb."""
    verb: Verb = importlib.import_module(f"kplan.kubectl.verbs.{listed.module}").VERB
    return verb


def find(argv: Sequence[str]) -> tuple[Listed, Sequence[str]] | None:
    """The verb that a command line begins with, of three words, two or one, and the rest of the line; None where there is none."""
    known = {name: listed for listed in VERBS for name in (listed.name, *listed.aliases)}
    for count in (3, 2, 1):
        words = " ".join(argv[:count])
        listed = known.get(words)
        if listed is not None:
            return listed, argv[count:]
        if count > 1 and any(name.startswith(f"{words} ") for name in known):
            return None
    return None


def _flags_before(argv: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """The flags that stand before the verb, with their values, and the rest of the line."""
    alone = {f"--{flag.name}" for flag in GLOBAL if not flag.takes_value}
    place = 0
    while place < len(argv) and argv[place].startswith("-") and argv[place] != "--":
        word = argv[place]
        short = not word.startswith("--")
        takes_next = "=" not in word and (len(word) == len("-n") if short else word not in alone)
        place += 2 if takes_next and place + 1 < len(argv) else 1
    return argv[:place], argv[place:]


def _only_flags(before: Sequence[str], argv: Sequence[str]) -> Printed:
    """What is said of flags before no verb; another word may be a plug-in, which takes none there."""
    if argv and not group_of(argv):
        return Printed(exit=1, err=[f"Error: flags cannot be placed before plugin name: {before[0]}"])
    try:
        parse(before, [*GLOBAL, NAMESPACE])
    except UsageError as error:
        return failed(error, "")
    return _group(argv[0]) if argv else _unknown((), Printed())


def _group(name: str) -> Printed:
    """The help of a group, which is what a line without its second word comes to."""
    printed = Printed(exit=1)
    (printed.err if GROUPS[name].to_error else printed.out).extend(lines(name))
    return printed


def _unknown(argv: Sequence[str], printed: Printed) -> Printed:
    """Say that there is no such command, or none in its group."""
    names = [name for listed in VERBS for name in (listed.name, *listed.aliases)]
    for count in (2, 1):
        group = " ".join(argv[:count])
        if len(argv) > count and any(name.startswith(f"{group} ") for name in names):
            printed.fail(f'error: unknown command "{" ".join(argv[count:])}"')
            printed.warn(f"See 'kubectl {group} -h' for help and examples")
            return printed
    printed.fail(f'error: unknown command "{argv[0] if argv else ""}" for "kubectl"')
    return printed


def run(argv: Sequence[str], context: LiveContext) -> Printed:
    """Run a command line that begins with the verb; what goes wrong is printed as kubectl prints it."""
    context = replace(context, told=[])
    before, argv = _flags_before(argv)
    found = find(argv)
    if found is None and len(argv) > 1 and argv[1].startswith("-"):  # flags between the words of a verb
        more, rest = _flags_before(argv[1:])
        before, argv = [*before, *more], [argv[0], *rest]
        found = find(argv)
    if found is None and before:
        return _only_flags(before, argv)
    if found is None:
        group = group_of(argv)
        return _group(group) if group else _unknown(argv, Printed())
    listed, words = found
    verb = load(listed)
    try:
        arguments = parse([*before, *words], accepted(listed.name, verb.flags))
        check_global(arguments)
        line = " ".join([listed.name, *words])
        return execute(verb, arguments, context, line)
    except (UsageError, StatusError, ClientError) as error:
        printed = failed(error, listed.name)
        return replace(printed, err=[*context.told, *printed.err])


def execute(verb: Verb, arguments: Arguments, context: Context, line: str) -> Printed:
    """Run a verb, as the user of ``--as``; ``line`` is what ``--record`` notes. Raises UsageError, StatusError or ClientError."""
    context.told.extend(deprecations_of(arguments, context.now))
    context = acting(arguments, _recorded(arguments, context))
    if "record" in arguments.values:
        from kplan.kubectl.recording import recording  # noqa: PLC0415 - few lines have --record

        context = recording(line, arguments, context)
    printed = verb.run(arguments, context)  # type: ignore[arg-type] # a change is given a live one
    printed.err = [*context.told, *printed.err]
    return printed


def _recorded(arguments: Arguments, context: Context) -> Context:
    """The context of a user, of whose writes it is noted which fields they wrote."""
    if not isinstance(context, LiveContext):
        return context
    manager = arguments.text("field-manager") if "field-manager" in arguments.flags else ""
    return replace(context, server=context.server.recording(manager))


def failed(error: UsageError | StatusError | ClientError, name: str) -> Printed:
    """What kubectl prints where a verb did not get far."""
    printed = Printed()
    if not isinstance(error, UsageError):
        printed.fail(error_text(error).removesuffix("\n"))
        return printed
    if isinstance(error, TemplateFailedError):
        printed.text = error.printed
    if isinstance(error, HelpError):
        printed.err += error.before.splitlines()
    printed.fail(f"error: {error.message}".removesuffix("\n"))
    if isinstance(error, FlagError):
        printed.warn(f"See 'kubectl {name} --help' for usage.".replace("  ", " "))
    elif isinstance(error, HelpError):
        printed.err += error.after.splitlines()
        printed.warn(f"See 'kubectl {name} -h' for help and examples")
    return printed
