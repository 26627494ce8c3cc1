"""What the objects a subject names are to the rules: there, or missing from everything the run was given."""

from collections.abc import Iterator, Sequence

from kplan.api.references import Reference
from kplan.api.walk import items
from kplan.lint.nearness import are_near
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


def without_port(subject: Subject, reference: Reference, port: str | int | None) -> Iterator[Finding]:
    """A finding where a Service is there and has not the port that is named."""
    found = subject.world.meant_by(subject, reference.target) if port is not None else ()
    if found and port is not None and not any(_has_port(service, port) for service in found):
        apart = not any(are_near(subject, service) for service in found)
        unknown = "it stands apart, and may be another application's" if apart else ""
        yield Finding(
            reference.path, f"Service {reference.target.name!r} has no port {port!r}", unknown=unknown
        )


def _has_port(service: Subject, wanted: str | int) -> bool:
    """Whether a Service has a port of a number or name; one that lists none may lead anywhere."""
    ports = [port for _, port in items(service.spec, "ports")]
    return not ports or any(wanted in (port.get("name"), port.get("port")) for port in ports)


def present(subject: Subject, group: str, kind: str) -> Iterator[tuple[Reference, Sequence[Subject]]]:
    """References to objects of a kind that documents describe, with those that may be meant."""
    for reference in subject.references:
        target = reference.target
        if target.kind == kind and target.group == group:
            found = subject.world.meant_by(subject, target)
            if found:
                yield reference, found
