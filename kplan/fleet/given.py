"""What only a server decides about an object: targets that differ in nothing else have the same change."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from kplan.api.object import Json
from kplan.kubectl.last_applied import original_text
from kplan.plan.change import Change, FieldEdit

_ALLOCATED: Final = re.compile(
    r"spec\.(?:clusterIP|clusterIPs(?:\[.*)?|healthCheckNodePort|ports\[[^]]*\](?:\.nodePort)?)"
)
_UNKNOWN: Final = "(known after apply)"
_HELD: Final = "(allocated)"
_IN_TEXT: Final = re.compile(
    r"^ +(?:uid|resourceVersion|creationTimestamp|generation|clusterIP): .*\n|^ +clusterIPs:\n(?: +- .*\n)*",
    re.MULTILINE,
)
_PORT_IN_TEXT: Final = re.compile(r"^( +(?:- )?(?:nodePort|healthCheckNodePort): )\d+$", re.MULTILINE)


def without_given(text: str, *, is_live: bool) -> str:
    """A whole object of a diff as text; the ports of one that is live are most likely allocated."""
    shown = _IN_TEXT.sub("", text)
    return _PORT_IN_TEXT.sub(r"\1" + _HELD, shown) if is_live else shown


def without_allocated(change: Change) -> Change:
    """A change whose edits do not tell the addresses and ports that nobody asked for."""
    if change.object.kind != "Service":
        return change
    before, after = set(_asked(change.before)), set(_asked(change.after))
    edits = tuple(
        _edit(one, before, after) if _ALLOCATED.fullmatch(one.path) else one for one in change.fields
    )
    return replace(change, fields=edits)


def _edit(one: FieldEdit, before: set[str], after: set[str]) -> FieldEdit:
    return replace(one, before=_told(one.before, before, _HELD), after=_told(one.after, after, _UNKNOWN))


def _told(value: Any, asked: set[str], unasked: str) -> Any:
    if isinstance(value, dict):
        return {
            key: _told(held, asked, unasked) if key == "nodePort" else held for key, held in value.items()
        }
    return value if value in (None, "None", "") or str(value) in asked else unasked


def _asked(value: Json | None) -> Iterator[str]:
    """The addresses and ports that the user wrote; those of an object that kubectl did not apply count as written."""
    spec = (_written(value) if value else {}).get("spec") or {}
    yield from (str(spec.get("clusterIP")), str(spec.get("healthCheckNodePort")))
    yield from map(str, spec.get("clusterIPs") or ())
    yield str(spec.get("clusterIPs"))
    yield from (str(port.get("nodePort")) for port in spec.get("ports") or () if isinstance(port, dict))


def _written(value: Json) -> Json:
    try:
        found = json.loads(original_text(value) or "null")
    except ValueError:
        found = None
    return found if isinstance(found, dict) else value
