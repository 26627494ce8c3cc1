"""The known name that a wrong one was probably meant to be."""

from collections.abc import Iterable

_TELLING = 5
"""Letters from which on two names that differ in one are hardly two names."""


def nearest(name: str, known: Iterable[str], alike: float = 0.7) -> str:
    """The closest of the names; the same letters in another case win, and nothing close is the empty string.

    ``alike`` says how close it has to be, from 0 to 1.
    """
    import difflib  # noqa: PLC0415 - 5 ms that only a wrong name pays

    names = list(known)
    folded = name.lower().replace("_", "").replace("-", "")
    for candidate in names:
        if candidate.lower() == folded:
            return candidate
    found = difflib.get_close_matches(name, names, 1, alike)
    return found[0] if found else ""


def is_misspelt(name: str, meant: str) -> bool:
    """Whether a name differs from another by one letter that is missing, added, changed or swapped with its neighbour.

    Short names and numbers differ so little on purpose: ``mgr`` and ``mon``, ``web-0`` and ``web-1``.
    """
    if name == meant or min(len(name), len(meant)) < _TELLING or abs(len(name) - len(meant)) > 1:
        return False
    at = next((at for at, pair in enumerate(zip(name, meant, strict=False)) if pair[0] != pair[1]), -1)
    one, other = (name[at:], meant[at:]) if at >= 0 else (name[-1:], meant[-1:])
    if not (one[:1] or "a").isalpha() or not (other[:1] or "a").isalpha():
        return False
    swapped = one[:2] == other[1::-1] and one[2:] == other[2:]
    return swapped or one[1:] == other[1:] or one[1:] == other or one == other[1:]
