"""Resource quantities with exact arithmetic, parsed, rounded and printed as Go's ``resource.Quantity``.

Defaulting, quota, scheduling and every printed object depend on the same canonical text and the same rounding.

Upstream: staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go
"""

import re
from enum import StrEnum
from functools import lru_cache, total_ordering
from typing import Final

_INT64: Final = 1 << 63
_INT64_DIGITS: Final = 18
_MAX_SHIFT: Final = 400
_WRAPPING: Final = frozenset({0, 1, 2, 3, 6, 9})
NANO: Final = -9
MILLI: Final = -3
_MOST_DIGITS: Final = 4_000
"""Python makes no text of longer numbers.

Kubernetes takes them, as far as a request may be long, and has no use for them.
"""


class Format(StrEnum):
    """The family of suffixes a quantity was written with, and is printed with."""

    DECIMAL_EXPONENT = "DecimalExponent"
    BINARY_SI = "BinarySI"
    DECIMAL_SI = "DecimalSI"


class QuantityError(ValueError):
    """The text is no quantity; the message is Go's."""


FORMAT_WRONG: Final = (
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
)
NUMERIC: Final = "unable to parse numeric part of quantity"
SUFFIX: Final = "unable to parse quantity's suffix"

_DECIMAL: Final = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_DECIMAL_SUFFIX: Final = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY: Final = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_BINARY_SUFFIX: Final = {0: ""} | {exponent: suffix for suffix, exponent in _BINARY.items()}
_SCAN: Final = r"([+-]?)(0*)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)"
_EXPONENT: Final = r"[eE]([+-]?[0-9]+)"


@total_ordering
class Quantity:
    """``unscaled * 10**exponent`` in a format; ``text`` is the spelling kept when it was canonical already."""

    # Written out: making a dataclass of it takes a millisecond of every start.
    __slots__ = ("big", "exponent", "format", "text", "unscaled")

    def __init__(
        self,
        unscaled: int = 0,
        exponent: int = 0,
        format: Format = Format.DECIMAL_SI,  # noqa: A002 - Go's name
        text: str = "",
        big: bool = False,
    ) -> None:
        self.unscaled: Final = unscaled
        self.exponent: Final = exponent
        self.format: Final = format
        self.text: Final = text
        self.big: Final = big
        """Go holds it as a big decimal: rounding of negatives and overflow differ there."""

    @classmethod
    def parse(cls, text: str) -> "Quantity":
        """Read a quantity; raises QuantityError with Go's text."""
        return _parse(text)

    @classmethod
    def of(cls, value: int, exponent: int = 0, format: Format = Format.DECIMAL_SI) -> "Quantity":  # noqa: A002 - upstream's name
        """Make one from a number: ``of(1500, MILLI)``."""
        return cls(value, exponent, format)

    def canonical(self) -> str:
        """Go's String()."""
        return self.text or _canonical(self)

    __str__ = canonical

    def scaled_value(self, exponent: int) -> int:
        """Units of ``10**exponent``, rounded up as Go does; what leaves int64 ends as it does there."""
        shift = self.exponent - exponent
        if self.big:
            return _scaled_big(self.unscaled, shift)
        if shift < 0:
            return _away_from_zero(self.unscaled, -shift)
        return _scaled_up(self.unscaled, shift)

    def value(self) -> int:
        """Whole units, rounded up."""
        return self.scaled_value(0)

    def milli(self) -> int:
        """Thousandths, rounded up."""
        return self.scaled_value(MILLI)

    def round_up(self, exponent: int) -> "Quantity":
        """Lose precision below ``10**exponent``, away from zero."""
        if not self.big and self.exponent >= exponent:
            return self
        if self.exponent >= exponent:
            return Quantity(self.unscaled, self.exponent, self.format, big=True)
        rounded = _away_from_zero(self.unscaled, exponent - self.exponent)
        return Quantity(rounded, exponent, self.format, big=self.big)

    def compare(self, other: "Quantity") -> int:
        """-1, 0 or 1."""
        if self.sign() != other.sign() or not self.unscaled:
            return (self.sign() > other.sign()) - (self.sign() < other.sign())
        size, other_size = _magnitude(self), _magnitude(other)
        if size != other_size:
            return self.sign() if size > other_size else -self.sign()
        low = min(self.exponent, other.exponent)
        mine, theirs = self.unscaled * _ten(self.exponent - low), other.unscaled * _ten(other.exponent - low)
        return (mine > theirs) - (mine < theirs)

    def sign(self) -> int:
        """-1, 0 or 1."""
        return (self.unscaled > 0) - (self.unscaled < 0)

    def is_zero(self) -> bool:
        """Whether it is zero."""
        return self.unscaled == 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quantity) and self.compare(other) == 0

    def __lt__(self, other: "Quantity") -> bool:
        return self.compare(other) < 0

    def __hash__(self) -> int:
        digits = str(self.unscaled).rstrip("0")
        return hash((digits, _magnitude(self) if self.unscaled else 0))

    def __bool__(self) -> bool:
        return self.unscaled != 0

    def __add__(self, other: "Quantity") -> "Quantity":
        chosen = other.format if self.unscaled == 0 else self.format
        if not other.unscaled:
            return Quantity(self.unscaled, self.exponent, chosen, big=self.big or other.big)
        if not self.unscaled:
            return Quantity(other.unscaled, other.exponent, chosen, big=self.big or other.big)
        low = min(self.exponent, other.exponent)
        total = self.unscaled * _ten(self.exponent - low) + other.unscaled * _ten(other.exponent - low)
        big = self.big or other.big or not -_INT64 <= total < _INT64
        return Quantity(total, low, chosen, big=big)

    def __sub__(self, other: "Quantity") -> "Quantity":
        return self + -other

    def __neg__(self) -> "Quantity":
        return Quantity(-self.unscaled, self.exponent, self.format, big=self.big)

    def __mul__(self, factor: int) -> "Quantity":
        product = self.unscaled * factor
        return Quantity(product, self.exponent, self.format, big=self.big or not -_INT64 <= product < _INT64)

    def __float__(self) -> float:
        try:
            return float(self.unscaled) * 10.0**self.exponent
        except OverflowError:
            return float("inf") * self.sign()


