"""kubectl delete: objects by name, labels, kind or file.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/delete/delete.go
"""

from collections.abc import Sequence
from typing import Final

from kplan.apiserver.errors import StatusError
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Found, Item, choose, timed_out, without_not_found
from kplan.kubectl.delete import Deletion, delete_items
from kplan.kubectl.deleteflags import CASCADE, GRACE_PERIOD, TIMEOUT, propagation_of
from kplan.kubectl.deprecated import deprecations
from kplan.kubectl.dryrunstrategy import DryRunStrategy, strategy_of
from kplan.kubectl.flags import switch
from kplan.kubectl.printed import Printed
from kplan.kubectl.raw import RAW, check_raw
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.waiting import wait_for_events, wait_until
from kplan.kubectl.wanted import wanted
from kplan.kubectl.wording import ClientError
from kplan.simulation.clock import SECOND

_FORCED = (
    "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. "
    "The resource may continue to run on the cluster indefinitely."
)


_ANSWER: Final = 1024
"""The most bytes read of an answer to a question."""
_OF_CLUSTER: Final = "Warning: deleting cluster-scoped resources, not scoped to the provided namespace"


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Delete objects. Raises UsageError."""
    propagation, grace = propagation_of(arguments, context.told), _grace(arguments)
    strategy = strategy_of(arguments)
    if arguments.text("raw"):
        return _raw(arguments, context)
    given = wanted(arguments, context)
    every = arguments.switch("all")
    # nothing is asked for before it is deleted
    meant = given.wanted._replace(every=every, doing="deleting", latest=False, required=False, reads=False)
    found = choose(context.server, meant)
    found.items = [_with_identity(item, context) for item in found.items]
    if arguments.text("output") not in ("", "name"):
        output = arguments.text("output")
        raise UsageError(f"unexpected -o output mode: {output}. We only support '-o name'")
    printed = Printed(exit=int(given.broken))
    if grace == 0:
        printed.warn(_FORCED)
    printed.err += deprecations(found, context.server)
    deletion = Deletion(propagation, grace, strategy, name_only=arguments.text("output") == "name")
    ignored = arguments.switch("ignore-not-found") or (every and given.wanted.files is None)
    if arguments.switch("interactive") and found.items:
        question = _question(found.items)
        if not _agreed(question, context):
            printed.say("deletion is cancelled")
        else:
            _delete(arguments, context, found, deletion, ignored=ignored, printed=printed)
        if context.ask is None:
            _put_before(question, printed)
        return printed
    return _delete(arguments, context, found, deletion, ignored=ignored, printed=printed)


def _delete(
    arguments: Arguments, context: LiveContext, found: Found, deletion: Deletion, *, ignored: bool, printed: Printed
) -> Printed:  # fmt: skip
    """Delete what was found, and wait until it is gone."""
    if refused := _undeletable(found):
        found.failures, found.items = [refused], []
    found.failures.sort(key=lambda one: isinstance(one, ClientError))
    if arguments.given("namespace") and not arguments.switch("all-namespaces") and _has_of_cluster(found):
        printed.warn(_OF_CLUSTER)
    kept = delete_items(context.server, found.items, deletion, printed)
    failures = found.behind(kept) if found.by_file else [*found.failures, *kept]
    told = without_not_found(failures) if ignored else failures
    printed.refuse(told, nested=len(told) < len(failures))  # what is left of a list is a list
    if not found.items and not failures:
        printed.say("No resources found")
    if arguments.switch("wait") and deletion.strategy is DryRunStrategy.NONE and not failures:
        _wait(found.items, arguments, context, printed)
    return printed


def _has_of_cluster(found: Found) -> bool:
    """Whether something is to be deleted that is in no namespace."""
    return any(not one.namespaced for one in (*(item.resource for item in found.items), *found.missing))


def _undeletable(found: Found) -> StatusError | None:
    """The server's error for a kind whose objects cannot be deleted."""
    kinds = (*found.resources, *found.missing)
    if all("delete" in one.verbs for one in kinds if one.verbs):
        return None
    return StatusError(
        405, "MethodNotAllowed", "the server does not allow this method on the requested resource"
    )


