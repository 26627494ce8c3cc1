"""kubectl exec: what a command would print in a container, where that needs no container.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/exec/exec.go
"""

from collections.abc import Sequence

from kplan.api.containers import state_of
from kplan.api.object import Json
from kplan.api.pods import is_terminal, node_of, phase
from kplan.apiserver.errors import StatusError
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.answers import KNOWN, answer
from kplan.kubectl.answers.answer import Inside
from kplan.kubectl.arguments import Arguments, HelpError
from kplan.kubectl.attachable import container_of, item_of, pods_of, status_of_container
from kplan.kubectl.choosing import Item, choose
from kplan.kubectl.creating import command_of
from kplan.kubectl.flags import Flag, switch
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Context, Query
from kplan.kubectl.wanted import wanted
from kplan.kubectl.wording import ClientError
from kplan.simulation.clock import parse_instant


def run(arguments: Arguments, context: Context) -> Printed:
    """Answer a command. Raises UsageError."""
    printed = Printed()
    words, command = arguments.words[: arguments.before_dash], command_of(arguments)
    files = arguments.given("filename")
    if len(words) > 1 or (files and words and arguments.before_dash is None):
        raise HelpError("exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead")
    if not words and not files:
        raise UsageError("pod, type/name or --filename must be specified")
    if not command:
        raise UsageError("you must specify at least one command for the container")
    try:
        found = pods_of(context, _item(arguments, context, words))
        _answer(command, _inside(found[0], arguments, context, printed), printed)
    except (StatusError, ClientError) as error:
        printed.refuse([error])
    return printed


def _item(arguments: Arguments, context: Context, words: Sequence[str]) -> Item:
    """The object on the command line, or that of a file. Raises UsageError, StatusError or ClientError."""
    if not arguments.given("filename"):
        return item_of(context, words[0], arguments.text("namespace") or "default")
    found = choose(context.server, wanted(arguments, context, words).wanted)
    for failure in found.failures:
        raise failure
    if len(found.items) != 1:
        raise UsageError("cannot exec into multiple objects at a time")
    return found.items[0]


def _inside(pod: Json, arguments: Arguments, context: Context, printed: Printed) -> Inside:
    if is_terminal(pod):
        raise ClientError(f"cannot exec into a container in a completed pod; current phase is {phase(pod)}")
    container = container_of(pod, arguments.text("container"), printed)
    if not node_of(pod):
        where = f"pod {pod['metadata']['name']} does not have a host assigned"
        raise ClientError(f"unable to upgrade connection: {where}")
    running = state_of(status_of_container(pod, container["name"])).get("running")
    if running is None:
        name = container["name"]
        raise ClientError(
            f'Internal error occurred: unable to upgrade connection: container not found ("{name}")'
        )
    return Inside(context.server, pod, container, parse_instant(running["startedAt"]))


def _answer(command: Sequence[str], inside: Inside, printed: Printed) -> None:
    found = answer(command, inside)
    if found is None:
        printed.fail(f"kplan: {KNOWN}")
        return
    printed.text = found.out
    if found.err:
        printed.warn(found.err)
    if found.remark:
        printed.warn(f"kplan: {found.remark}")
    if found.code:
        printed.fail(f"command terminated with exit code {found.code}", found.code)


VERB = Query(
    usage="POD|KIND/NAME [-c CONTAINER] -- COMMAND [ARG...]",
    about="""Print what a command would print in a container, where no container is needed to know it.

    Supported commands: env, printenv, hostname, nslookup, cat of /etc/resolv.conf, /etc/hosts, /etc/hostname and of files
    from ConfigMaps; curl and wget, of which it is shown whether they connect. Values from Secrets are not shown.
    """,
    flags=(
        flags.NAMESPACE,
        flags.FILENAME,
        Flag("container", "Container of the pod.", short="c", metavar="NAME"),
        switch("stdin", "Accepted as in kubectl.", "i"),
        switch("tty", "Accepted as in kubectl.", "t"),
        flags.POD_RUNNING_TIMEOUT,
        switch("quiet", "Accepted as in kubectl.", "q"),
    ),
    examples=("exec web-0 -- cat /etc/resolv.conf", "exec deployment/web -- curl http://db:5432"),
    run=run,
)
