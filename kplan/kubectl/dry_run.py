"""The API server's answer to every object, one after the other.

An object that exists is replaced, one that does not is created: what counts is whether the server would take it, and how it
would look.
"""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

from kplan.api.object import Json, Object
from kplan.api.walk import mapping
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
from kplan.processes import Processes
from kplan.state.store import Store

_ALONE: Final = Processes()


class Reply(NamedTuple):
    """What the server said to one object."""

    origin: Object
    value: Json | None
    """The object as it would be stored and printed; None where it is refused."""
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
        self.diagnostics: list[Diagnostic] = []
        self.late = 0
        """How many objects came before what they need."""


def dry_run(objects: Iterable[Object], server: Server, options: Options) -> DryRun:
    """Ask about every object. The server is one over a fork: it stores each answer, so later objects see earlier ones."""
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


def check(
    objects: Sequence[Object], server: Server, options: Options, processes: Processes = _ALONE
) -> list[Diagnostic]:
    """What decoding and validation refuse and warn of, each object by itself; only definitions are remembered.

    Unknown fields are let through here, so that they do not hide what else is wrong. Definitions come before all others.
    """
    number = next((at for at, one in enumerate(objects) if not _is_definition(one)), len(objects))
    found = _definitions(objects[:number], server, options, processes)
    others = objects[number:]

    def work(part: range) -> list[list[Diagnostic]]:
        return [_checked(others[place], server, options)[0] for place in part]

    for each in processes.spread(work, list(map(_weight, others))):
        found += each
    return found


def _definitions(
    objects: Sequence[Object], server: Server, options: Options, processes: Processes
) -> list[Diagnostic]:
    """What is said of definitions, each of which is remembered: those of one group see each other, and no others."""
    groups: dict[str, list[int]] = {}
    for place, one in enumerate(objects):
        groups.setdefault(str(mapping(one.value, "spec").get("group")), []).append(place)
    named = all(isinstance(one.metadata.get("name"), str) for one in objects)
    shares = list(groups.values()) if named else [list(range(len(objects)))]

    def work(part: range) -> list[list[tuple[int, list[Diagnostic], Answer | None]]]:
        return [[(at, *_remembered(objects[at], server, options)) for at in shares[place]] for place in part]

    done = processes.spread(work, [sum(_weight(objects[at]) for at in share) for share in shares])
    answers = sorted((one for share in done for one in share), key=itemgetter(0))
    for _, _, answer in answers:
        if answer is not None and server.store.get(Store.key_of(answer.stored)) is None:
            server.store_dry_run(answer)
    return [one for _, said, _ in answers for one in said]


def _remembered(item: Object, server: Server, options: Options) -> tuple[list[Diagnostic], Answer | None]:
    said, answer = _checked(item, server, options)
    if answer is not None and answer.gvk.kind == "CustomResourceDefinition":
        server.store_dry_run(answer)
        return said, answer
    return said, None


def _is_definition(item: Object) -> bool:
    return item.gvk.kind == "CustomResourceDefinition"


def _weight(item: Object) -> int:
    return len(item.origin.text) if item.origin else 1


def _checked(origin: Object, server: Server, options: Options) -> tuple[list[Diagnostic], Answer | None]:
    found: list[Diagnostic] = []
    for item in read([origin], server, options):
        if isinstance(item, Failure):
            continue
        try:
            answer = server.create(
                item.value, namespace=item.namespace, dry_run=True, field_validation="Ignore"
            )
        except StatusError as error:
            found += diagnose(Failure(item.origin, error, item)) if error.code in (400, 422) else ()
            found += _once(warn(item.origin, error.warnings), item.origin)
            continue
        return _once(warn(item.origin, answer.warnings), item.origin), answer
    return found, None


def _once(warnings: list[Diagnostic], origin: Object) -> list[Diagnostic]:
    """Without those about fields that defaulting copied, where the same is said of what was written."""
    written = {_words(one) for one in warnings if _is_written(one, origin)}
    return [one for one in warnings if _is_written(one, origin) or _words(one) not in written]


def _words(warning: Diagnostic) -> str:
    return warning.message.partition(": ")[2] or warning.message


def _is_written(warning: Diagnostic, origin: Object) -> bool:
    value: Any = origin.value
    for step in warning.path.steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True


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
