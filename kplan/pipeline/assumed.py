"""Assumptions that meet nothing: with a misspelled image a plan would say that all is well."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kplan.simulation.outcome import Outcome
    from kplan.state.store import Store


def unmatched(assume: Sequence[str], load: Sequence[str], outcome: "Outcome") -> Iterator[str]:
    """One line for every ``IMAGE=OUTCOME`` that is no container's and every ``TARGET=QUANTITY`` of what is not there."""
    stores = (outcome.prior, outcome.final)
    images = {image for store in stores for image in _images(store)} if assume else ()
    for one in assume:
        pattern = one.rpartition("=")[0]
        if not any(fnmatchcase(image, pattern) for image in images):
            yield f"--assume '{one}' matches no container's image"
    names = {name for store in stores for name in _names(store)} if load else ()
    for one in load:
        target = one.partition("=")[0].lower()
        if "/" in target and target not in names:
            yield f"--load '{one}' names nothing that is there"


def _images(store: "Store") -> Iterator[str]:
    """The images of pods, and of the templates that pods are made from."""
    from kplan.api.pods import containers_of, init_containers_of
    from kplan.api.workloads import POD_OWNERS, pod_template

    for owner in POD_OWNERS:
        kind, _, group = owner.partition(".")
        for value in store.list(group, kind):
            template = pod_template(value, owner)
            for container in (
                (*init_containers_of(template.spec), *containers_of(template.spec)) if template else ()
            ):
                yield str(container.get("image") or "")


def _names(store: "Store") -> Iterator[str]:
    """Every object as ``--load`` may name it: with and without its namespace."""
    for value in store:
        metadata = value["metadata"]
        name = f"{value['kind']}/{metadata['name']}".lower()
        yield name
        yield f"{metadata.get('namespace', '')}/{name}".lower()
