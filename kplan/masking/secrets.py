"""What is shown of a Secret: its names, and no value, also where an annotation repeats one in whatever form."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from kplan.masking.jsontexts import go_json, parsed, spelled
from kplan.masking.texts import TELLING

LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_DATA: Final = frozenset({"data", "stringdata"})
_PLAIN: Final = frozenset({"apiVersion", "kind", "type", "immutable", "status"})
"""Fields of a Secret that hold no value."""
_REFERENCE: Final = frozenset(
    {
        "apiVersion",
        "group",
        "kind",
        "name",
        "namespace",
        "uid",
        "resourceVersion",
        "fieldPath",
        "key",
        "optional",
        "version",
    }
)
"""Fields of what only names a Secret."""
_Json = dict[str, Any]
Hide = Callable[[str, Any], Any]
"""The replacement for a value, given its name."""


def is_secret_object(value: _Json) -> bool:
    """Whether a value is a Secret, and not what only names one."""
    return value.get("kind") == "Secret" and not _REFERENCE.issuperset(value)


class Secrets:
    """Hides with ``hide`` the values of Secrets; ``note`` is what is shown of any other annotation."""

    def __init__(
        self, hide: Hide, copied: frozenset[str] = frozenset(), note: Hide = lambda _, text: text, *, keeps_data: bool = False,
    ) -> None:  # fmt: skip
        self._hide = hide
        self._copied = copied
        self._note = note
        self._keeps_data = keeps_data

    def shown(self, value: _Json) -> _Json:
        """What is shown of a Secret."""
        return {key: self._part(key, inner, value) for key, inner in value.items()}

    def _part(self, key: str, inner: Any, secret: _Json) -> Any:
        if key in _PLAIN or inner is None or (self._keeps_data and key.lower() in _DATA):
            return inner
        if key != "metadata":
            return self._hidden(key, inner)
        annotations = inner.get("annotations") if isinstance(inner, dict) else None
        if not isinstance(annotations, dict):
            return inner
        known = {text for text in (*_told(secret), *self._copied) if len(text) >= TELLING}
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
        held = parsed(text)
        if held is not None:
            shown = Secrets(lambda inner, leaf: self._hide(f"{name}/{inner}", leaf)).deep(held)
            text = text if shown == held else go_json(shown)
        elif name == LAST_APPLIED and text:
            return self._hide(name, text)
        if any(one in text for one in known):
            return self._hide(name, text)
        return text if held is not None else self._note(name, text)

    def deep(self, value: Any) -> Any:
        """A copy of an object: its data is hidden however deep it stands, and in whatever letter case."""
        if isinstance(value, list):
            return [self.deep(one) for one in value]
        if isinstance(value, str):
            held = parsed(value)
            return value if held is None or (shown := self.deep(held)) == held else go_json(shown)
        if not isinstance(value, dict):
            return value
        return {
            key: self._hidden(key, inner) if key.lower() in _DATA and inner is not None else self.deep(inner)
            for key, inner in value.items()
        }


def _told(secret: _Json) -> Iterator[str]:
    """What the values of a Secret say."""
    for key, inner in secret.items():
        if key not in _PLAIN and key != "metadata" and inner is not None:
            yield from spelled(inner)
