"""The closures of calls, built from those of their arguments: evaluation order, absorption of errors, and cost.

Upstream: vendor/github.com/google/cel-go/interpreter/interpretable.go
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from kplan.apiserver.cel.library import NO_OVERLOAD, Function
from kplan.apiserver.cel.loops import Scope, Thunk
from kplan.apiserver.cel.meter import METER
from kplan.apiserver.cel.prices import Price
from kplan.apiserver.cel.values import CelError, InternalError, Optional

_FAILED: Final = 1
"""The cost of a call that is not made because one of its arguments failed."""


def logical(left: Thunk, right: Thunk, *, decisive: bool) -> Thunk:
    """``&&`` and ``||``: one decisive side is enough, whatever the other evaluates to."""

    def decide(scope: Scope) -> bool:
        try:
            first = left(scope)
            failure: CelError | None = None if isinstance(first, bool) else CelError(NO_OVERLOAD)
        except CelError as error:
            first, failure = not decisive, error
        if failure is None and first is decisive:
            return bool(first)
        try:
            second = right(scope)
        except CelError as error:
            raise failure or error from None  # of two failures the first counts
        if second is decisive:
            return bool(second)
        if failure is not None:
            raise failure
        if not isinstance(second, bool):
            raise CelError(NO_OVERLOAD)
        return second

    return decide


def conditional(condition: Thunk, then: Thunk, otherwise: Thunk) -> Thunk:
    """``condition ? then : otherwise``: only one of the two is evaluated."""

    def choose(scope: Scope) -> Any:
        chosen = condition(scope)
        if not isinstance(chosen, bool):
            raise CelError(NO_OVERLOAD)
        return then(scope) if chosen else otherwise(scope)

    return choose


def alternative(first: Thunk, second: Thunk, *, unwrapped: bool) -> Thunk:
    """``or`` and ``orValue`` of optionals: the alternative is evaluated only if there is no value.

    What is no optional value, which only shows when it is computed, is the answer as it is.
    """

    def choose(scope: Scope) -> Any:
        value = first(scope)
        if not isinstance(value, Optional):
            return value
        if value.present:
            return value.value if unwrapped else value
        return second(scope)

    return choose


def called(function: Function, arguments: list[Thunk]) -> Thunk:
    """A call whose price is known before it is made."""
    if len(arguments) == 1:
        only = arguments[0]
        return lambda scope: function(only(scope))
    if len(arguments) != 2:
        return lambda scope: function(*_values(arguments, scope))
    one, other = arguments

    def run(scope: Scope) -> Any:
        try:
            first = one(scope)
        except CelError:
            _compute_as_well(other, scope)
            raise
        return function(first, other(scope))

    return run


def metered(price: Price, function: Function, arguments: list[Thunk], *, simple: bool) -> Thunk:
    """A call whose cost depends on the size of its values and is paid before the call;
    a ``simple`` one of two integers costs 1.
    """

    def paid(scope: Scope, values: Sequence[Any]) -> Any:
        try:
            cost = price(values)
        except (TypeError, ValueError, LookupError):
            cost = 1  # the function refuses these values
        scope[METER].spend(cost)
        return function(*values)

    if len(arguments) == 2:  # most calls, and those of the innermost loops
        one, other = arguments
        return _metered_pair(function, one, other, paid, simple=simple)

    def run(scope: Scope) -> Any:
        try:
            values = _values(arguments, scope)
        except CelError:
            scope[METER].spend(_FAILED)
            raise
        return paid(scope, values)

    return run


def _metered_pair(
    function: Function, one: Thunk, other: Thunk, paid: Callable[[Scope, Sequence[Any]], Any], *, simple: bool
) -> Thunk:
    def run(scope: Scope) -> Any:
        try:
            first = one(scope)
        except CelError:
            _compute_as_well(other, scope)
            scope[METER].spend(_FAILED)
            raise
        try:
            second = other(scope)
        except CelError:
            scope[METER].spend(_FAILED)
            raise
        if simple and first.__class__ is int is second.__class__:
            scope[METER].spend(1)
            return function(first, second)
        return paid(scope, (first, second))

    return run


def _compute_as_well(argument: Thunk, scope: Scope) -> None:
    """Evaluate the argument after one that failed: it is paid for all the same."""
    with suppress(CelError):
        argument(scope)


def _values(arguments: Sequence[Thunk], scope: Scope) -> list[Any]:
    """The arguments of a call; if one fails, the others are still evaluated and paid for."""
    values: list[Any] = []
    failure: CelError | None = None
    for argument in arguments:
        try:
            values.append(argument(scope))
        except CelError as error:
            failure = failure or error
    if failure is not None:
        raise failure
    return values


def counted(items: Thunk) -> Thunk:
    """A list from whose size a cost is computed; an error that nothing absorbs if it is not a list."""

    def run(scope: Scope) -> Any:
        try:
            return items(scope)
        except CelError:
            raise InternalError from None

    return run
