"""What the objects a subject names are to the rules: there, or missing from everything the run was given."""

from collections.abc import Iterator, Sequence

from kplan.api.references import Reference
from kplan.lint.world import Subject


def missing(subject: Subject, group: str, kind: str, *, known: Sequence[str] = ()) -> Iterator[Reference]:
    """References to objects of a kind that no document describes, each name once; optional ones are left out."""
    seen: set[tuple[str, str]] = set()
    for reference in subject.references:
        target = reference.target
        if target.kind != kind or target.group != group or reference.optional or target.name in known:
            continue
        name = (target.namespace, target.name)
        if name not in seen and subject.world.find(target) is None:
            seen.add(name)
            yield reference


def present(subject: Subject, group: str, kind: str) -> Iterator[tuple[Reference, Subject]]:
    """References to objects of a kind that a document describes, with the object."""
    for reference in subject.references:
        target = reference.target
        if target.kind == kind and target.group == group:
            found = subject.world.find(target)
            if found is not None:
                yield reference, found
