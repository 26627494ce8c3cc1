"""kubectl events: the Events about objects, oldest first.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/events/{events,event_printer}.go
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver.decode import encode
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.correlating import correlated
from kplan.kubectl.flags import Flag, Kind, switch
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.columns.column import UNKNOWN, human
from kplan.kubectl.printers.goorder import in_go_order
from kplan.kubectl.printers.output import WHOLE, output_of
from kplan.kubectl.printers.table import aligned, escaped
from kplan.kubectl.printflags import OUTPUT
from kplan.kubectl.resources import UnknownKindError, resource_of
from kplan.kubectl.server_fields import without_managed_fields
from kplan.kubectl.veil import veiled
from kplan.kubectl.verb import Context, Query
from kplan.kubectl.watching import Future, event_order
from kplan.simulation.clock import SECOND, Instant, from_datetime, parse_instant

_HEADING = ("LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE")
_FORMATS = ("text", "name", *WHOLE)
_EVENT = GroupVersionKind("", "v1", "Event")
_NEVER = "1970-01-01T00:00:00Z"


def run(arguments: Arguments, context: Context) -> Printed:
    """Print Events. Raises UsageError."""
    output = output_of(arguments, formats=_FORMATS)
    all_namespaces, namespace = arguments.switch("all-namespaces"), arguments.text("namespace") or "default"
    types = _types(arguments)
    try:
        subject = _subject(arguments.text("for"), context)
    except UnknownKindError as error:
        return Printed(exit=1, err=[error.message])
    every = list(context.server.list("", "Event", "" if all_namespaces else namespace))
    if arguments.switch("watch") and context.future is not None:
        every = _with_future(every, context.future, "" if all_namespaces else namespace)
    found = [
        event
        for event in every
        if (not types or event.get("type") in types) and (subject is None or _about(event) == subject)
    ]
    if not arguments.switch("watch"):
        found = correlated(found)
    found.sort(key=_when)
    printed = Printed()
    if not found:
        printed.warn(f"No events found{'' if all_namespaces else f' in {namespace} namespace'}.")
    elif output.whole:
        shown = [in_go_order(without_managed_fields(encode(event, _EVENT))) for event in found]
        printed.text = output.render(
            {"kind": "EventList", "apiVersion": "v1", "metadata": {}, "items": shown}, sort=False
        )
    elif output.name == "name":
        return printed  # kubectl's printer of names knows no lists, and nobody asks it why
    else:
        printed.text = _table(
            [veiled(arguments, event) for event in found],
            from_datetime(context.now),
            namespaces=all_namespaces,
            headers=not arguments.switch("no-headers"),
        )
    return printed


def _with_future(present: list[Json], future: Future, namespace: str) -> list[Json]:
    """The Events that there are and those to come, each as it was seen last."""
    found = {event["metadata"]["name"]: event for event in present}
    for one in future():
        if one.value["kind"] == "Event" and namespace in ("", one.value["metadata"]["namespace"]):
            found[one.value["metadata"]["name"]] = one.value
    return sorted(found.values(), key=event_order)


def _table(found: Sequence[Json], now: Instant, *, namespaces: bool, headers: bool) -> str:
    heading = ["NAMESPACE", *_HEADING] if namespaces else list(_HEADING)
    rows = [line for alike in _alike(found) for line in _lines(_row(alike, now, namespaces=namespaces))]
    runs = groupby([heading, *rows] if headers else rows, key=len)
    return "".join(aligned(list(run)) for _, run in runs)


def _lines(row: list[str]) -> Iterator[list[str]]:
    """A row, and the further lines of its message, which stand under no column."""
    first, *more = row[-1].split("\n")
    yield [*row[:-1], first]
    yield from ([line] for line in more)


def _alike(found: Sequence[Json]) -> list[list[Json]]:
    """Events that say the same of the same object together, in the order in which they were last seen."""
    groups: dict[tuple[str, ...], list[Json]] = {}
    for event in found:
        regarding = _regarding(event)
        names = [str(regarding.get(name)) for name in ("uid", "kind", "namespace", "name", "fieldPath")]
        words = [str(event.get(name)) for name in ("type", "reason", "message", "note")]
        groups.setdefault((*names, *words), []).append(event)
    return sorted(groups.values(), key=lambda events: _when(events[-1]))


def _row(events: Sequence[Json], now: Instant, *, namespaces: bool) -> list[str]:
    event = events[-1]
    age = _ago(_when(event), now)
    count = sum(int(str((one.get("series") or one).get("count") or 1)) for one in events)
    if count > 1:
        since = min(
            _padded(one.get("eventTime") or one.get("firstTimestamp") or _when(one)) for one in events
        )
        age = f"{age} (x{count} over {_ago(since, now)})"
    regarding = _regarding(event)
    first = [str(event["metadata"].get("namespace", ""))] if namespaces else []
    message = str(event.get("message") or event.get("note") or "").strip()
    subject = f"{regarding.get('kind', '')}/{regarding.get('name', '')}"
    said = [str(event.get("type", "")), str(event.get("reason", "")), subject, message]
    return [*first, age, *map(escaped, said)]


def _ago(stamp: str, now: Instant) -> str:
    return UNKNOWN if stamp == _NEVER else human((now - parse_instant(stamp)) / SECOND)


def _types(arguments: Arguments) -> set[str]:
    """The types asked for, in whatever case they are written. Raises UsageError."""
    types = {item.capitalize() for item in arguments.texts("types") if item}
    if types - {"Normal", "Warning"}:
        raise UsageError("valid --types are Normal or Warning")
    return types


def _subject(about: str, context: Context) -> tuple[str, str] | None:
    """The kind and name of ``--for``; None without it. Raises UsageError, UnknownKindError among them."""
    if not about:
        return None
    kind, slash, name = about.partition("/")
    if "/" in name:
        raise UsageError("arguments in resource/name form may not have more than one slash")
    if not slash or not kind or not name:
        raise UsageError("--for must be in resource/name form", hint="write it as pod/web-0")
    return resource_of(kind, context.server.discovery()).kind, name


def _about(event: Json) -> tuple[str, str]:
    regarding = _regarding(event)
    return str(regarding.get("kind", "")), str(regarding.get("name", ""))


def _regarding(event: Json) -> Json:
    found: Json = event.get("involvedObject") or event.get("regarding") or {}
    return found


def _when(event: Json) -> str:
    """The instant an Event was last seen, as text that sorts."""
    found = (event.get("series") or {}).get("lastObservedTime") or event.get("lastTimestamp")
    return _padded(found or event.get("eventTime") or event.get("firstTimestamp") or _NEVER)


def _padded(stamp: object) -> str:
    """A time with six digits behind the second, so that one without any comes before those that have them."""
    text = str(stamp)
    return text if "." in text or text == _NEVER else f"{text.removesuffix('Z')}.000000Z"


VERB = Query(
    usage="",
    about="Print the Events in the state, as kubectl events does.",
    flags=(
        flags.ALL_NAMESPACES,
        flags.NAMESPACE,
        flags.CHUNK_SIZE,
        Flag("for", "Only Events about one object.", metavar="KIND/NAME"),
        Flag("types", "Only Events of these types: Normal, Warning.", Kind.STRINGS, metavar="TYPE[,TYPE]"),
        switch(
            "watch", "Also print the Events that follow, until the cluster settles; nothing is stored.", "w"
        ),
        switch("no-headers", "Print no headings."),
        *OUTPUT,
    ),
    examples=("events -A --types Warning", "events --for pod/web-0 -n shop"),
    run=run,
)
