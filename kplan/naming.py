"""The known name that a wrong one was probably meant to be."""

from collections.abc import Iterable


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
