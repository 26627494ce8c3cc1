"""What the files and the state of a run hold that nobody should read, left out of what is said on standard error.

kubectl repeats objects and patches whole where one is refused.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

import click

_KEPT: Final = "kplan.hidden"
_VALUES: Final = "kplan.hidden.values"
Source = Callable[[], Iterable[Any]]


def remember(source: Source) -> None:
    """Keep where objects with such values are found; nothing is looked at before something is said."""
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta.setdefault(_KEPT, []).append(source)
        context.meta.pop(_VALUES, None)


def hidden(text: str) -> str:
    """A text for everybody's eyes."""
    from kplan.masking.texts import concealed_text

    context = click.get_current_context(silent=True)
    sources: list[Source] = context.meta.get(_KEPT, []) if context is not None else []
    if context is None or not sources:
        return concealed_text(text)
    from kplan.masking.objects import values_of
    from kplan.masking.texts import without

    if _VALUES not in context.meta:
        found = {one for source in sources for value in source() for one in values_of(value)}
        context.meta[_VALUES] = frozenset(found)
    return concealed_text(without(text, context.meta[_VALUES]))
