"""Objects for everybody's eyes: what is equal stays equal to the eye, what differs still
differs, and no value is shown.

Masked are the values of Secrets, wherever one stands (in a list, or as text in an annotation, as kubectl and kapp
keep whole objects there), and credentials in any other object: in environments, arguments, entries and files of
ConfigMaps, annotations and fields of custom resources. Which are credentials is told by the words and shapes by which
lines of manifests are judged.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

from kplan.masking.jsontexts import spelled
from kplan.masking.names import MASK
from kplan.masking.telling import may_hold

BEFORE: Final = "*** (before)"
AFTER: Final = "*** (after)"
_Json = dict[str, Any]
_Before = TypeVar("_Before", bound="_Json | None")
_After = TypeVar("_After", bound="_Json | None")


def concealed(value: Any, other: Any = None, changed: str = MASK, *, sizes: bool = False) -> Any:
    """A value with credentials masked; ``changed`` is the mask for a value that differs on the ``other`` side.

    ``sizes`` leaves the data of Secrets, for a reader that shows no more than how long they are.
    """
    if not may_hold(value):
        return value
    from kplan.masking.veil import Veil  # noqa: PLC0415 - most objects hold nothing

    known = _values_by_name(other) if other is not None else {}
    copied = frozenset(values_of(other)) if known else frozenset()

    def hide(name: str, leaf: Any) -> str:
        seen = known.get(name)
        return changed if seen is not None and _text(leaf) not in seen else MASK

    return Veil(hide, copied, keeps_data=sizes).shown(value)


def pair(before: _Before, after: _After) -> tuple[_Before, _After]:
    """Both sides of a change; most hold nothing to hide, and stay as they are."""
    if not holds(before) and not holds(after):
        return before, after
    return concealed(before, after, BEFORE), concealed(after, before, AFTER)


def concealed_output(text: str) -> str:
    """A text of any kind without credentials: what a program prints, what a user writes."""
    from kplan.masking.passages import in_text  # noqa: PLC0415 - most objects hold nothing

    return in_text(text, lambda _, __: MASK)


def concealed_prose(text: str) -> str:
    """A message about an object with the object's credentials masked."""
    from kplan.masking.passages import in_prose  # noqa: PLC0415 - most objects hold nothing

    return in_prose(text, lambda _, __: MASK)


def holds(value: Any) -> bool:
    """Whether there is something in a value that nobody should read."""
    return any(True for _ in _leaves(value))


def values_of(value: Any) -> Iterator[str]:
    """Every secret text of an object, also decoded from base64; not the object's name, which is shown anyway."""
    name = _name_of(value)
    for _, leaf in _leaves(value):
        yield from (text for text in spelled(leaf) if text != name)


def _name_of(value: Any) -> Any:
    metadata = value.get("metadata") if isinstance(value, dict) else None
    return metadata.get("name") if isinstance(metadata, dict) else None


def _leaves(value: Any) -> list[tuple[str, Any]]:
    """What a veil would hide, by name."""
    found: list[tuple[str, Any]] = []
    if not may_hold(value):
        return found
    from kplan.masking.veil import Veil  # noqa: PLC0415 - most objects hold nothing

    def note(name: str, leaf: Any) -> str:
        found.append((name, leaf))
        return MASK

    Veil(note).shown(value)
    return found


def _values_by_name(value: Any) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, leaf in _leaves(value):
        found.setdefault(name, set()).add(_text(leaf))
    return found


def _text(leaf: Any) -> str:
    return leaf if isinstance(leaf, str) else json.dumps(leaf, sort_keys=True, default=str)
