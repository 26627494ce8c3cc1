"""Apply the user's objects to a simulated cluster, as kubectl apply would, and note what became of each.

Where the API server refuses because a field is immutable, the object is deleted and created anew.
"""

from collections.abc import Callable, Iterable, Iterator

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json, Object
from kplan.apiserver.deletion import DeleteOptions
from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Server
from kplan.fieldpath import ROOT, FieldPath
from kplan.kubectl.apply import ApplyOptions, ApplyResult, apply_one
from kplan.kubectl.reading import Failure, Info, read
from kplan.kubectl.rounds import in_rounds
from kplan.kubectl.wording import ClientError, error_text
from kplan.plan.applied import Applied
from kplan.plan.change import Identity
from kplan.plan.diff import edits
from kplan.plan.immutable import immutable_paths, narrowed

Wait = Callable[[], object]


def rehearse(
    objects: Iterable[Object], server: Server, options: ApplyOptions, pause: Wait, wait: Wait
) -> Iterator[Applied]:
    """Apply one object after the other; ``pause`` is kubectl's time between two, ``wait`` ends a deletion."""
    said, given, done = ApplyResult(), list(objects), dict[int, Applied]()

    def once(some: Iterable[Object]) -> None:
        for item in read(some, server, options.reading):
            pause()
            if isinstance(item, Failure):
                said.failures.append(item)
                one = _failed(item)
            else:
                one = _apply(item, server, options, said, wait)
            earlier = done.get(id(item.origin))
            if earlier is None or earlier.refusal:
                done[id(item.origin)] = one

    in_rounds(given, once, said.failures, patient=options.reading.patient)
    for origin in given:
        if id(origin) in done:
            yield done[id(origin)]


def _apply(info: Info, server: Server, options: ApplyOptions, said: ApplyResult, wait: Wait) -> Applied:
    before = server.find(info.key)
    try:
        after = apply_one(info, server, options, said).value
        fields = edits(before, after) if before is not None else ()
        return Applied(info.key, _identity(info), before, after, fields, location=_location(info.origin))
    except StatusError as refusal:
        if not immutable_paths(refusal) or before is None:
            return _refused(info, before, refusal, said)
        return _replace(info, before, refusal, server, options, said, wait)
    except ClientError as error:
        return _refused(info, before, error, said)


def _replace(
    info: Info,
    before: Json,
    refusal: StatusError,
    server: Server,
    options: ApplyOptions,
    said: ApplyResult,
    wait: Wait,
) -> Applied:
    try:
        server.delete(info.key, DeleteOptions("Background"))
        if server.find(info.key) is not None:
            wait()
        after = apply_one(info, server, options, said).value
    except (StatusError, ClientError) as error:
        return _refused(info, before, error, said)
    fields = edits(before, after)
    paths = narrowed(refusal, immutable_paths(refusal), (edit.path for edit in fields))
    return Applied(
        info.key,
        _identity(info),
        before,
        after,
        fields,
        paths,
        location=_location(info.origin, paths),
    )


def _refused(info: Info, before: Json | None, error: StatusError | ClientError, said: ApplyResult) -> Applied:
    said.refuse(info, error)
    paths = tuple(cause.field for cause in error.causes) if isinstance(error, StatusError) else ()
    text = error_text(error).strip()
    return Applied(
        info.key, _identity(info), before, None, refusal=text, location=_location(info.origin, paths)
    )


def _failed(failure: Failure) -> Applied:
    value = failure.origin.value
    gvk = GroupVersionKind.of(str(value.get("apiVersion") or ""), str(value.get("kind") or ""))
    key = failure.info.key if failure.info else failure.origin.key
    identity = Identity(gvk.api_version, gvk.kind, key.namespace, key.name)
    return Applied(
        key,
        identity,
        None,
        None,
        refusal=error_text(failure.error).strip(),
        location=_location(failure.origin),
    )


def _identity(info: Info) -> Identity:
    return Identity(info.resource.api_version, info.resource.kind, info.namespace, info.name)


def _location(origin: Object, paths: tuple[str, ...] = ()) -> str:
    if origin.origin is None:
        return ""
    where = origin.origin.location(FieldPath.parse(paths[0]) if paths and paths[0] else ROOT)
    return f"{where.file}:{where.line}" if where.line else where.file
