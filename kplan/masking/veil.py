"""Walks over a value and hides credentials.

What is hidden goes under a name that says where it stands, so that the values on both sides of
a change find each other.
"""

import base64
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from kplan.masking.jsontexts import go_json, parsed
from kplan.masking.judging import is_given, is_held, is_noted
from kplan.masking.names import looks_secret
from kplan.masking.passages import in_items, in_prose, in_text
from kplan.masking.secrets import Hide, Secrets, is_secret_object
from kplan.masking.shapes import is_secret

_PUBLIC: Final = frozenset({"openAPIV3Schema", "managedFields", "encryptedData"})
"""Definitions, names of fields, and what only a controller can read."""
_PROSE: Final = frozenset({"message", "note", "description"})
"""Fields in which something is said."""
_LITERALS: Final = frozenset({"value", "default"})
_REFERENCES: Final = ("secretName", "remoteRef", "secretRef")
"""Fields beside which a name of a credential is that of a key in a Secret."""
_Json = dict[str, Any]
_Judge = Callable[[str, str], bool]


class Veil:
    """Hides with ``hide`` what nobody should read;
    ``copied`` are further texts that annotations of Secrets may repeat.
    """

    def __init__(self, hide: Hide, copied: frozenset[str] = frozenset(), *, keeps_data: bool = False) -> None:
        self._hide = hide
        self._copied = copied
        self._keeps_data = keeps_data
        self._secrets = Secrets(hide, copied, self._annotation, keeps_data=keeps_data)

    def shown(self, value: Any, at: str = "") -> Any:
        """What is shown of a value that stands at a place."""
        if isinstance(value, list):
            return self._list(value, at)
        if not isinstance(value, dict):
            return value
        if is_secret_object(value):
            return self._secrets.shown(value)
        if value.get("kind") == "SecretList" and isinstance(items := value.get("items"), list):
            shown = [self._secrets.shown(one) if isinstance(one, dict) else one for one in items]
            return {**value, "items": shown}
        return {key: self._field(key, one, value, at) for key, one in value.items()}

    def _list(self, items: list[Any], at: str, above: Any = ()) -> list[Any]:
        if items and all(isinstance(one, str) for one in items):
            return list(in_items(items, partial(self._within, at), _texts_of(above)))
        return [
            in_text(one, partial(self._within, at))
            if isinstance(one, str)
            else self.shown(one, f"{at}.{_title(one)}")
            for one in items
        ]

    def _field(self, key: Any, inner: Any, around: _Json, at: str) -> Any:
        if not isinstance(key, str) or key in _PUBLIC:
            return inner
        here = f"{at}.{key}"
        if key in _LITERALS and isinstance(name := around.get("name", around.get("key")), str):
            return self._literal(name, inner, here)
        if isinstance(inner, dict):
            return self._map(key, inner, around, here)
        if isinstance(inner, list):
            if looks_secret(key) and not any(isinstance(one, (dict, list)) for one in inner):
                return [self._leaf(key, one, here, is_held) for one in inner]
            return self._list(inner, here, around.get("command") if key == "args" else ())
        if isinstance(inner, str) and _is_key(key, inner) and any(one in around for one in _REFERENCES):
            return inner
        return self._leaf(key, inner, here, is_held)

    def _map(self, key: str, inner: _Json, around: _Json, here: str) -> Any:
        if key == "annotations":
            return {name: self._annotation(name, text) for name, text in inner.items()}
        if key == "binaryData" or (key == "data" and around.get("kind") == "ConfigMap"):
            return {
                name: self._entry(name, one, f"{here}.{name}", encoded=key != "data")
                for name, one in inner.items()
            }
        shown = self.shown(inner, here)
        if looks_secret(key) and isinstance(inner.get("value"), str):
            return {**shown, "value": self._leaf(key, inner["value"], f"{here}.value", is_held)}
        return shown

    def _leaf(self, name: str, leaf: Any, here: str, judge: _Judge) -> Any:
        """A text or a number: hidden by its name, or where a credential is in it."""
        if leaf is None or isinstance(leaf, (bool, dict, list)):
            return leaf
        if judge(name, str(leaf)):
            return self._hide(here, leaf)
        if not isinstance(leaf, str):
            return leaf
        return (in_prose if name in _PROSE else in_text)(leaf, partial(self._within, here))

    def _literal(self, name: str, value: Any, here: str) -> Any:
        """The value of a variable, a header or a parameter, which its name is beside."""
        if isinstance(value, (dict, list)):
            return self._hide(f"{here}.{name}", value) if looks_secret(name) else self.shown(value, here)
        if isinstance(value, str) and is_secret(value):
            return self._hide(f"{here}.{name}", value)
        return self._leaf(name, value, f"{here}.{name}", is_given)

    def _entry(self, name: Any, value: Any, here: str, *, encoded: bool) -> Any:
        """An entry of a ConfigMap."""
        if not isinstance(name, str) or not isinstance(value, str):
            return self._misplaced(name, value, here)
        if not encoded:
            return self._leaf(name, value, here, is_given)
        if self._keeps_data:
            return value
        text = _decoded(value)
        private = is_given(name, value) or (text and self._leaf(name, text, here, is_given) != text)
        return self._hide(here, value) if private else value

    def _misplaced(self, name: Any, value: Any, here: str) -> Any:
        """What stands where a text should; the server that refuses it may repeat it."""
        named = isinstance(name, str) and looks_secret(name.rpartition("/")[2])
        return self._hide(here, value) if named and isinstance(value, (dict, list, int, float)) else value

    def _within(self, here: str, before: str, value: str) -> str:
        return str(self._hide(f"{here}/{before}", value))

    def _inside(self, name: str) -> "Veil":
        """A veil for what the text of an annotation holds: its values have other names than those beside it."""
        return Veil(lambda inner, leaf: self._hide(f"{name}/{inner}", leaf), self._copied)

    def _annotation(self, name: Any, text: Any) -> Any:
        """The text of an annotation; an object that it holds is looked at as others are."""
        held = parsed(text)
        if held is not None:
            shown = self._inside(name).shown(held)
            return text if shown == held else go_json(shown)
        return (
            self._leaf(name, text, f"annotations.{name}", is_noted)
            if isinstance(text, str) and text
            else text
        )


def _is_key(field: str, value: str) -> bool:
    """Whether a field beside a reference names a key in a Secret."""
    return field == "secretKey" or looks_secret(value)


def _title(one: Any) -> str:
    """What tells an item of a list apart."""
    name = one.get("name") if isinstance(one, dict) else None
    return name if isinstance(name, str) else ""


def _texts_of(items: Any) -> list[str]:
    return [one for one in items if isinstance(one, str)] if isinstance(items, list) else []


def _decoded(text: str) -> str:
    """The text that base64 encodes; empty if it is not base64 of text."""
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:
        return ""
