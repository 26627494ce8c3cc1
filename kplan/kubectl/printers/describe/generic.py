"""Objects of a kind that nothing special is known of: every field by its name, then the Events.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (genericDescriber), github.com/fatih/camelcase
"""

from itertools import groupby
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver.decode import encode
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import go

_ACRONYMS: Final = frozenset({"API", "URL", "UID", "GUID"})
_EVENT_TIMES: Final = ("eventTime", "firstTimestamp", "lastTimestamp")
_SKIPPED: Final = frozenset(
    f".metadata.{name}" for name in ("managedFields", "name", "namespace", "labels", "annotations")
)


def generic(value: Json, page: Page, scene: Scene) -> None:
    """Any object, with the fields that the server prints even if they are empty."""
    value = encode(value, GroupVersionKind.of(value["apiVersion"], value["kind"]))
    identity(page, value)
    labelled(page, value)
    _content(page, value, 0, "")
    events(page, value, scene)


def event(value: Json, page: Page, scene: Scene) -> None:
    """An Event, whose times are printed even if they are none."""
    generic({**dict.fromkeys(_EVENT_TIMES), **value}, page, scene)


def _content(page: Page, value: Json, level: int, path: str) -> None:
    for field in sorted(value):
        below = f"{path}.{field}"
        if below in _SKIPPED:
            continue
        match value[field]:
            case dict() as inner:
                page.row(level, f"{label_of(field)}:")
                _content(page, inner, level + 1, below)
            case list() as items:
                page.row(level, f"{label_of(field)}:")
                _items(page, items, level + 1, below)
            case plain:
                page.field(level, label_of(field), go(plain))


def _items(page: Page, items: list[Any], level: int, path: str) -> None:
    for item in items:
        if isinstance(item, dict):
            _content(page, item, level, path)
        else:
            page.row(level, go(item))


def label_of(field: str) -> str:
    """A field's name as words: ``podIP`` is Pod IP, ``lastTransitionTime`` is Last Transition Time."""
    if any(not char.isalpha() and char != "-" for char in field):
        return field
    words: list[str] = []
    parts = _words(field)
    while parts:
        part = parts.pop(0)
        if len(part) >= 2 and part == part.upper() and parts and parts[0][0].isupper():
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
