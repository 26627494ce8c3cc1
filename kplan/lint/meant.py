"""The value that a wrong one was plainly, or probably, meant to be."""

import re
from collections.abc import Mapping
from typing import Any, Final

from kplan.fieldpath import FieldPath
from kplan.fixes import Fix, put, quote, safe, unsafe
from kplan.naming import nearest

_UNITS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("b", "byte", "bytes", "core", "cores", "cpu", "cpus"), ""),
    **{f"{prefix.lower()}{ending}": prefix for prefix in ("k", "M", "G", "T", "P", "E") for ending in ("", "b")},
    **{f"{prefix.lower()}i{ending}": f"{prefix}i" for prefix in ("K", "M", "G", "T", "P", "E") for ending in ("", "b")},
    "milli": "m", "millicore": "m", "millicores": "m", "mcpu": "m",
}  # fmt: skip
"""What people write after an amount, in lower case, and the suffix that Kubernetes reads."""
_AMOUNT: Final = r"\s*([+-]?[0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)\s*"
_WHOLE: Final = r"-?(?:0|[1-9][0-9]{0,17})"
_STANDS_FOR: Final = r"\$[({]\w|^\$[A-Z][A-Z0-9_]+$|\{\{|<[^<>]*>|\{\w+\}"
_REPLACE_IT: Final = (
    "it stands for another text: replace it first (envsubst, helm template, ...), and give kplan the output"
)
_WORDS: Final[Mapping[str, bool]] = {"true": True, "false": False}


def filled_in(given: str) -> str:
    """The advice for a placeholder such as ``${APP}``, ``{{ .Name }}`` and ``<name>``; empty for other values."""
    return _REPLACE_IT if re.search(_STANDS_FOR, given) else ""


def of_type(path: FieldPath, given: Any, expected: str) -> Fix | None:
    """A value of the wrong type converted to the expected one, if that is possible."""
    if expected == "a string" and isinstance(given, (bool, int, float)):
        return safe("quote the value", quote(path))
    if expected == "an integer" and isinstance(given, str) and re.fullmatch(_WHOLE, given):
        return safe("write it without quotes", put(path, int(given)))
    if expected == "true or false" and isinstance(given, str) and given in _WORDS:
        return safe("write it without quotes", put(path, _WORDS[given]))
    if expected == "a list" and isinstance(given, str) and given and not re.search(r"[\s,]", given):
        return unsafe("make it a list of one", put(path, [given]))
    return None


def one_of(path: FieldPath, given: Any, allowed: tuple[str, ...]) -> Fix | None:
    """One of the values that are allowed: the same letters in another case, or the nearest."""
    if not isinstance(given, str) or not (near := nearest(given, allowed)):
        return None
    make = safe if near.lower() == given.lower() else unsafe
    return make(f"write it as {near}", put(path, near))


def quantity(path: FieldPath, given: Any) -> Fix | None:
    """A quantity with the suffix that was probably meant."""
    found = re.fullmatch(_AMOUNT, given) if isinstance(given, str) else None
    if found is None:
        return None
    # A milli is the only suffix whose capital means something else.
    suffix = found[2] if found[2] in ("m", "M") else _UNITS.get(found[2].lower())
    if suffix is None or f"{found[1]}{suffix}" == given:
        return None
    return unsafe(f"write it as {found[1]}{suffix}", put(path, f"{found[1]}{suffix}"))
