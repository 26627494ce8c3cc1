"""A container has an amount of CPU or memory that looks as if its unit had been left out.

``cpu: 500`` is five hundred CPUs, for which no node has room; ``memory: 512`` is as many bytes, in
which no container starts.

Fix: write the unit: ``500m`` is half a CPU, ``512Mi`` half a gibibyte.
"""

from collections.abc import Iterator
from itertools import product
from typing import Final

from kplan.api.quantity import Quantity
from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fixes import Safety, put, unsafe
from kplan.lint.amounts import amount
from kplan.lint.container import Container
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject

_MOST_CPU: Final = "64"
_FITTING_MEMORY: Final = "256Mi"
"""Memory for each CPU from which on so many CPUs are meant: on a large machine for models or databases."""
_LEAST_MEMORY: Final = "1Mi"
_UNITS: Final = {"cpu": "m", "memory": "Mi"}


def check(subject: Subject) -> Iterator[Finding]:
    """Report whole numbers without a unit that are too large for CPUs, or too small for bytes."""
    for container in subject.lasting_containers():
        for field, resource in product(("requests", "limits"), _UNITS):
            given = mapping(container.value, "resources", field).get(resource)
            if _is_wrong(resource, given) and not (resource == "cpu" and _is_large(container, given)):
                path = container.path / "resources" / field / resource
                kind = "CPUs" if resource == "cpu" else "bytes of memory"
                message, meant = (
                    f"{container.title} has a {field[:-1]} of {given} {kind}",
                    f"{given}{_UNITS[resource]}",
                )
                yield Finding(path, message, fix=unsafe(f"write it as {meant}", put(path, meant)))


def _is_wrong(resource: str, given: object) -> bool:
    if not str(given).isdecimal():
        return False
    asked = amount(given)
    if asked is None or asked.is_zero():
        return False
    if resource == "cpu":
        return asked > Quantity.parse(_MOST_CPU)
    return asked < Quantity.parse(_LEAST_MEMORY)


def _is_large(container: Container, cpus: object) -> bool:
    """Whether a container asks for the memory that so many CPUs have beside them."""
    least = Quantity.parse(_FITTING_MEMORY) * int(str(cpus))
    asked = (
        amount(mapping(container.value, "resources", one).get("memory")) for one in ("requests", "limits")
    )
    return any(memory is not None and not memory < least for memory in asked)


_POD: Final = "spec: {containers: [{name: a, image: b, resources: {%s}}]}"

RULE = Rule(
    code="RES012",
    name="unit-left-out",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    good=(
        _POD % "requests: {cpu: 500m, memory: 512Mi}",
        _POD % "requests: {cpu: 32, memory: 134217728}",
        _POD % "requests: {cpu: '208', memory: 1800Gi, nvidia.com/gpu: 8}, limits: {cpu: '208'}",
    ),
    bad=(
        _POD % "requests: {cpu: 500}",
        _POD % "limits: {memory: '512'}",
        _POD % "requests: {cpu: 250, memory: 8Gi}",
    ),
    references=(
        "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-cpu",
    ),
    fixes=(Safety.UNSAFE,),
)
