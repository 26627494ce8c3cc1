"""``merge``: the parameters of the first generator, with those of the others that agree with them in the merge keys.

Upstream: github.com/argoproj/argo-cd applicationset/generators/merge.go
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kplan.gitops.generators.generating import Generating, GenerationError, Parameters
from kplan.gitops.looking import listing, mapping
from kplan.gitops.merging import merged


def generate(options: Mapping[str, Any], generating: Generating) -> Iterator[Parameters]:
    """The sets of the first generator, each with what the others say of it."""
    inner, keys = (
        [mapping(one) for one in listing(options.get("generators"))],
        listing(options.get("mergeKeys")),
    )
    if len(inner) < 2 or not keys or generating.within is None:
        raise GenerationError("a merge takes two or more generators, and merge keys")
    first, *others = [[one for one, _ in generating.within(entry, generating)] for entry in inner]
    found = {_key(one, keys): one for one in first}
    for sets in others:
        for one in sets:
            if (key := _key(one, keys)) in found:
                found[key] = merged(found[key], one)
    yield from found.values()


def _key(parameters: Parameters, keys: list[Any]) -> tuple[str, ...]:
    """The values of the merge keys, which may be dotted names into nested parameters."""
    return tuple(str(_at(parameters, str(key))) for key in keys)


def _at(parameters: Parameters, name: str) -> Any:
    if name in parameters:
        return parameters[name]
    value: Any = parameters
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value
