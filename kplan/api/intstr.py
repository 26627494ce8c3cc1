"""Values that are an integer or a text such as ``25%``, resolved against a total.

Rolling updates, disruption budgets and probes carry them as plain JSON: an int or a str.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/intstr/intstr.go
"""

import math
import re
from typing import Final

IntOrString = int | str

_INTEGER: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)


class IntOrStringError(ValueError):
    """The value cannot be resolved; the message is Go's."""


def parse(text: str) -> IntOrString:
    """An int if the text is a 32-bit integer, else the text."""
    if _INTEGER.fullmatch(text) and -(2**31) <= int(text) < 2**31:
        return int(text)
    return text


def scaled_value(value: IntOrString | None, total: int, *, round_up: bool) -> int:
    """The integer, or the percentage of ``total``; raises IntOrStringError with Go's text."""
    if value is None:
        raise IntOrStringError("nil value for IntOrString")
    if isinstance(value, int):
        return value
    if not value.endswith("%"):
        raise IntOrStringError("invalid value for IntOrString: invalid type: string is not a percentage")
    number = value[:-1]
    if not _INTEGER.fullmatch(number):
        raise IntOrStringError(
            f'invalid value for IntOrString: invalid value "{value}": strconv.Atoi: parsing "{number}": invalid syntax'
        )
    exact = float(number) * float(total) / 100
    return math.ceil(exact) if round_up else math.floor(exact)
