"""Assumptions that meet nothing: with a misspelled image a plan would say that all is well."""

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kplan.api.object import Json
    from kplan.simulation.outcome import Outcome
    from kplan.state.store import Store


def unmatched(assume: Sequence[str], load: Sequence[str], outcome: "Outcome") -> Iterator[str]:
    """One line for every ``IMAGE=OUTCOME`` that makes no difference to a container,
    and every ``TARGET=QUANTITY`` of what is not there.
    """
    stores = (outcome.prior, outcome.final)
    containers = [one for store in stores for one in _containers(store)] if assume else []
    for one in assume:
        pattern, _, fate = one.rpartition("=")
        # what ended and was deleted on the way, as a Job by its TTL, is in neither state
        meant = _with_image(pattern, chain(containers, _containers_on_the_way(outcome)))
        first = next(
            meant, None
        )  # what happened on the way is long, and looked at where nothing else is found
        if first is None:
            yield f"--assume '{one}' matches no container's image"
        elif fate == "unhealthy" and not any(each.get("livenessProbe") for each in chain((first,), meant)):
            yield f"--assume '{one}' changes nothing: no container with such an image has a liveness probe"
    names = {name for store in stores for name in _names(store)} if load else ()
    for one in load:
        target = one.partition("=")[0].lower()
        if "/" in target and target not in names:
            yield f"--load '{one}' names nothing that is there"


def _with_image(pattern: str, containers: "Iterable[Json]") -> "Iterator[Json]":
    return (one for one in containers if fnmatchcase(str(one.get("image") or ""), pattern))


def _containers(store: "Store") -> "Iterator[Json]":
    """The containers of pods, and of the templates that pods are made from."""
    from kplan.api.workloads import POD_OWNERS

    for owner in POD_OWNERS:
        kind, _, group = owner.partition(".")
        for value in store.list(group, kind):
            yield from _containers_of(value, owner)


def _containers_on_the_way(outcome: "Outcome") -> "Iterator[Json]":
    """Those of objects to which something happened."""
    from kplan.api.workloads import POD_OWNERS

    for entry in outcome.timeline:
        group, kind = entry.object[:2]
        owner = f"{kind}.{group}" if group else kind
        if entry.value is not None and owner in POD_OWNERS:
            yield from _containers_of(entry.value, owner)


def _containers_of(value: "Json", owner: str) -> "Iterator[Json]":
    from kplan.api.pods import containers_of, init_containers_of
    from kplan.api.workloads import pod_template

    template = pod_template(value, owner)
    if template is not None:
        yield from (*init_containers_of(template.spec), *containers_of(template.spec))


def _names(store: "Store") -> Iterator[str]:
    """Every object as ``--load`` may name it: with and without its namespace."""
    for value in store:
        metadata = value["metadata"]
        name = f"{value['kind']}/{metadata['name']}".lower()
        yield name
        yield f"{metadata.get('namespace', '')}/{name}".lower()