def _raw(arguments: Arguments, context: LiveContext) -> Printed:
    """Delete the object of a path of the API. Raises UsageError or StatusError."""
    from kplan.kubectl.rest import objects, requests  # noqa: PLC0415 - few lines have --raw

    if arguments.switch("interactive"):
        raise UsageError("--interactive can not be used with --raw")
    check_raw(arguments, files=0)
    return requests.send(arguments, context, objects.delete)


def _question(items: Sequence[Item]) -> str:
    head = f"You are about to delete the following {len(items)} resource(s):"
    titles = [item.title_of_kind for item in items]
    return "\n".join([head, *titles, "Do you want to continue? (y/N): "])


def _agreed(question: str, context: LiveContext) -> bool:
    """Whether who sits at the terminal, or the first line of standard input, wants that.

    Raises UsageError if there is neither.
    """
    if context.ask is not None:
        return context.ask(question).lower() == "y"
    if context.stdin is None:
        raise UsageError(
            "--interactive needs somebody to ask", hint="leave it out, or run the command in a terminal"
        )
    return context.stdin(_ANSWER).partition(b"\n")[0].strip().lower() == b"y"


def _put_before(question: str, printed: Printed) -> None:
    """Print a question that was shown to nobody, and what follows in the line of its answer."""
    *lines, last = question.split("\n")
    if printed.out:
        printed.out[0] = last + printed.out[0]
    else:
        printed.text = last + printed.text
    printed.out[:0] = lines


def _wait(items: Sequence[Item], arguments: Arguments, context: LiveContext, printed: Printed) -> None:
    """Wait until the objects are gone; without a timeout as long as anything happens."""
    timeout = arguments.seconds("timeout")
    wait, limit = (wait_until, timeout) if timeout else (wait_for_events, float(context.patience))
    left = limit
    for item in items:
        begin = context.engine.clock.now
        gone = wait(context, lambda item=item: _is_gone(item, context), left)  # type: ignore[misc]
        left = max(0.0, left - (context.engine.clock.now - begin) / SECOND)
        if not gone and timeout:
            printed.refuse([timed_out(item)])


def _with_identity(item: Item, context: LiveContext) -> Item:
    """What is named as the object that there is, whose end is waited for, as far as the user may know."""
    try:
        live = context.server.find(item.key) if item.name else None
    except (StatusError, ClientError):
        return item
    return item._replace(value=live) if live else item


def _is_gone(item: Item, context: LiveContext) -> bool:
    """Whether no object has that name, or another object has it."""
    found = context.server.find(item.key)
    return found is None or found["metadata"].get("uid") != item.value["metadata"].get("uid")


def _grace(arguments: Arguments) -> int | None:
    """What is asked of the server: 0 only by force, as kubectl has it."""
    seconds, force = arguments.number("grace-period"), arguments.switch("force")
    if arguments.switch("now"):
        if seconds != -1:
            raise UsageError("--now and --grace-period cannot be specified together")
        seconds = 1
    if force and seconds > 0:
        raise UsageError("--force and --grace-period greater than 0 cannot be specified together")
    if force:
        return 0
    return None if seconds < 0 else max(seconds, 1)


VERB = Change(
    usage="[KIND NAME... | KIND/NAME...]",
    about="Delete objects, as kubectl delete does, and show what follows.",
    flags=(
        *flags.FILES,
        flags.SELECTOR,
        flags.FIELD_SELECTOR,
        flags.ALL,
        flags.ALL_NAMESPACES,
        CASCADE,
        GRACE_PERIOD,
        RAW,
        switch("interactive", "Name the objects and ask before they are deleted.", "i"),
        switch("now", "Give pods one second to terminate."),
        switch("force", "Delete pods without waiting for them to terminate; not with a grace period above 0."),
        switch("ignore-not-found", "Do not fail when an object does not exist."),
        switch("wait", "Wait until the objects are gone.", default=True),
        TIMEOUT,
        flags.DRY_RUN,
        flags.NAME_OUTPUT,
        flags.NAMESPACE,
    ),
    examples=(
        "delete deployment web -n shop", "delete pod/web-0 pod/web-1 --commit", "delete -f configs/",
        "delete pods -l app=web",
    ),
    run=run,
)  # fmt: skip
