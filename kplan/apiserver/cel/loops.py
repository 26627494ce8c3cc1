"""The macros that visit every entry of a list or map: one scope for each round, paid for when the round begins.

Upstream: vendor/github.com/google/cel-go/interpreter/interpretable.go
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from kplan.apiserver.cel.library import NO_OVERLOAD
from kplan.apiserver.cel.meter import METER
from kplan.apiserver.cel.prices import compared_with_itself
from kplan.apiserver.cel.standard import key_text
from kplan.apiserver.cel.values import CelError, CostError, in_order, type_name

Scope = dict[str, Any]
Thunk = Callable[[Scope], Any]
LOOPS: Final = {
    "all": (1, 3), "exists": (1, 4), "exists_one": (2, 2), "existsOne": (2, 2), "filter": (1, 13), "map": (1, 12),
    "transformList": (1, 12), "transformMap": (1, 3), "transformMapEntry": (1, 2), "sortBy": (3, 12),
}  # fmt: skip
"""The cost of each loop: once, and for each entry, besides its bodies."""
_GO_TYPES: Final = {"optional_type": "*types.Optional", "type": "*types.Type", "null_type": "types.Null"}


def _go_type(value: Any) -> str:
    """The name of the Go type that holds a value in the server."""
    kind = type_name(value)
    if "." in kind and not kind.startswith("google."):
        return f"cel.{kind.rpartition('.')[2]}"
    return _GO_TYPES.get(kind) or f"types.{kind.rpartition('.')[2].title()}"


def scopes_of(scope: Scope, variables: list[str], value: Any, cost: int) -> Iterable[Scope]:
    """The scope of every round of a loop, in one dict that is reused; each round is paid for when it begins."""
    if not isinstance(value, (dict, list)):
        kind = _go_type(value)
        words = (
            f"unsupported comprehension range type: {kind}"
            if len(variables) == 2
            else f"got '{kind}', expected iterable type"
        )
        raise CelError(words)
    meter, last = scope[METER], variables[-1]
    inner = {name: held for name, held in scope.items() if name not in variables}
    if len(variables) == 2:
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            meter.spend(cost)
            inner[variables[0]], inner[last] = key, item
            yield inner
    else:
        for item in value:
            meter.left -= cost
            if meter.left < 0:
                raise CostError
            inner[last] = item
            yield inner


def _taken(scopes: Iterable[Scope], bodies: list[Thunk], taken: int) -> Iterator[Scope]:
    """The rounds that a filter lets pass; each is paid for."""
    for inner in scopes:
        chosen = bodies[0](inner)
        if chosen is True:
            inner[METER].spend(taken)
            yield inner
        elif chosen is not False:
            raise CelError(NO_OVERLOAD)


def _quantified(scopes: Iterable[Scope], bodies: list[Thunk], *, decisive: bool) -> bool:
    failure: CelError | None = None
    for inner in scopes:
        try:
            found = bodies[0](inner)
        except CelError as error:
            failure = failure or error
            continue
        if found is decisive:
            return bool(found)
        if not isinstance(found, bool):
            failure = failure or CelError(NO_OVERLOAD)
    if failure is not None:
        raise failure
    return not decisive


def _exactly_one(scopes: Iterable[Scope], bodies: list[Thunk], taken: int) -> bool:
    return sum(1 for _ in _taken(scopes, bodies, taken)) == 1


def _filtered(scopes: Iterable[Scope], bodies: list[Thunk], taken: int) -> list[Any]:
    return [next(reversed(inner.values())) for inner in _taken(scopes, bodies, taken)]


def _mapped(scopes: Iterable[Scope], bodies: list[Thunk], taken: int) -> list[Any]:
    kept = _taken(scopes, bodies, taken) if len(bodies) == 2 else scopes
    return [bodies[-1](inner) for inner in kept]


def _transformed_map(scopes: Iterable[Scope], bodies: list[Thunk], taken: int) -> dict[Any, Any]:
    kept = _taken(scopes, bodies, taken) if len(bodies) == 2 else scopes
    return {list(inner.values())[-2]: bodies[-1](inner) for inner in kept}


def _transformed_entries(scopes: Iterable[Scope], bodies: list[Thunk], taken: int) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for inner in _taken(scopes, bodies, taken) if len(bodies) == 2 else scopes:
        entries = bodies[-1](inner)
        if not isinstance(entries, dict):
            raise CelError(f"{NO_OVERLOAD}: cel.@mapInsert(map, {type_name(entries)})")
        for key, value in entries.items():
            if key in result:
                raise CelError(f"insert failed: key {key_text(key)} already exists")
            result[key] = value
    return result


def _sorted_by(scopes: Iterable[Scope], bodies: list[Thunk], _: int) -> list[Any]:
    keyed, scope = [], None
    for scope in scopes:
        keyed.append((bodies[0](scope), next(reversed(scope.values()))))
    if scope is not None:
        scope[METER].spend(compared_with_itself([key for key, _ in keyed]))
    return in_order(keyed)


RUNNERS: Final[dict[str, Callable[[Iterable[Scope], list[Thunk], int], Any]]] = {
    "all": lambda scopes, bodies, _: _quantified(scopes, bodies, decisive=False),
    "exists": lambda scopes, bodies, _: _quantified(scopes, bodies, decisive=True),
    "exists_one": _exactly_one,
    "existsOne": _exactly_one,
    "filter": _filtered,
    "map": _mapped,
    "transformList": _mapped,
    "transformMap": _transformed_map,
    "transformMapEntry": _transformed_entries,
    "sortBy": _sorted_by,
}
