"""One command line of kubectl, run: the verb found, its words read, and every error in kubectl's words.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go (CheckErr), github.com/spf13/cobra/command.go
"""

import importlib
from collections.abc import Sequence

from kplan.apiserver.errors import StatusError
from kplan.errors import UsageError
from kplan.kubectl.arguments import FlagError, HelpError, parse
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import LiveContext, Verb
from kplan.kubectl.verbs import VERBS, Listed
from kplan.kubectl.wording import ClientError, error_text


def load(listed: Listed) -> Verb:
    """Import a verb."""
    verb: Verb = importlib.import_module(f"kplan.kubectl.verbs.{listed.module}").VERB
    return verb


def find(name: str) -> Listed | None:
    """The verb of a name, or None."""
    return next((one for one in VERBS if one.name == name), None)


def run(argv: Sequence[str], context: LiveContext) -> Printed:
    """Run a command line that begins with the verb; what goes wrong is printed as kubectl prints it."""
    name = argv[0] if argv else ""
    listed = find(name)
    if listed is None:
        printed = Printed()
        printed.fail(f'error: unknown command "{name}" for "kubectl"')
        return printed
    verb = load(listed)
    try:
        return verb.run(parse(argv[1:], verb.flags), context)
    except (UsageError, StatusError, ClientError) as error:
        return failed(error, name)


def failed(error: UsageError | StatusError | ClientError, name: str) -> Printed:
    """What kubectl prints where a verb did not get far."""
    printed = Printed()
    if not isinstance(error, UsageError):
        printed.fail(error_text(error).removesuffix("\n"))
        return printed
    if isinstance(error, HelpError):
        printed.err += error.before.splitlines()
    printed.fail(f"error: {error.message}")
    if isinstance(error, FlagError):
        printed.warn(f"See 'kubectl {name} --help' for usage.")
    elif isinstance(error, HelpError):
        printed.err += error.after.splitlines()
        printed.warn(f"See 'kubectl {name} -h' for help and examples")
    return printed
