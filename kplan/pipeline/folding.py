"""One finding for several builds: bases are shared, and so are the mistakes in them."""

from collections.abc import Iterable, Sequence
from typing import Final

from kplan.diagnostics import Diagnostic
from kplan.fieldpath import ROOT

_MOST_NAMES: Final = 3


def folded(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings; those at one place that differ only in the build become one, which names all builds."""
    builds: dict[Diagnostic, list[Diagnostic]] = {}
    for one in found:
        builds.setdefault(_bare(one), []).append(one)
    return [_together(same) for same in builds.values()]


def _bare(one: Diagnostic) -> Diagnostic:
    """A finding without what a build gives the object:
    who built it, its namespace and name, what a patch puts before an item.
    """
    if one.location is None or not one.location.built_by:
        return one
    related = tuple(place._replace(built_by="") for place in one.related)
    kind = one.object.partition("/")[0]
    where = one.location._replace(built_by="")
    return one._replace(object=kind, path=ROOT, location=where, related=related, fix=None)


def _together(same: Sequence[Diagnostic]) -> Diagnostic:
    """Findings that are one, with the names of all builds; of objects that are called differently, with the first's."""
    first = same[0]
    names = list(
        dict.fromkeys(one.location.built_by for one in same if one.location and one.location.built_by)
    )
    if not names or first.location is None:
        return first
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    titles = {one.object for one in same}
    plain = {one.partition(" ")[0] for one in titles}
    about = first.object if len(titles) == 1 or len(plain) > 1 else plain.pop()
    where = first.location._replace(built_by=", ".join(names[:_MOST_NAMES]) + more)
    return first._replace(object=about, location=where)
