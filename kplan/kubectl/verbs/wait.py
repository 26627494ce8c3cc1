"""kubectl wait: let time go by until a condition holds.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/wait/wait.go, staging/src/k8s.io/kubectl/pkg/cmd/wait/condition.go
"""

from kplan.apiserver.errors import StatusError
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.awaiting import Awaited, awaited
from kplan.kubectl.choosing import Found, choose, timed_out, without_not_found
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import OUTPUT, PrintFlags, print_flags
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.waiting import wait_until
from kplan.kubectl.wanted import wanted
from kplan.kubectl.wording import ClientError

_WEEK = 7 * 24 * 3600.0


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Wait. Raises UsageError."""
    goal = awaited(arguments.text("for"))
    telling, given = print_flags(arguments), wanted(arguments, context)
    chosen = given.wanted._replace(every=arguments.switch("all"))
    timeout = arguments.seconds("timeout")
    limit = min(_WEEK if timeout < 0 else timeout, float(context.patience) if timeout < 0 else timeout)
    found = choose(context.server, chosen)
    if goal.kind == "create":
        wait_until(context, lambda: not choose(context.server, chosen).failures, limit)
        found = choose(context.server, chosen)
        if found.failures:
            raise UsageError("timed out waiting for the condition")
    failures = without_not_found(found.failures) if goal.kind == "delete" else list(found.failures)
    if not found.items and not failures:
        if goal.kind != "delete":
            raise UsageError("no matching resources found")
        return Printed()
    return _wait(context, goal, found, failures, limit, telling)


def _wait(
    context: LiveContext, goal: Awaited, found: Found, failures: list[StatusError | ClientError], limit: float,
    telling: PrintFlags,
) -> Printed:  # fmt: skip
    """Wait for one object after the other; what is left of the time is theirs together."""
    printed = Printed()
    deadline = context.engine.clock.now + round(limit * 1_000_000)
    for item in found.items:
        left = max(0.0, (deadline - context.engine.clock.now) / 1_000_000)
        if wait_until(context, lambda item=item: goal.holds(context.server.find(item.key)), left):  # type: ignore[misc]
            telling.tell_item(printed, context.server, item, "condition met")
        else:
            at_once = goal.kind == "delete" and not limit
            failures.append(
                ClientError(f"condition not met for {item.place}") if at_once else timed_out(item)
            )
    printed.refuse(failures)
    return printed


VERB = Change(
    usage="KIND NAME|KIND/NAME --for=CONDITION",
    about="Let time go by until a condition of objects holds.",
    flags=(
        Flag(
            "for",
            "What to wait for: create, delete, condition=NAME[=VALUE] or jsonpath='{PATH}'[=VALUE].",
            Kind.STRING,
            metavar="CONDITION",
        ),
        Flag("timeout", "How long to wait.", Kind.DURATION, metavar="DURATION", default="30s"),
        flags.ALL,
        flags.ALL_NAMESPACES,
        flags.SELECTOR,
        flags.FIELD_SELECTOR,
        *flags.FILES,
        flags.NAMESPACE,
        *OUTPUT,
    ),
    examples=("wait --for=condition=Available deployment/web --timeout=60s",),
    run=run,
)
