"""An object as ``kubectl describe`` shows what it has no special view for: every field, then the Events about it.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (genericDescriber), text/tabwriter, github.com/fatih/camelcase
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from kplan.api.object import Json
from kplan.render.timeline import elapsed
from kplan.simulation.clock import Instant, parse_instant

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

_PADDING = 2
_LONGEST = 140
_ACRONYMS = {"API", "URL", "UID", "GUID"}
_SKIPPED = frozenset(
    f".metadata.{name}" for name in ("managedFields", "name", "namespace", "labels", "annotations")
)


def describe(value: Json, events: Sequence[Json], now: Instant) -> str:
    """The whole text: metadata, every other field by its name, Events."""
    metadata = value["metadata"]
    lines = [f"Name:\t{metadata['name']}", f"Namespace:\t{metadata.get('namespace') or ''}"]
    lines += _labels(metadata.get("labels") or {})
    lines += _annotations(metadata.get("annotations") or {})
    lines += _content(value, 0, "")
    if not events:
        return tabulated([*lines, "Events:\t<none>"])
    return tabulated(lines) + tabulated(_events(events, now))


def tabulated(lines: Iterable[str]) -> str:
    """Align cells that end in a tab with those of the lines next to them, as Go's tabwriter does."""
    rows = [line.split("\t") for line in lines]
    _align(rows, 0)
    return "".join("".join(row) + "\n" for row in rows)


def label_of(field: str) -> str:
    """A field's name as words: ``podIP`` is Pod IP, ``lastTransitionTime`` is Last Transition Time."""
    if any(not char.isalpha() and char != "-" for char in field):
        return field
    words: list[str] = []
    parts = _words(field)
    while parts:
        part = parts.pop(0)
        if len(part) >= 2 and part.isupper() and parts and parts[0][0].isupper():
            part += parts.pop(0)
        words.append(part)
    return " ".join(_titled(word) for word in words)


def _titled(word: str) -> str:
    if word.upper() in _ACRONYMS:
        return word.upper()
    return word.capitalize() if word.lower() == word else word


def _words(field: str) -> list[str]:
    """Runs of lower and of upper case; the last capital before a lower-case run belongs to that run."""
    parts = ["".join(run) for _, run in groupby(field, lambda char: (char.islower(), char.isupper()))]
    for index in range(len(parts) - 1):
        if parts[index] and parts[index][0].isupper() and parts[index + 1][0].islower():
            parts[index], parts[index + 1] = parts[index][:-1], parts[index][-1] + parts[index + 1]
    return [part for part in parts if part]


def _content(value: Json, level: int, path: str) -> Iterable[str]:
    indent = "  " * level
    for field in sorted(value):
        below = f"{path}.{field}"
        if below in _SKIPPED:
            continue
        match value[field]:
            case dict() as inner:
                yield f"{indent}{label_of(field)}:"
                yield from _content(inner, level + 1, below)
            case list() as items:
                yield f"{indent}{label_of(field)}:"
                for item in items:
                    if isinstance(item, dict):
                        yield from _content(item, level + 1, below)
                    else:
                        yield f"{indent}  {_go(item)}"
            case plain:
                yield from f"{indent}{label_of(field)}:\t{_go(plain)}".split("\n")


def _go(value: Any) -> str:
    if value is None:
        return "<nil>"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _labels(labels: dict[str, str]) -> Iterable[str]:
    if not labels:
        return ["Labels:\t<none>"]
    found = [f"{key}={labels[key]}" for key in sorted(labels)]
    return [f"Labels:\t{found[0]}", *(f"\t{item}" for item in found[1:])]


def _annotations(annotations: dict[str, str]) -> Iterable[str]:
    title = "Annotations:"
    keys = sorted(key for key in annotations if key != LAST_APPLIED)
    if not keys:
        yield f"{title}\t<none>"
    for key in keys:
        value = annotations[key].removesuffix("\n")
        if len(value.encode()) + len(key) + 2 > _LONGEST or "\n" in value:
            yield f"{title}\t{key}:"
            yield from (f"\t  {_shortened(line)}" for line in value.split("\n"))
        else:
            yield f"{title}\t{key}: {value}"
        title = ""


def _shortened(line: str) -> str:
    return f"{line[: _LONGEST - 2]}..." if len(line) > _LONGEST - 2 else line


def _events(events: Sequence[Json], now: Instant) -> Iterable[str]:
    yield "Events:"
    yield "  Type\tReason\tAge\tFrom\tMessage"
    yield "  ----\t------\t----\t----\t-------"
    for event in sorted(events, key=_first):
        source = (event.get("source") or {}).get("component") or event.get("reportingComponent") or ""
        message = str(event.get("message") or "").strip()
        yield "  " + "\t".join(
            (str(event.get("type")), str(event.get("reason")), _interval(event, now), source, message)
        )


def _interval(event: Json, now: Instant) -> str:
    since = age(_first(event), now)
    if int(event.get("count") or 1) > 1:
        return f"{age(str(event.get('lastTimestamp') or ''), now)} (x{event['count']} over {since})"
    return since


def _first(event: Json) -> str:
    return str(event.get("eventTime") or event.get("firstTimestamp") or "")


def age(since: str, now: Instant) -> str:
    """How long ago, as kubectl says it."""
    return elapsed(now - parse_instant(since)) if since else "<unknown>"


def _align(rows: list[list[str]], column: int) -> None:
    """Pad a column within every run of lines that have it, then the columns inside that run."""
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and len(rows[end]) > column + 1:
            end += 1
        if end > start:
            block = rows[start:end]
            width = max(len(row[column]) for row in block) + _PADDING
            for row in block:
                row[column] = row[column].ljust(width)
            _align(block, column + 1)
        start = max(end, start + 1)
