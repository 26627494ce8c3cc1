"""Numbers and lists as sentences have them."""

from collections.abc import Iterable

_SHOWN = 3


def counted(number: int, noun: str) -> str:
    """``1 pod``, ``3 pods``, ``2 fixes``, ``2 policies``; Endpoints are a plural."""
    if number == 1 or noun == "Endpoints":
        return f"{number} {noun}"
    if noun.endswith("y"):
        return f"{number} {noun[:-1]}ies"
    return f"{number} {noun}{'es' if noun.endswith(('s', 'x', 'ch')) else 's'}"


def listed(names: Iterable[str]) -> str:
    """``a, b and 4 more``: the first few of the names, each once."""
    found = list(dict.fromkeys(names))
    more = len(found) - _SHOWN
    if more > 1:
        return f"{', '.join(found[:_SHOWN])} and {more} more"
    return ", ".join(found[:-1]) + f" and {found[-1]}" if len(found) > 1 else "".join(found)
