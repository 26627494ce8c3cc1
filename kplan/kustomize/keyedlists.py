"""Lists whose items are known by keys, merged as kyaml does it, with what it does where keys are missing or repeated.

Upstream: vendor/sigs.k8s.io/kustomize/kyaml/yaml/walk/associative_sequence.go, kyaml/yaml/fns.go
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from kplan.kustomize.scalars import text_of
from kplan.manifest.scalars import resolve

GONE: Final = object()
"""What is left of a value that a patch deletes."""
MISSING: Final = object()
"""Stands for a value that is not there."""
Merge = Callable[[Any, Any], Any]
"""Gets an item of the list and one of the patch, of which one may be MISSING, and changes the first."""
Texts = list[str]


def by_keys(value: Sequence[Any], patch: Sequence[Any], keys: Sequence[str], merge: Merge) -> list[Any]:
    """The list with the patch merged in, items of the patch first. The key "" identifies an item by its value."""
    rest, is_new = list(value), value is patch
    wanted = _identities([*patch, *rest], keys)
    if not wanted:
        return rest
    if len(keys) > 1:
        _unite(wanted)
    known = _used(wanted, keys)
    items: list[Any] = []
    for texts in wanted:
        own = [text for key, text in zip(keys, texts, strict=True) if key in known]
        found = _merged(rest, patch, keys, texts, merge)
        if found is GONE or found is None or found == {}:
            rest = _set(rest, None, known, own)
            patch = rest if is_new else patch
            continue
        for key, text in zip(known, own, strict=True):
            if text and isinstance(found, dict):
                found.setdefault(key, resolve(text))
        items = _set(items, found, known, own)
    return _appended(items, rest, known)


def _identities(items: Sequence[Any], keys: Sequence[str]) -> list[Texts]:
    """The texts of the keys of all items, each once; empty if an item has none."""
    found: list[Texts] = []
    for item in items:
        texts = [_text(item, key) or "" for key in keys]
        if texts not in found:
            found.append(texts)
    return found


def _unite(wanted: list[Texts]) -> None:
    """Merge items that agree in one key and differ only in keys that one of them lacks."""
    for index, texts in enumerate(wanted):
        for other, more in enumerate(wanted):
            pairs = list(zip(texts, more, strict=True))
            if any(one == two for one, two in pairs) and all(
                one == two or not (one and two) for one, two in pairs
            ):
                wanted[index] = wanted[other] = [one or two for one, two in pairs]


def _used(wanted: Sequence[Texts], keys: Sequence[str]) -> list[str]:
    """The keys that some item has; all if none has any."""
    return [key for place, key in enumerate(keys) if any(texts[place] for texts in wanted)] or list(keys)


def _merged(
    rest: Sequence[Any], patch: Sequence[Any], keys: Sequence[str], texts: Texts, merge: Merge
) -> Any:
    """Merge the first items of both lists that have these keys."""
    pairs = [(key, text) for key, text in zip(keys, texts, strict=True) if text]
    pairs = pairs or list(zip(keys, texts, strict=True))
    old, new = (
        next((item for item in items if all(_text(item, key) == text for key, text in pairs)), MISSING)
        for items in (rest, patch)
    )
    return merge(old, new)


def _text(item: Any, key: str) -> str | None:
    """A field's text; None if it is absent or null."""
    value = item.get(key) if isinstance(item, dict) else None if key else item
    return None if value is None else "" if isinstance(value, (dict, list)) else text_of(value)


def _set(items: Sequence[Any], element: Any, keys: Sequence[str], texts: Sequence[str]) -> list[Any]:
    """Put an element in place of all that match, else at the end; without one, those that match are left out.

    A key without a text is met by any value, and one beyond the texts is not looked at. Without any
    text, nothing matches and nothing is kept.
    """
    result: list[Any] = []
    found = False
    for item in items:
        if item is None or item == {}:
            continue
        if isinstance(item, dict) == bool(keys[0]) and _matches(item, keys, texts):
            found = True
            if element is not None:
                result.append(element)
        elif texts:
            result.append(item)
    if element is not None and not found:
        result.append(element)
    return result


def _matches(item: Any, keys: Sequence[str], texts: Sequence[str]) -> bool:
    for key, text in zip(keys, texts, strict=False):
        own = _text(item, key)
        if own is None or (text and own != text):
            return False
    return bool(texts)


def _appended(items: list[Any], rest: Sequence[Any], keys: Sequence[str]) -> list[Any]:
    """What is left of the list behind the merged items; what is there twice is taken from the list."""
    for item in rest:
        texts: Texts = []
        for key in keys:
            text = _text(item, key)
            if text is None:
                items.append(item)
            else:
                texts.append(text)
        if len(keys) > 1:
            items = _set(items, None, keys, texts)
        items = _set(items, item, keys, texts)
    return items