def _ten(power: int) -> int:
    """``10**power`` for a power that is not negative."""
    result: int = 10**power
    return result


def _magnitude(quantity: Quantity) -> int:
    return len(str(abs(quantity.unscaled))) + quantity.exponent


def _away_from_zero(unscaled: int, places: int) -> int:
    if not unscaled:
        return 0
    if places > len(str(abs(unscaled))):
        return 1 if unscaled > 0 else -1
    quotient = -(-abs(unscaled) // _ten(places))
    return quotient if unscaled > 0 else -quotient


def _scaled_up(unscaled: int, shift: int) -> int:
    """Multiply by a power of ten; on overflow, Go wraps the steps it has constants for and yields 0 for the rest."""
    if not unscaled or shift > _MAX_SHIFT:
        return 0
    result = unscaled * _ten(shift)
    if -_INT64 <= result < _INT64:
        return result
    return _wrap64(result) if shift in _WRAPPING and unscaled != -_INT64 else 0


def _wrap64(value: int) -> int:
    return (value + _INT64) % (2 * _INT64) - _INT64


def _scaled_big(unscaled: int, shift: int) -> int:
    if shift >= 0:
        return _wrap64(_wrap64(unscaled) * _ten(shift)) if shift <= _INT64_DIGITS else 0
    divisor = _ten(-shift)
    if unscaled < _INT64 - 1 and -shift <= _INT64_DIGITS:
        small = _wrap64(unscaled)
        quotient = abs(small) // divisor * (1 if small >= 0 else -1)
        return quotient + (1 if abs(small) % divisor else 0)
    quotient, remainder = divmod(unscaled, divisor)
    return _wrap64(quotient + (1 if remainder else 0))


@lru_cache(maxsize=8192)
def _parse(text: str) -> Quantity:
    if not text:
        raise QuantityError(FORMAT_WRONG)
    match = re.fullmatch(_SCAN, text)
    if match is None:
        raise QuantityError(FORMAT_WRONG)
    sign, zeros, number, fraction, suffix = match.groups()
    empty = not (zeros or number or fraction)
    number, fraction = number or "0", fraction or ""
    base, exponent, chosen = _interpret(suffix)
    fast = _parse_int64(text, sign, number, fraction, base, exponent, chosen)
    if fast is not None:
        return fast
    if empty or len(number) + len(fraction) > _MOST_DIGITS:
        raise QuantityError(NUMERIC)
    return _parse_big(sign, number, fraction, base, exponent, chosen)


def _interpret(suffix: str) -> tuple[int, int, Format]:
    if suffix in _DECIMAL:
        return 10, _DECIMAL[suffix], Format.DECIMAL_SI
    if suffix in _BINARY:
        return 2, _BINARY[suffix], Format.BINARY_SI
    match = re.fullmatch(_EXPONENT, suffix)
    if match is None or not -_INT64 <= int(match[1]) < _INT64:
        raise QuantityError(SUFFIX)
    return 10, (int(match[1]) + 2**31) % 2**32 - 2**31, Format.DECIMAL_EXPONENT


def _parse_int64(
    text: str, sign: str, number: str, fraction: str, base: int, exponent: int, chosen: Format
) -> Quantity | None:
    mantissa, scale = 1, 0
    if base == 10:
        scale = exponent
        precision = _INT64_DIGITS - len(number) - len(fraction)
    elif fraction:
        return None
    else:
        mantissa = 1 << exponent
        precision = 15 - len(number) - exponent * 3 // 10 - 1
    scale -= len(fraction)
    if precision < 0 or scale < NANO:
        return None
    digits = number + fraction
    value = int(digits)
    if value * mantissa >= _INT64:
        return None
    unscaled = -value * mantissa if sign == "-" else value * mantissa
    tidy = scale % 3 == 0 and not digits.endswith("000") and digits[0] != "0"
    keep = value & 7 != 0 if base == 2 else tidy or text == "0"
    return Quantity(unscaled, scale, chosen, text if keep else "")


def _parse_big(sign: str, number: str, fraction: str, base: int, exponent: int, chosen: Format) -> Quantity:
    unscaled, scale = int(number + fraction), -len(fraction)
    if base == 10:
        scale += exponent
    else:
        unscaled <<= exponent
    if unscaled and scale < NANO:
        unscaled, scale = _away_from_zero(unscaled, NANO - scale), NANO
    elif unscaled and scale <= _MAX_SHIFT:
        unscaled, scale = unscaled * _ten(scale - NANO), NANO
    if chosen is Format.BINARY_SI and unscaled:
        whole = unscaled // _ten(-scale) if scale < 0 else unscaled
        if whole >= _INT64:
            unscaled, scale = _INT64 - 1, 0
        elif whole == 0:
            chosen = Format.DECIMAL_SI
    return Quantity(-unscaled if sign == "-" else unscaled, scale, chosen, big=True)


def _canonical(quantity: Quantity) -> str:
    if quantity.is_zero():
        return "0"
    if quantity.format is Format.BINARY_SI:
        whole = _whole(quantity)
        if whole is not None and abs(whole) >= 1024:
            times = 0
            while whole % 1024 == 0:
                whole //= 1024
                times += 1
            return f"{whole}{_BINARY_SUFFIX.get(times * 10, '')}"
    digits = str(quantity.unscaled)
    stripped = digits.rstrip("0")
    exponent = quantity.exponent + len(digits) - len(stripped)
    spare = exponent % 3
    exponent -= spare
    number = stripped + "0" * spare
    if quantity.format is Format.DECIMAL_EXPONENT:
        return f"{number}e{exponent}" if exponent else number
    return number + _DECIMAL_SUFFIX.get(exponent, "")


def _whole(quantity: Quantity) -> int | None:
    if quantity.exponent >= 0:
        return quantity.unscaled * _ten(quantity.exponent)
    quotient, remainder = divmod(quantity.unscaled, _ten(-quantity.exponent))
    return None if remainder else quotient


@lru_cache(maxsize=16384)
def canonical(text: str | float) -> str:
    """The canonical text of a quantity as JSON carries it (text or number); raises QuantityError."""
    return _parse(str(text).strip()).canonical()


@lru_cache(maxsize=16384)
def milli_value(text: str | float) -> int:
    """Thousandths of a quantity, rounded up."""
    return _parse(str(text).strip()).milli()


@lru_cache(maxsize=16384)
def value(text: str | float) -> int:
    """Whole units of a quantity, rounded up."""
    return _parse(str(text).strip()).value()
