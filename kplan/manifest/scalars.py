"""What a plain YAML scalar means to kubectl: YAML 1.1 words, Go's integer spellings, JSON's numbers.

The reader turns text into values by these rules and the writer quotes what they would misread, so they stand alone.

Upstream: go.yaml.in/yaml/v2 resolve.go, and encoding/json for the numbers it passes on
"""

import re
from functools import lru_cache
from math import inf, isnan
from typing import Final

Scalar = str | int | float | bool | None

_TRUE = "y Y yes Yes YES true True TRUE on On ON"
_FALSE = "n N no No NO false False FALSE off Off OFF"
WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(_TRUE.split(), True),
    **dict.fromkeys(_FALSE.split(), False),
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys([".nan", ".NaN", ".NAN"], float("nan")),
    **dict.fromkeys([".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"], float("inf")),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], float("-inf")),
}
"""Plain scalars that are something else than a string by name."""

HINTS: Final = frozenset("+-.0123456789yYnNtTfFoO~")
"""First characters of every plain scalar that might not be a string; the empty scalar is null."""

_INTEGER = (
    r"([-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+|(?<=^0b)[-+][01]+)"
    r"|0[oO]?(?P<oct>[0-7]+)|(?P<dec>0|[1-9][0-9]*))"
)
"""Integers as Go reads them; go-yaml takes a sign behind 0b as well."""
_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
# What few scalars begin like is compiled when one does.
_POINTED = r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?"
_BASE_60 = r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
_DATE = (
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:(?P<sep>[Tt ])(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):(?P<second>[0-9]{1,2})(?:[.,][0-9]+)?"
    r"(?P<zone>Z|[-+][0-9]{2}:[0-9]{2})?)?"
)
_RADIX = {"hex": 16, "bin": 2, "oct": 8, "dec": 10}
_MAX_DIGITS = 400
_SURE_DIGITS = 18
"""Digits that 64 bits hold whatever they are."""
_EXPONENT_FORM = 6
_INT64 = range(-(1 << 63), 1 << 63)


@lru_cache(maxsize=8192)
def resolve(text: str) -> Scalar:
    """Read an untagged plain scalar as kubectl does."""
    if not text or text in WORDS:
        return WORDS[text]
    first = text[0]
    if first not in HINTS:
        return text
    if first == ".":
        return _float(text) if re.fullmatch(_POINTED, text) else text
    if first in "+-" or first.isdigit():
        if text[4:5] == "-" and is_timestamp(text):
            return text
        return _number(text)
    return text


def resolves_to_string(text: str) -> bool:
    """Tell whether the text, written plain, would be read back as a string."""
    if not text or text in WORDS:
        return False
    if text[0] not in HINTS:
        return True
    if text[4:5] == "-" and is_timestamp(text):
        return False
    return isinstance(resolve(text), str) and not re.fullmatch(_BASE_60, text)


def is_timestamp(text: str) -> bool:
    """Tell whether go-yaml takes the text for a time; kubectl keeps such scalars as strings."""
    found = re.fullmatch(_DATE, text)
    if not found:
        return False
    from calendar import monthrange  # noqa: PLC0415 - few scalars are times

    year, month, day = (int(part) for part in found.group(1, 2, 3))
    if not 1 <= month <= 12 or not 1 <= day <= (monthrange(year or 4, month)[1]):
        return False
    if not found["sep"]:
        return True
    zoned = found["zone"] is not None
    in_range = int(found["hour"]) < 24 and int(found["minute"]) < 60 and int(found["second"]) < 60
    return in_range and zoned == (found["sep"] != " ")


def is_integer(text: str) -> bool:
    """Tell whether go-yaml takes the text for an integer, not for a float:
    1e3 and what 64 bits do not hold are floats.
    """
    found = re.fullmatch(_INTEGER, text.replace("_", ""))
    if not found:
        return False
    number = _integer(found)
    return number in _INT64 or (number < 1 << 64 and not found[1])


def json_number(value: float) -> int | float:
    """Give a float the type its JSON text would be read back with: 3.0 becomes 3, 1e21 stays."""
    if value.is_integer() and abs(value) < 1e21:
        from decimal import Decimal  # noqa: PLC0415 - few scalars are fractions

        return int(Decimal(repr(value)))
    return value


def _number(text: str) -> Scalar:
    plain = text.replace("_", "") if "_" in text else text
    if len(plain) > _MAX_DIGITS:
        return _float(plain) if len(plain) < _MAX_DIGITS * 4 and re.fullmatch(_FLOAT, plain) else text
    if len(plain) <= _SURE_DIGITS and plain[0] != "0" and plain.isascii() and plain.isdigit():
        return int(plain)  # as nearly every number is written
    found = re.fullmatch(_INTEGER, plain)
    if found:
        number = _integer(found)
        if number in _INT64:
            return number
        if number < 1 << 64 and not found[1]:
            return json_number(float(number))
    if re.fullmatch(_FLOAT, plain):
        value = _float(plain)
        return text if isinstance(value, str) else value
    return text


def _integer(found: re.Match[str]) -> int:
    radix = found.lastgroup or "dec"
    number = int(found[radix], _RADIX[radix])
    return -number if found[1] == "-" else number


def _float(text: str) -> Scalar:
    value = float(text.replace("_", ""))
    return text if value in (inf, -inf) else json_number(value)


def key_text(key: bool | float, text: str = "") -> str:
    """Spell a scalar key, written as the text, as the JSON object's member name; floats lose half their bits there.

    Raises OverflowError for an integer that fits in 64 bits only without a sign: kubectl takes no such key.
    """
    if isinstance(key, bool):
        return "true" if key else "false"
    plain = text.replace("_", "")
    found = re.fullmatch(_INTEGER, plain)
    if found:
        number = _integer(found)
        if number in _INT64:
            return str(number)
        if number < 1 << 64 and not found[1]:
            raise OverflowError(f"unsupported map key of type: uint64, key: {number:#x}")
    if isinstance(key, float) or key not in _INT64 or re.fullmatch(_FLOAT, plain):
        return shortest(float(plain) if re.fullmatch(_FLOAT, plain) else float(key), bits=32)
    return str(key)


def shortest(value: float, bits: int = 64) -> str:
    """Print as Go's ``FormatFloat(value, 'g', -1, bits)``."""
    if bits != 64:
        value = _single(value)
    if isnan(value):
        return ".nan"
    if value in (inf, -inf):
        return ".inf" if value > 0 else "-.inf"
    digits, exponent, sign = _shortest_digits(value, bits)
    if exponent < -4 or exponent >= _EXPONENT_FORM:
        mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
        return f"{sign}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    fraction = digits[exponent + 1 :]
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"


def _shortest_digits(value: float, bits: int) -> tuple[str, int, str]:
    from decimal import Decimal  # noqa: PLC0415 - likewise

    text = repr(value) if bits == 64 else _shortest_32(value)
    number = Decimal(text)
    sign, digits, exponent = number.as_tuple()
    joined = "".join(map(str, digits)).rstrip("0") or "0"
    if not number:
        return "0", 0, "-" if sign else ""
    return joined, len(digits) + int(exponent) - 1, "-" if sign else ""


def _shortest_32(value: float) -> str:
    for precision in range(1, 10):
        text = f"{value:.{precision}g}"
        if _single(float(text)) == value:
            return text
    return repr(value)


def _single(value: float) -> float:
    """Round to 32 bits."""
    from struct import pack, unpack  # noqa: PLC0415 - few numbers are fractions

    try:
        return float(unpack("f", pack("f", value))[0])
    except OverflowError:
        return inf if value > 0 else -inf
