"""A field begins to count, or counts otherwise, after the upgrade.

Its feature is off by default in the release before and on in the one after: the object is the
same and behaves otherwise.

Fix: see whether the new behaviour is wanted, and take the field out where it is not.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kplan.apiserver.older.gates import fields_of
from kplan.fieldpath import FieldPath
from kplan.schema.changes.behaviours import ROWS, Row
from kplan.schema.changes.gates import gates
from kplan.upgrade.check import Check, Example, Problem, Severity, Subject

_REPORTED = frozenset({"Node"})
"""Kinds whose fields nobody writes in a manifest: their kubelets report them."""


def check(subject: Subject) -> Iterator[Problem]:
    """Look for fields whose feature the upgrade turns on."""
    start, target = subject.minors
    for row in ROWS:
        if start < row.since <= target and row.kind == subject.kind:
            yield from _changed(subject, row)
    for gate in gates():
        if start < gate.since <= target and gate.kinds.isdisjoint(_REPORTED):
            for path in fields_of(subject.value, gate):
                message = f"the field is ignored by default before 1.{gate.since} and counts from then on ({gate.name})"
                yield Problem(path, message, gate.advice)


def _changed(subject: Subject, row: Row) -> Iterator[Problem]:
    """What a controller does otherwise with a field that the object has."""
    given, _, wanted = row.given.partition("=")
    if _at(subject.value, row.path) and (not given or _at(subject.value, given) == wanted):
        message = f"from 1.{row.since} on {row.now}, before {row.before}"
        yield Problem(FieldPath.parse(row.path), message, "see whether this is wanted")


def _at(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


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

_STATEFUL = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec: {minReadySeconds: 10, podManagementPolicy: %s, serviceName: db, template: {spec: {containers: [{name: db, image: db}]}}}
"""

CHECK = Check(
    code="UPG005",
    name="changed-default",
    severity=Severity.WARNING,
    check=check,
    affected=(
        Example(_POD % "false", 32, 33),
        Example(_NAMED, 33, 35),
        Example(_STATEFUL % "Parallel", 33, 34),
    ),
    unaffected=(
        Example(_POD % "true", 32, 33),
        Example(_POD % "false", 33, 34),
        Example(_NAMED, 35, 36),
        Example(_STATEFUL % "OrderedReady", 33, 34),
    ),
    references=("https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/",),
)
