"""Masks, on standard error, the secret values in the files and the state of a run.

kubectl repeats objects and patches whole where one is refused.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from kplan.state.store import Store

_KEPT: Final = "kplan.hidden"
_VALUES: Final = "kplan.hidden.values"
_STORED: Final = "kplan.hidden.stored"
_ABOUT: Final = "kplan.hidden.about"
Source = Callable[[], Iterable[Any]]
Search = Callable[[str], Iterable[Any]]
"""Finds the objects that a text is about."""


def remember(source: Source) -> None:
    """Register where objects with secret values are found; nothing is looked up before a message is printed."""
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta.setdefault(_KEPT, []).append(source)
        context.meta.pop(_VALUES, None)


def remember_stored(store: "Store") -> None:
    """Keep a state: all its Secrets count, and of its other objects those that a text names."""
    remember(lambda: store.list("", "Secret"))
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta.setdefault(_STORED, []).append(partial(_named, store))


def about(words: Iterable[str]) -> None:
    """Keep which objects a command line names: what is said may be about them."""
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta[_ABOUT] = " ".join(words)


def hidden(text: str) -> str:
    """A text for everybody's eyes."""
    from kplan.masking.texts import concealed_text

    context = click.get_current_context(silent=True)
    sources: list[Source] = context.meta.get(_KEPT, []) if context is not None else []
    if context is None or not sources:
        return concealed_text(text)
    from kplan.masking.texts import without

    if _VALUES not in context.meta:
        context.meta[_VALUES] = frozenset(_values(value for source in sources for value in source()))
    searches: list[Search] = context.meta.get(_STORED, [])
    about = context.meta.get(_ABOUT, "")
    stored = _values(value for search in searches for value in search(f"{text} {about}"))
    return concealed_text(without(text, {*context.meta[_VALUES], *stored}))


def _values(objects: Iterable[Any]) -> set[str]:
    from kplan.masking.objects import values_of

    return {one for value in objects for one in values_of(value)}


def _named(store: "Store", text: str) -> Iterator[Any]:
    """The objects of a state whose name is in a text, but for Secrets."""
    for (_, kind), held in store.unread():
        if kind != "Secret":
            yield from filter(None, (store.get(key) for key in held if key.name and key.name in text))
