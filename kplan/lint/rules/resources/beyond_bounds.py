"""A container asks for, or may use, more than the team allows.

One container with a slip in its units fills a node, or waits for ever for one that is large enough.

Fix: ask for less, or raise the bound in the options ``requests`` and ``limits``.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from kplan.api.quantity import Quantity
from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.lint.amounts import amount
from kplan.lint.rule import POD_OWNERS, Finding, Option, Rule, Subject, Takes

_NONE: Final[Mapping[str, str]] = {}
REQUESTS: Final = Option(
    "RES009.requests",
    Takes.QUANTITIES,
    _NONE,
    "The most that a container may request, as {cpu: 2, memory: 4Gi}.",
)
LIMITS: Final = Option(
    "RES009.limits", Takes.QUANTITIES, _NONE, "The most that a limit may be, as {cpu: 4, memory: 8Gi}."
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report requests and limits beyond the bounds."""
    bounds = {"requests": subject.option(REQUESTS), "limits": subject.option(LIMITS)}
    for container in subject.lasting_containers() if any(bounds.values()) else ():
        limits = [
            (field, resource, bound) for field, most in bounds.items() for resource, bound in most.items()
        ]
        for field, resource, bound in limits:
            given = mapping(container.value, "resources", field).get(resource)
            asked = amount(given)
            if asked is not None and asked > Quantity.parse(bound):
                path = container.path / "resources" / field / resource
                what = f"{field[:-1]} of {given} {resource}, more than {bound}"
                yield Finding(path, f"{container.title} has a {what}")


RULE = Rule(
    code="RES009",
    name="beyond-bounds",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    options=(REQUESTS, LIMITS),
    assumes={"RES009.requests": {"cpu": "2"}, "RES009.limits": {"memory": "8Gi"}},
    good=(
        "spec: {containers: [{name: a, image: b, resources: {requests: {cpu: 2000m}, limits: {memory: 8Gi}}}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, resources: {requests: {cpu: 2001m}}}]}",
        "spec: {containers: [{name: a, image: b, resources: {limits: {memory: 9Gi}}}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",),
)
