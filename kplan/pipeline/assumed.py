"""Assumptions that meet nothing: with a misspelled image a plan would say that all is well."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kplan.api.object import Json
    from kplan.simulation.outcome import Outcome
    from kplan.state.store import Store


def unmatched(assume: Sequence[str], load: Sequence[str], outcome: "Outcome") -> Iterator[str]:
    """One line for every ``IMAGE=OUTCOME`` that is no container's and every ``TARGET=QUANTITY`` of what is not there."""
    stores = (outcome.prior, outcome.final)
    images = {image for store in stores for image in _images(store)} if assume else ()
    for one in assume:
        pattern = one.rpartition("=")[0]
        # what ended and was deleted on the way, as a Job by its TTL, is in neither state
        seen = chain(images, _images_on_the_way(outcome))
        if not any(fnmatchcase(image, pattern) for image in seen):
            yield f"--assume '{one}' matches no container's image"
    names = {name for store in stores for name in _names(store)} if load else ()
    for one in load:
        target = one.partition("=")[0].lower()
        if "/" in target and target not in names:
            yield f"--load '{one}' names nothing that is there"


def _images(store: "Store") -> Iterator[str]:
    """The images of pods, and of the templates that pods are made from."""
    from kplan.api.workloads import POD_OWNERS

    for owner in POD_OWNERS:
        kind, _, group = owner.partition(".")
        for value in store.list(group, kind):
            yield from _images_of(value, owner)


def _images_on_the_way(outcome: "Outcome") -> Iterator[str]:
    """Those of objects to which something happened."""
    from kplan.api.workloads import POD_OWNERS

    for entry in outcome.timeline:
        group, kind = entry.object[:2]
        owner = f"{kind}.{group}" if group else kind
        if entry.value is not None and owner in POD_OWNERS:
            yield from _images_of(entry.value, owner)


def _images_of(value: "Json", owner: str) -> Iterator[str]:
    from kplan.api.pods import containers_of, init_containers_of
    from kplan.api.workloads import pod_template

    template = pod_template(value, owner)
    if template is None:
        return
    for container in (*init_containers_of(template.spec), *containers_of(template.spec)):
        yield str(container.get("image") or "")


def _names(store: "Store") -> Iterator[str]:
    """Every object as ``--load`` may name it: with and without its namespace."""
    for value in store:
        metadata = value["metadata"]
        name = f"{value['kind']}/{metadata['name']}".lower()
        yield name
        yield f"{metadata.get('namespace', '')}/{name}".lower()
