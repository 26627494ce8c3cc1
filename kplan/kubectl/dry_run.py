"""The API server's answer to every object, one after the other.

An object that exists is replaced, one that does not is created: what counts is whether the server would take
it, and how it would look.
"""

from collections.abc import Iterable

from kplan.api.object import Json, Object
from kplan.apiserver.attributes import WebhookCall
from kplan.apiserver.errors import StatusError
from kplan.apiserver.request import Answer
from kplan.apiserver.server import Server
from kplan.diagnostics import Diagnostic
from kplan.kubectl.diagnose import diagnose, note_webhooks, warn
from kplan.kubectl.emulation import emulate_controllers
from kplan.kubectl.reading import Failure, Info, Options, read
from kplan.kubectl.rounds import in_rounds
from kplan.kubectl.wording import ClientError
from kplan.namedtuples import NamedTuple


class Reply(NamedTuple):
    """What the server said to one object."""

    origin: Object
    value: Json | None
    """The object as it would be stored and printed; None if it is refused."""
    status: Json | None = None
    """The Status of a refusal."""
    refusal: str = ""
    """Why the object never reached the server."""
    created: bool = False
    webhooks: tuple[WebhookCall, ...] = ()
    """Webhooks that would be called; none was."""


class DryRun:
    """All replies in order, and every refusal and warning with its place."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.diagnostics = list[Diagnostic]()
        self.late = 0
        """How many objects came before what they need."""


def dry_run(objects: Iterable[Object], server: Server, options: Options) -> DryRun:
    """Ask about every object. The server is one over a fork:
    it stores each answer, so later objects see earlier ones.
    """
    result, failures, given = DryRun(), list[Failure](), list(objects)

    def once(some: Iterable[Object]) -> None:
        for item in read(some, server, options):
            try:
                result.replies.append(_reply(item, server, result))
            except _RefusedError as refused:
                failures.append(refused.failure)

    result.late = in_rounds(given, once, failures, patient=options.patient)
    for failure in failures:
        _refused(failure, result)
    order = {id(origin): place for place, origin in enumerate(given)}
    result.replies = list({id(reply.origin): reply for reply in result.replies}.values())
    result.replies.sort(key=lambda reply: order[id(reply.origin)])
    return result


class _RefusedError(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure.error))
        self.failure = failure


def _reply(item: Info | Failure, server: Server, result: DryRun) -> Reply:
    if isinstance(item, Failure):
        raise _RefusedError(item)
    try:
        answer = _ask(item, server)
    except (StatusError, ClientError) as error:
        raise _RefusedError(Failure(item.origin, error, item)) from error
    emulate_controllers(answer.stored, server)
    result.diagnostics += warn(item.origin, answer.warnings)
    result.diagnostics += note_webhooks(item.origin, answer.webhooks)
    return Reply(item.origin, _unstored(answer), created=answer.created, webhooks=answer.webhooks)


def _unstored(answer: Answer) -> Json:
    """The answer without the version that only storing it for real gives."""
    value = answer.value
    return {
        **value,
        "metadata": {name: item for name, item in value["metadata"].items() if name != "resourceVersion"},
    }


def _ask(info: Info, server: Server) -> Answer:
    live = server.find(info.key) if info.name else None
    if live is None:
        return server.create(info.value, namespace=info.namespace)
    metadata = {**info.value["metadata"], "resourceVersion": live["metadata"].get("resourceVersion")}
    return server.update({**info.value, "metadata": metadata}, namespace=info.namespace, name=info.name)


def _refused(failure: Failure, result: DryRun) -> None:
    if isinstance(failure.error, StatusError):
        reply = Reply(failure.origin, None, failure.error.status())
    else:
        reply = Reply(failure.origin, None, refusal=str(failure.error))
    result.replies.append(reply)
    result.diagnostics += diagnose(failure)
    result.diagnostics += warn(failure.origin, _warnings(failure.error))


def _warnings(error: StatusError | ClientError) -> tuple[str, ...]:
    """What the server warned of before it refused."""
    return error.warnings if isinstance(error, StatusError) else ()
