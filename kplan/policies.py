"""Policies: what a plan must be like, as expressions of CEL over its JSON; a run fails where one does not hold.

The variable ``plan`` has the fields of ``schemas/kplan/plan.v1.json``, so a field that a plan does not have is an error
of the expression, before anything is planned.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from kplan.apiserver.cel.environment import CompileError, Environment, Program
from kplan.apiserver.cel.types import BOOL, DOUBLE, DYN, INT, STRING, Type, list_of, object_type
from kplan.apiserver.cel.values import CelError
from kplan.diagnostics import Diagnostic, Location
from kplan.errors import UsageError
from kplan.namedtuples import NamedTuple
from kplan.plan.planfile import plain
from kplan.report import POLICY, Report, RuleText
from kplan.schema import data

TEXT: Final = RuleText(
    POLICY, "policy", "The plan breaks a policy of the configuration or of the command line.",
    "Somebody decided that plans have to be otherwise; the message is theirs.",
    "change the manifests, or the policy: plan.policies in the configuration, or --policy.",
)  # fmt: skip
_SIMPLE: Final[Mapping[str, Type]] = {"string": STRING, "integer": INT, "number": DOUBLE, "boolean": BOOL}


class Policy(NamedTuple):
    """An expression that has to hold."""

    name: str
    expression: str
    message: str = ""
    """What is said if it does not hold; else the expression itself."""
    location: Location | None = None
    """Where it is written."""


def compiled(expression: str) -> Program:
    """An expression over a plan. Raises UsageError in the words of CEL."""
    try:
        program = Environment({"plan": _type(_schema())}).compile(expression)
    except CompileError as error:
        raise UsageError(error.brief, hint="docs/ci.md shows policies") from None
    if program.result not in (BOOL, DYN):
        raise UsageError(f"must evaluate to bool but got {program.result}", hint="compare it with something")
    if program.unusable:
        raise UsageError(program.unusable)
    return program


def checked(report: Report, policies: Sequence[Policy]) -> Report:
    """The report of a plan with a finding for every policy that does not hold; the gate fails on these."""
    if report.plan is None or not policies:
        return report
    broken = tuple(_broken(plain(report.plan), policies))
    if not broken:
        return report
    findings = (*report.findings, *broken)
    return report._replace(findings=findings, rules={**report.rules, POLICY: TEXT})


def _broken(plan: Mapping[str, Any], policies: Sequence[Policy]) -> Iterator[Diagnostic]:
    for policy in policies:
        try:
            holds = compiled(policy.expression).run({"plan": plan}) is True
            message = policy.message or f"the plan has to fulfil: {policy.expression}"
        except (CelError, CompileError) as error:
            holds, message = False, f"cannot be evaluated: {error}"
        if not holds:
            yield Diagnostic(POLICY, f"policy '{policy.name}': {message}", location=policy.location)


@cache
def _schema() -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads(data.read("kplan/plan.v1.json"))
    return found


def _type(schema: Mapping[str, Any]) -> Type:
    """The type of what a schema describes; anything if it may be several."""
    if "$ref" in schema:
        return _named(schema["$ref"].rpartition("/")[2])
    kind = schema.get("type")
    if kind == "array" and isinstance(schema.get("items"), dict):
        return list_of(_type(schema["items"]))
    if kind == "object" and schema.get("properties"):
        fields = {name: _type(inner) for name, inner in schema["properties"].items()}
        return object_type(str(schema.get("title") or "plan"), fields)
    return _SIMPLE.get(str(kind), DYN)


@cache
def _named(name: str) -> Type:
    return _type(_schema()["$defs"][name])
