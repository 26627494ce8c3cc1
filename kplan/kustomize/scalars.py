"""Scalars as the text YAML has for them, and back."""

from typing import Any, Final

from kplan.kustomize.errors import KustomizeError
from kplan.manifest.goyaml import plain
from kplan.manifest.scalars import is_timestamp, shortest

_TAGS: Final[dict[type[Any], str]] = {bool: "!!bool", int: "!!int", float: "!!float"}


def text_of(value: Any) -> str:
    """A scalar's text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return shortest(value) if isinstance(value, float) else str(value)


def like(old: Any, value: Any) -> Any:
    """A scalar's text written where another scalar was: it has to be of the type that was there."""
    text = "" if isinstance(value, (dict, list)) else text_of(value)
    if isinstance(old, str):
        if is_timestamp(old.removesuffix("T00:00:00Z")) and not is_timestamp(text):
            raise _undecodable(text, "!!timestamp")
        return text
    found = plain(text)
    if _tag(found) == _tag(old) or (isinstance(old, float) and isinstance(found, int)):
        return found
    raise _undecodable(text, _tag(old))


def _undecodable(text: str, tag: str) -> KustomizeError:
    words = f"cannot decode {_tag(plain(text))} `{text}` as a {tag}"
    return KustomizeError(f"map[string]interface {{}}(nil): yaml: {words}")


def _tag(value: Any) -> str:
    if value is None:
        return "!!null"
    return _TAGS.get(type(value), "!!str")
