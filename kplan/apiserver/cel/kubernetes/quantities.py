"""Resource quantities in CEL, and the comparisons they share with versions.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/library/quantity.go
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from kplan.api.quantity import Quantity, QuantityError
from kplan.apiserver.cel.kubernetes.declared import function
from kplan.apiserver.cel.values import CelError


@dataclass(frozen=True, slots=True)
class QuantityValue:
    """A resource quantity."""

    quantity: Quantity
    computed: bool = field(default=False, compare=False)
    """Whether it is the sum or difference of others."""
    cel_type = "kubernetes.Quantity"


@lru_cache(maxsize=256)
def _read_quantity(text: str) -> Quantity:
    try:
        return Quantity.parse(text)
    except QuantityError as error:
        raise CelError(str(error)) from None


@function("quantity", "(string) -> quantity")
def _quantity(text: str) -> QuantityValue:
    return QuantityValue(_read_quantity(text))


@function("isQuantity", "(string) -> bool")
def _is_quantity(text: str) -> bool:
    try:
        Quantity.parse(text)
    except QuantityError:
        return False
    return True


@function("sign", "(quantity) -> int")
def _sign(value: QuantityValue) -> int:
    return value.quantity.sign()


@function("isGreaterThan", "quantity.(quantity) -> bool", "semver.(semver) -> bool")
def _is_greater(value: Any, other: Any) -> bool:
    return _compare(value, other) > 0


@function("isLessThan", "quantity.(quantity) -> bool", "semver.(semver) -> bool")
def _is_less(value: Any, other: Any) -> bool:
    return _compare(value, other) < 0


@function("compareTo", "quantity.(quantity) -> int", "semver.(semver) -> int")
def _compare(value: Any, other: Any) -> int:
    if isinstance(value, QuantityValue):
        return int(value.quantity.compare(other.quantity))
    return int(value.rank() > other.rank()) - int(value.rank() < other.rank())


@function("asApproximateFloat", "quantity.() -> double")
def _as_float(value: QuantityValue) -> float:
    return float(value.quantity)


@function("isInteger", "quantity.() -> bool")
def _is_integer(value: QuantityValue) -> bool:
    quantity = value.quantity
    return not quantity.big and quantity.exponent >= 0 and abs(quantity.value()) < 2**63


@function("asInteger", "quantity.() -> int")
def _as_integer(value: QuantityValue) -> int:
    if not _is_integer(value):
        raise CelError("cannot convert value to integer")
    return value.quantity.value()


@function("add", "quantity.(quantity) -> quantity", "quantity.(int) -> quantity")
def _add(value: QuantityValue, other: Any) -> QuantityValue:
    return QuantityValue(
        value.quantity + (other.quantity if isinstance(other, QuantityValue) else Quantity.of(other)),
        computed=True,
    )


@function("sub", "quantity.(quantity) -> quantity", "quantity.(int) -> quantity")
def _sub(value: QuantityValue, other: Any) -> QuantityValue:
    return QuantityValue(
        value.quantity - (other.quantity if isinstance(other, QuantityValue) else Quantity.of(other)),
        computed=True,
    )
