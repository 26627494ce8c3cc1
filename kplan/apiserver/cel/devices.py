"""The environment of device selectors: one variable, ``device``, with bounded attributes and capacities.

Upstream: staging/src/k8s.io/dynamic-resource-allocation/cel/compile.go
"""

from functools import lru_cache
from typing import Final

from kplan.apiserver.cel.call_cost import Size
from kplan.apiserver.cel.cost import Path
from kplan.apiserver.cel.environment import CompileError, Environment
from kplan.apiserver.cel.types import ANY, BOOL, STRING, Type, map_of, object_type, read, runtime_name

COST_LIMIT: Final = 1_000_000
_MAX_DRIVER: Final = 63
_MAX_ID: Final = 32
_MAX_VALUE: Final = 64
_MAX_ENTRIES: Final = 32
_FIELDS: Final = {
    "driver": STRING,
    "allowMultipleAllocations": BOOL,
    "attributes": map_of(STRING, map_of(STRING, ANY)),
    "capacity": map_of(STRING, map_of(STRING, read("quantity"))),
}
_ENVIRONMENT: Final = Environment({"device": object_type("kubernetes.DRADevice", _FIELDS)})
_RESULTS: Final[tuple[Type, ...]] = (BOOL, ANY)


class DeviceSelectorError(Exception):
    """The expression is no device selector; the text is the server's."""


class DeviceSelectorUnusableError(DeviceSelectorError):
    """A constant in the expression cannot be worked out."""


@lru_cache(maxsize=1024)
def max_cost(expression: str) -> int:
    """Compile a selector; the most it may cost. Raises DeviceSelectorError."""
    try:
        program = _ENVIRONMENT.compile(expression)
    except CompileError as error:
        raise DeviceSelectorError(f"compilation failed: {error}") from None
    if program.result not in _RESULTS:
        raise DeviceSelectorError(
            f"must evaluate to bool or the unknown type, not {runtime_name(program.result)}"
        )
    if program.unusable:
        raise DeviceSelectorUnusableError(f"program instantiation failed: {program.unusable}")
    return program.cost(_size)


def _size(path: Path) -> Size | None:
    """The greatest size of what a path through ``device`` leads to."""
    match path[1:]:
        case ("driver",):
            return 0, _MAX_DRIVER
        case ("attributes" | "capacity",):
            return 0, _MAX_ENTRIES
        case ("attributes" | "capacity", "@keys"):
            return 0, _MAX_DRIVER
        case ("attributes" | "capacity", "@values"):
            return 0, _MAX_ENTRIES
        case ("attributes" | "capacity", "@values", "@keys"):
            return 0, _MAX_ID
        case ("attributes", "@values", _):
            return 0, _MAX_VALUE
    return None
