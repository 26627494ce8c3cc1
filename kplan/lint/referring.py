"""What the objects a subject names are to the rules: there, or missing from everything the run was given."""

from collections.abc import Iterator

from kplan.api.references import Reference
from kplan.lint.rule import Finding
from kplan.lint.world import Subject


def missing(subject: Subject, group: str, kind: str) -> Iterator[Finding]:
    """A finding for every object of a kind that is named and nowhere, each name once; optional ones are left out."""
    seen: set[tuple[str, str]] = set()
    for reference in subject.references:
        target = reference.target
        if target.kind != kind or target.group != group or reference.optional:
            continue
        name = (target.namespace, target.name)
        if name not in seen:
            seen.add(name)
            yield from absent(subject, reference)


def absent(subject: Subject, reference: Reference) -> Iterator[Finding]:
    """A finding where the object that is named is neither given, nor built in, nor made of another one."""
    target, world = reference.target, subject.world
    if world.find(target) is not None:
        return
    from kplan.lint.doubt import doubts  # noqa: PLC0415 - most references are met

    if not doubts(world).exists(target):
        message = f"{target.kind} {target.name!r} is not defined in the input"
        yield Finding(reference.path, message, unknown=doubts(world).about(target, subject))


def present(subject: Subject, group: str, kind: str) -> Iterator[tuple[Reference, Subject]]:
    """References to objects of a kind that a document describes, with the object."""
    for reference in subject.references:
        target = reference.target
        if target.kind == kind and target.group == group:
            found = subject.world.find(target)
            if found is not None:
                yield reference, found
