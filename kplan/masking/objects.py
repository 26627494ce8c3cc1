"""Objects for everybody's eyes: what is equal stays equal to the eye, what differs still differs, and no value is shown.

Masked are the values of Secrets, wherever one stands (in a list, or as text in an annotation, as kubectl and kapp keep whole
objects there), and the literals of environments whose names look like credentials, or that look like one themselves.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, TypeVar

from kplan.masking.names import MASK, looks_secret
from kplan.masking.shapes import is_secret
from kplan.masking.texts import TELLING

BEFORE: Final = "*** (before)"
AFTER: Final = "*** (after)"
LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_DATA: Final = frozenset({"data", "stringdata"})
_SECRETS: Final = ("Secret", "SecretList")
_LEAVES: Final = frozenset({str, int, float, bool, type(None)})
_PLAIN: Final = frozenset({"apiVersion", "kind", "type", "immutable", "status"})
"""Fields of a Secret that hold no value."""
_HTML: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)
_Json = dict[str, Any]
_Before = TypeVar("_Before", bound="_Json | None")
_After = TypeVar("_After", bound="_Json | None")
_Hide = Callable[[str, Any], Any]
"""What stands for a value, by the name it has."""


def concealed(value: Any, other: Any = None, changed: str = MASK, *, sizes: bool = False) -> Any:
    """A value without what nobody should read; ``changed`` stands for what the ``other`` side has with another value.

    ``sizes`` leaves the data of Secrets, for a reader that shows no more than how long they are.
    """
    known = _values_by_name(other) if other is not None else {}
    copied = frozenset(values_of(other)) if known else frozenset()

    def hide(name: str, leaf: Any) -> str:
        seen = known.get(name)
        return changed if seen is not None and _text(leaf) not in seen else MASK

    return _Veil(hide, copied, keeps_data=sizes).shown(value)


def pair(before: _Before, after: _After) -> tuple[_Before, _After]:
    """Both sides of a change; most hold nothing to hide, and stay as they are."""
    if not holds(before) and not holds(after):
        return before, after
    return concealed(before, after, BEFORE), concealed(after, before, AFTER)


def holds(value: Any) -> bool:
    """Whether there is something in a value that nobody should read."""
    return _may_hold(value) and any(True for _ in _leaves(value))


def _may_hold(value: Any) -> bool:
    """Whether anything in a value looks like what a veil hides: most objects have nothing of it, which is soon seen."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if one.get("kind") in _SECRETS or (
                "value" in one and _is_credential(one.get("name"), one["value"])
            ):
                return True
            if isinstance(texts := one.get("annotations"), dict) and any(map(_may_tell, texts.values())):
                return True
            one = one.values()
        elif not isinstance(one, list):
            continue
        waiting += [inner for inner in one if inner.__class__ not in _LEAVES]
    return False


def _is_credential(name: Any, value: Any) -> bool:
    """Whether a variable of an environment holds a credential, by its name or by the shape of its value."""
    if not value or not isinstance(name, str):
        return False
    return looks_secret(name) or (isinstance(value, str) and is_secret(value))


def _may_tell(text: Any) -> bool:
    """Whether the text of an annotation may hold an object with something to hide; an escape may spell any word."""
    if not isinstance(text, str) or text.lstrip()[:1] not in ("{", "["):
        return False
    return '"value"' in text or '"Secret' in text or "\\u" in text


def values_of(value: Any) -> Iterator[str]:
    """Every text that nobody should read, and what it says in base64; not the object's name, which is shown all the same."""
    name = _name_of(value)
    for _, leaf in _leaves(value):
        for text in _texts(leaf):
            if text != name:
                yield text
            with suppress(ValueError):
                if (said := base64.b64decode(text, validate=True).decode(errors="ignore")) != name:
                    yield said


def _name_of(value: Any) -> Any:
    metadata = value.get("metadata") if isinstance(value, dict) else None
    return metadata.get("name") if isinstance(metadata, dict) else None


