"""One finding of several builds told once: bases are shared, and so is what is wrong in them."""

from collections.abc import Iterable
from typing import Final

from kplan.diagnostics import Diagnostic

_MOST_NAMES: Final = 3


def folded(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings, where those that differ only in what was built are one that names all of it."""
    builds: dict[Diagnostic, list[str]] = {}
    for one in found:
        names = builds.setdefault(_bare(one), [])
        if one.location is not None and one.location.built_by and one.location.built_by not in names:
            names.append(one.location.built_by)
    return [_named(one, names) for one, names in builds.items()]


def _bare(one: Diagnostic) -> Diagnostic:
    if one.location is None or not one.location.built_by:
        return one
    related = tuple(place._replace(built_by="") for place in one.related)
    return one._replace(location=one.location._replace(built_by=""), related=related)


def _named(one: Diagnostic, names: list[str]) -> Diagnostic:
    if not names or one.location is None:
        return one
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return one._replace(location=one.location._replace(built_by=", ".join(names[:_MOST_NAMES]) + more))
