"""Refusals because of one missing namespace, told together:
a reader needs its name once, and not an error for each object.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from kplan.diagnostics import Diagnostic
from kplan.sentences import counted

T = TypeVar("T")

_ABSENT: Final = re.compile(r'namespaces "([^"]*)" not found(?: \[[^\[\]]*\])?$')
"""The end of such a refusal, behind which a fleet names the targets."""
_MOST: Final = 5
"""Objects that are named; more are counted."""


def gathered(items: Iterable[T], text: Callable[[T], str]) -> list[T | list[T]]:
    """The items, and in the place of the first of several whose ``text`` says that the same namespace
    is missing a list of them.
    """
    kept = list(items)
    of = [_namespace(text(one)) for one in kept]
    alike = {name: [one for one, its in zip(kept, of, strict=True) if its == name] for name in of if name}
    found = list[T | list[T]]()
    for one, name in zip(kept, of, strict=True):
        together = alike.get(name, ())
        if len(together) < 2:
            found.append(one)
        elif one is together[0]:
            found.append(list(together))
    return found


def _namespace(text: str) -> str:
    """The namespace that a refusal misses, and where; empty for other refusals."""
    missing = _ABSENT.search(text)
    return missing[0] if missing else ""


def one_for_all(together: Sequence[Diagnostic]) -> Diagnostic:
    """One error at the place of the first, without its lines; the objects with their places are part of the message."""
    first = together[0]
    absent = _ABSENT.search(first.message)
    said = absent[0] if absent else first.message
    about = [
        f"{_name(one.object)} ({one.location})" if one.location else _name(one.object) for one in together
    ]
    return first._replace(
        message=f"{said}, {counted(len(together), 'object')} in it refused: {some(about)}",
        object="",
        excerpt="",
    )


def some(names: Sequence[str], hint: str = "") -> str:
    """The first few, and how many more with a hint where they are listed."""
    more = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {more} more{hint}" if more > 0 else "")


def _name(title: str) -> str:
    """An object without its namespace, which all of them share."""
    return title.partition(" -n ")[0]
