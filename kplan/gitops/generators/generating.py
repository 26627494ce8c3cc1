"""What a generator is given, and what it gives."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kplan.gitops.looking import Looking, mapping
from kplan.gitops.templates import rendered
from kplan.namedtuples import NamedTuple

Parameters = Mapping[str, Any]


class GenerationError(Exception):
    """A generator that needs what is not here."""

    def __init__(self, text: str, address: str = "") -> None:
        super().__init__(text)
        self.address = address


class Generating(NamedTuple):
    """What generators look at."""

    looking: Looking
    go_template: bool = False
    """Whether the set is written in Go templates (``goTemplate``), for which parameters keep their nesting."""
    within: "Callable[[Mapping[str, Any], Generating], Iterator[tuple[Parameters, Mapping[str, Any]]]] | None" = None
    """Runs the generators within one."""


Generator = Callable[[Mapping[str, Any], Generating], Iterator[Parameters]]


def flat(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Nested values under dotted names; an item of a list is named by its number."""
    for key, item in value.items():
        name = f"{prefix}{key}"
        if isinstance(item, dict):
            yield from flat(item, f"{name}.")
        elif isinstance(item, list):
            yield from flat({str(number): one for number, one in enumerate(item)}, f"{name}.")
        else:
            yield name, _plain(item)


def shaped(value: Mapping[str, Any], generating: Generating) -> dict[str, Any]:
    """Parameters as templates of this set read them."""
    return dict(value) if generating.go_template else dict(flat(value))


def with_values(
    parameters: dict[str, Any], generator: Mapping[str, Any], generating: Generating
) -> dict[str, Any]:
    """Parameters with the ``values`` of the generator, which may name the others."""
    values = {
        key: rendered(one, parameters, go_template=generating.go_template)
        for key, one in mapping(generator.get("values")).items()
    }
    if not values:
        return parameters
    return {**parameters, **shaped({"values": values}, generating)}


def _plain(item: Any) -> Any:
    return {True: "true", False: "false"}[item] if isinstance(item, bool) else item
