"""Whether the objects that a subject names exist, or are missing from everything the run was given."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.references import Reference
from kplan.api.walk import items
from kplan.lint.nearness import are_near
from kplan.lint.rule import Finding
from kplan.lint.world import Subject, World
from kplan.sentences import listed

_FEW: Final = 100
"""Objects of a kind among which the one is looked for that was meant."""
_ALIKE: Final = 0.8


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
    """A finding if the object that is named is neither given, nor built in, nor made of another one."""
    target, world = reference.target, subject.world
    if world.find(target) is not None:
        return
    from kplan.lint.doubt import doubts  # noqa: PLC0415 - most references are met

    if not doubts(world).exists(target):
        message = f"{target.kind} {target.name!r} is not defined in the input"
        yield Finding(
            reference.path, message, _meant(subject, target), unknown=doubts(world).about(target, subject)
        )


def _meant(subject: Subject, target: ObjectKey) -> str:
    """Which of the objects beside it was probably meant;
    nothing if they are many, for each is compared letter by letter.
    """
    from kplan.lint.builtin import kept_elsewhere, meant  # noqa: PLC0415 - most references are met
    from kplan.naming import nearest  # noqa: PLC0415 - likewise

    if built_in := meant(target):
        return f"did you mean {built_in!r}?"
    if elsewhere := kept_elsewhere(target):
        return elsewhere
    kind = f"{target.kind}.{target.group}" if target.group else target.kind
    of_kind = subject.world.remember("by kind and namespace", _by_kind_and_namespace)
    others = of_kind.get((kind, target.namespace or subject.world.namespace), ())
    names = [one.name for one in others if are_near(one, subject)] if len(others) <= _FEW else ()
    near = nearest(target.name, names, _ALIKE)
    return f"did you mean {near!r}?" if near else ""


def _by_kind_and_namespace(world: World) -> Mapping[tuple[str, str], Sequence[Subject]]:
    found: dict[tuple[str, str], list[Subject]] = defaultdict(list)
    for one in world.subjects:
        found[one.kind, one.namespace].append(one)
    return found


def without_port(subject: Subject, reference: Reference, port: str | int | None) -> Iterator[Finding]:
    """A finding if a Service is there and has not the port that is named."""
    found = subject.world.meant_by(subject, reference.target) if port is not None else ()
    if found and port is not None and not any(_has_port(service, port) for service in found):
        apart = not any(are_near(subject, service) for service in found)
        unknown = "it stands apart, and may be another application's" if apart else ""
        message = f"Service {reference.target.name!r} has no port {port!r}"
        yield Finding(reference.path, message, _ports_of(found[0]), unknown=unknown)


def _ports_of(service: Subject) -> str:
    """The ports that a Service has, by name and number."""
    ports = [
        f"{port['name']} ({port.get('port')})" if port.get("name") else str(port.get("port"))
        for _, port in items(service.spec, "ports")
    ]
    return f"it has the port{'s' * (len(ports) > 1)} {listed(ports)}"


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
