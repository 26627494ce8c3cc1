"""A field begins to count, or counts otherwise, after the upgrade.

Its feature is off by default in the release before and on in the one after: the object is the same and behaves otherwise.

Fix: see whether the new behaviour is wanted, and take the field out where it is not.
"""

from collections.abc import Iterator

from kplan.apiserver.older.gates import fields_of
from kplan.schema.changes.gates import gates
from kplan.schema.changes.upgrades import Effect
from kplan.upgrade.check import Check, Example, Problem, Severity, Subject
from kplan.upgrade.conditions import problems


def check(subject: Subject) -> Iterator[Problem]:
    """Look for fields whose feature the upgrade turns on."""
    yield from problems(subject, Effect.DEFAULT)
    start, target = subject.minors
    for gate in gates():
        if start < gate.since <= target and gate.kinds.isdisjoint(_REPORTED):
            for path in fields_of(subject.value, gate):
                message = f"the field is ignored by default before 1.{gate.since} and counts from then on ({gate.name})"
                yield Problem(path, message, gate.advice)


_REPORTED = frozenset({"Node"})
"""Kinds whose fields nobody writes in a manifest: their kubelets report them."""


_POD = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {hostUsers: %s, containers: [{name: web, image: web}]}
"""
_NAMED = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {hostnameOverride: web.example.com, containers: [{name: web, image: web}]}
"""

CHECK = Check(
    code="UPG005",
    name="changed-default",
    severity=Severity.WARNING,
    check=check,
    affected=(Example(_POD % "false", 32, 33), Example(_NAMED, 33, 35)),
    unaffected=(Example(_POD % "true", 32, 33), Example(_POD % "false", 33, 34), Example(_NAMED, 35, 36)),
    references=("https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/",),
)
