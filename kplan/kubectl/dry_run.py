"""The API server's answer to every object, one after the other.

An object that exists is replaced, one that does not is created: what counts is whether the server would take it, and how it
would look.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from kplan.api.object import Json, Object
from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Answer, Server
from kplan.diagnostics import Diagnostic
from kplan.kubectl.diagnose import diagnose, warn
from kplan.kubectl.furnishing import furnish
from kplan.kubectl.reading import Failure, Info, Options, read
from kplan.kubectl.rounds import in_rounds
from kplan.kubectl.wording import ClientError


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said to one object."""

    origin: Object
    value: Json | None
    """The object as it would be stored and printed; None where it is refused."""
    status: Json | None = None
    """The Status of a refusal."""
    created: bool = False


@dataclass(slots=True)
class DryRun:
    """All replies in order, and every refusal and warning with its place."""

    replies: list[Reply] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    late: int = 0
    """How many objects came before what they need."""


def dry_run(objects: Iterable[Object], server: Server, options: Options) -> DryRun:
    """Ask about every object. The server's store learns each answer, so later objects see earlier ones."""
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
    server.adopt(answer)
    furnish(answer.stored, server)
    result.diagnostics += warn(item.origin, answer.warnings)
    return Reply(item.origin, answer.value, created=answer.created)


def check(objects: Iterable[Object], server: Server, options: Options) -> list[Diagnostic]:
    """What decoding and validation refuse, each object by itself; only definitions are remembered, for their kinds.

    Unknown fields are let through here, so that they do not hide what else is wrong.
    """
    found: list[Diagnostic] = []
    for item in read(objects, server, options):
        if isinstance(item, Failure):
            continue
        try:
            answer = server.create(
                item.value, namespace=item.namespace, dry_run=True, field_validation="Ignore"
            )
        except StatusError as error:
            found += diagnose(Failure(item.origin, error, item)) if error.code in (400, 422) else ()
            continue
        if item.resource.kind == "CustomResourceDefinition":
            server.adopt(answer)
    return found


def _ask(info: Info, server: Server) -> Answer:
    live = server.find(info.key) if info.name else None
    if live is None:
        return server.create(info.value, namespace=info.namespace, dry_run=True)
    metadata = {**info.value["metadata"], "resourceVersion": live["metadata"].get("resourceVersion")}
    return server.update(
        {**info.value, "metadata": metadata}, namespace=info.namespace, name=info.name, dry_run=True
    )


def _refused(failure: Failure, result: DryRun) -> None:
    status = failure.error.status() if isinstance(failure.error, StatusError) else None
    result.replies.append(Reply(failure.origin, None, status))
    result.diagnostics += diagnose(failure)
