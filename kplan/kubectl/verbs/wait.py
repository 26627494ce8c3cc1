"""kubectl wait: let time go by until a condition holds.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/wait/wait.go, staging/src/k8s.io/kubectl/pkg/cmd/wait/condition.go
"""

from collections.abc import Sequence

from kplan.apiserver.errors import StatusError
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.awaiting import Awaited, all_awaited
from kplan.kubectl.choosing import Found, Item, Wanted, choose, timed_out, without_not_found
from kplan.kubectl.flags import Flag, Kind, switch
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import OUTPUT, PrintFlags, print_flags
from kplan.kubectl.reading import Failure, Options, read
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.waiting import wait_until
from kplan.kubectl.wanted import wanted
from kplan.kubectl.wording import ClientError, behind
from kplan.simulation.clock import SECOND, Instant, seconds

_WEEK = 7 * 24 * 3600.0
_TOO_LATE = "client rate limiter Wait returned an error: context deadline exceeded"
_NOT_LOCAL = """you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'"""


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Wait. Raises UsageError."""
    goals = all_awaited(arguments.texts("for"))
    telling, given = print_flags(arguments), wanted(arguments, context)
    chosen = given.wanted._replace(every=arguments.switch("all"))
    if arguments.switch("local") and chosen.words:
        raise UsageError(_NOT_LOCAL)
    timeout = arguments.seconds("timeout")
    limit = min(_WEEK if timeout < 0 else timeout, float(context.patience) if timeout < 0 else timeout)
    end = context.engine.clock.now + seconds(limit)
    found = _found(arguments, context, chosen)
    kinds = {goal.kind for goal in goals}
    if "create" in kinds and chosen.files is None:
        wait_until(context, lambda: _is_there(choose(context.server, chosen)), limit)
        found = choose(context.server, chosen)
        if not _is_there(found):
            raise UsageError("timed out waiting for the condition")
    elif "create" in kinds and found.failures:
        return _refused(found.failures)
    failures = without_not_found(found.failures) if "delete" in kinds else list(found.failures)
    if not found.items and not failures:
        if "delete" not in kinds:
            raise UsageError("no matching resources found")
        return Printed()
    return _wait(context, goals, found, failures, end, telling, once=not limit)


def _is_there(found: Found) -> bool:
    """Whether all that is named is there, and anything of what is selected; another failure is waited for by nobody."""
    return bool(found.items if not found.failures else without_not_found(found.failures))


def _refused(failures: Sequence[StatusError | ClientError]) -> Printed:
    printed = Printed()
    printed.refuse(failures)
    return printed


def _found(arguments: Arguments, context: LiveContext, chosen: Wanted) -> Found:
    """The objects that are meant; with ``--local`` those of the files, whether there are any or not."""
    if not arguments.switch("local"):
        return choose(context.server, chosen)
    found, options = Found(), Options(chosen.namespace, chosen.enforce_namespace)
    for info in read(chosen.files or (), context.server, options):
        if isinstance(info, Failure):
            found.failures.append(info.error)
        else:
            found.items.append(Item(info.resource, info.value, info.source))
    return found


def _wait(
    context: LiveContext, goals: Sequence[Awaited], found: Found, failures: list[StatusError | ClientError],
    end: Instant, telling: PrintFlags, *, once: bool,
) -> Printed:  # fmt: skip
    """Wait for one object after the other, and for one goal after the other; what is left of the
    time is theirs together.

    ``once`` only looks; if the time is up, kubectl looks at no further object.
    """
    printed, missed = Printed(), list[StatusError | ClientError]()
    for item in found.items:
        for goal in goals:
            left = max(0.0, (end - context.engine.clock.now) / SECOND)
            late = not (once or left)
            if late and goal.kind == "delete":
                missed.append(ClientError(_TOO_LATE))
                break
            if late or not wait_until(context, lambda: goal.holds(context.server.find(item.key)), left):  # noqa: B023 - is called at once
                missed.append(ClientError(f"condition not met for {item.place}") if once else timed_out(item))
                break
            telling.tell_item(printed, context.server, item, "condition met")
    printed.refuse(behind(missed, failures) if found.by_file else [*failures, *missed])
    return printed


VERB = Change(
    usage="KIND NAME|KIND/NAME --for=CONDITION",
    about="Let time pass until objects meet a condition.",
    flags=(
        Flag(
            "for",
            "What to wait for: create, delete, condition=NAME[=VALUE] or jsonpath='{PATH}'[=VALUE]; repeatable, in order.",
            Kind.STRING_ARRAY,
            metavar="CONDITION",
        ),
        Flag("timeout", "How long to wait.", Kind.DURATION, metavar="DURATION", default="30s"),
        switch("local", "Use the objects in the files, without looking them up."),
        flags.ALL,
        flags.ALL_NAMESPACES,
        flags.SELECTOR,
        flags.FIELD_SELECTOR,
        flags.FILENAME,
        flags.RECURSIVE._replace(default="true"),
        flags.NAMESPACE,
        *OUTPUT,
    ),
    examples=("wait --for=condition=Available deployment/web --timeout=60s",),
    run=run,
)