def go_json(value: Any) -> str:
    """One line as Go's encoder writes it."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
    return text.translate(_HTML) + "\n"


class _Veil:
    """Walks over a value and hides what it comes upon."""

    def __init__(
        self, hide: _Hide, copied: frozenset[str] = frozenset(), *, keeps_data: bool = False
    ) -> None:
        self._hide = hide
        self._copied = copied
        self._keeps_data = keeps_data

    def shown(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.shown(one) for one in value]
        if not isinstance(value, dict):
            return value
        kind = value.get("kind")
        if kind == "Secret":
            return self._secret(value)
        if kind == "SecretList" and isinstance(items := value.get("items"), list):
            return {**value, "items": [self._secret(one) if isinstance(one, dict) else one for one in items]}
        return {
            key: self._field(key, one, value) if key == "value" or isinstance(one, (dict, list)) else one
            for key, one in value.items()
        }

    def _field(self, key: str, inner: Any, around: _Json) -> Any:
        if key == "value" and _is_credential(around.get("name"), inner):
            return self._hide(around["name"], inner)
        if key == "annotations" and isinstance(inner, dict):
            return {name: self._annotation(name, text) for name, text in inner.items()}
        return self.shown(inner)

    def _inside(self, name: str) -> "_Veil":
        """A veil for what the text of an annotation holds: its values have other names than those beside it."""
        return _Veil(lambda inner, leaf: self._hide(f"{name}/{inner}", leaf), self._copied)

    def _annotation(self, name: str, text: Any) -> Any:
        """The text of an annotation; an object that it holds is looked at as others are."""
        held = _parsed(text)
        if held is None:
            return text
        shown = self._inside(name).shown(held)
        return text if shown == held else go_json(shown)

    def _secret(self, value: _Json) -> _Json:
        return {key: self._part(key, inner, value) for key, inner in value.items()}

    def _part(self, key: str, inner: Any, secret: _Json) -> Any:
        if key in _PLAIN or inner is None or (self._keeps_data and key.lower() in _DATA):
            return inner
        if key != "metadata":
            return self._hidden(key, inner)
        annotations = inner.get("annotations") if isinstance(inner, dict) else None
        if not isinstance(annotations, dict):
            return inner
        values = {*values_of({**secret, "metadata": {}}), *self._copied}
        known = {text for text in values if len(text) >= TELLING}
        shown = {name: self._copy(name, text, known) for name, text in annotations.items()}
        return {**inner, "annotations": shown}

    def _hidden(self, name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._hide(f"{name}.{key}", inner) for key, inner in value.items()}
        return self._hide(name, value)

    def _copy(self, name: str, text: Any, known: set[str]) -> Any:
        """The text of an annotation of a Secret, which may repeat its values in many ways."""
        if not isinstance(text, str):
            return text
        held = _parsed(text)
        if held is not None:
            shown = self._inside(name).deep(held)
            text = text if shown == held else go_json(shown)
        elif name == LAST_APPLIED and text:
            return self._hide(name, text)
        return self._hide(name, text) if any(one in text for one in known) else text

    def deep(self, value: Any) -> Any:
        """A copy of an object: its data is hidden however deep it stands, and in whatever letter case."""
        if isinstance(value, list):
            return [self.deep(one) for one in value]
        if isinstance(value, str):
            held = _parsed(value)
            return value if held is None or (shown := self.deep(held)) == held else go_json(shown)
        if not isinstance(value, dict):
            return value
        return {
            key: self._hidden(key, inner) if key.lower() in _DATA and inner is not None else self.deep(inner)
            for key, inner in value.items()
        }


def _leaves(value: Any) -> list[tuple[str, Any]]:
    """What a veil would hide, by name."""
    found: list[tuple[str, Any]] = []

    def note(name: str, leaf: Any) -> str:
        found.append((name, leaf))
        return MASK

    _Veil(note).shown(value)
    return found


def _values_by_name(value: Any) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, leaf in _leaves(value):
        found.setdefault(name, set()).add(_text(leaf))
    return found


def _text(leaf: Any) -> str:
    return leaf if isinstance(leaf, str) else json.dumps(leaf, sort_keys=True, default=str)


def _texts(leaf: Any) -> Iterator[str]:
    if isinstance(leaf, str):
        yield leaf
    elif isinstance(leaf, (list, dict)):
        for inner in leaf.values() if isinstance(leaf, dict) else leaf:
            yield from _texts(inner)
    elif leaf is not None and not isinstance(leaf, bool):
        yield str(leaf)


def _parsed(text: Any) -> Any:
    """The JSON object or list that a text holds; None where it is none."""
    if not isinstance(text, str) or text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
