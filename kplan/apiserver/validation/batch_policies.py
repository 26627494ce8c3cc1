"""The parts of a Job that decide when it has failed or succeeded: pod failure policy, success
policy, replacement policy.

They stand apart from the rest of the Job, which only says where they go.
Upstream: pkg/apis/batch/validation/validation.go
"""

import re
from itertools import pairwise
from typing import Final

from kplan.apiserver import field
from kplan.apiserver.dns import size, validate_qualified_name
from kplan.apiserver.field import OMIT, ErrorList, go_quote, typed
from kplan.apiserver.meta import Json
from kplan.apiserver.validation.values import internal, non_negative, one_of, valid_values
from kplan.fieldpath import FieldPath

_MAX_RULES: Final = 20
_MAX_EXIT_CODES: Final = 255
_MAX_PATTERNS: Final = 20
_MAX_INDEXES_LENGTH: Final = 64 * 1024
_ACTIONS: Final = ("Count", "FailIndex", "FailJob", "Ignore")
_OPERATORS: Final = ("In", "NotIn")
_STATUSES: Final = ("False", "True", "Unknown")
_INTEGER: Final = re.compile(r"[+-]?[0-9]+")


class IndexesError(ValueError):
    """A list of indexes that cannot be read."""


def validate_pod_failure_policy(spec: Json, path: FieldPath) -> ErrorList:
    """Check spec.podFailurePolicy."""
    rules, at = spec["podFailurePolicy"].get("rules") or (), path / "rules"
    errors: ErrorList = [field.too_many(at, len(rules), _MAX_RULES)] if len(rules) > _MAX_RULES else []
    pod = (spec.get("template") or {}).get("spec") or {}
    names = {c.get("name", "") for key in ("containers", "initContainers") for c in pod.get(key) or ()}
    for index, rule in enumerate(rules):
        errors += _failure_rule(spec, rule, at / index, names)
    return errors


def _failure_rule(spec: Json, rule: Json, path: FieldPath, names: set[str]) -> ErrorList:
    errors: ErrorList = []
    action, exit_codes, conditions = (
        rule.get("action", ""),
        rule.get("onExitCodes"),
        rule.get("onPodConditions"),
    )
    if action == "":
        errors.append(field.required(path / "action", f"valid values: {valid_values(_ACTIONS)}"))
    elif action == "FailIndex":
        if spec.get("backoffLimitPerIndex") is None:
            errors.append(
                field.invalid(path / "action", typed(action), "requires the backoffLimitPerIndex to be set")
            )
    else:
        errors += one_of(path / "action", action, _ACTIONS)
    if exit_codes is not None:
        errors += _exit_codes(exit_codes, path / "onExitCodes", names)
    if conditions:
        errors += _pod_conditions(conditions, path / "onPodConditions")
    if exit_codes is not None and conditions:
        text = "specifying both OnExitCodes and OnPodConditions is not supported"
        errors.append(field.invalid(path, OMIT, text))
    if exit_codes is None and not conditions:
        text = "specifying one of OnExitCodes and OnPodConditions is required"
        errors.append(field.invalid(path, OMIT, text))
    return errors


def _pod_conditions(patterns: list[Json], path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    if len(patterns) > _MAX_PATTERNS:
        errors.append(field.too_many(path, len(patterns), _MAX_PATTERNS))
    for index, pattern in enumerate(patterns):
        at = path / index
        errors += validate_qualified_name(pattern.get("type", ""), at / "type")
        status = pattern.get("status", "")
        if status == "":
            errors.append(field.required(at / "status", f"valid values: {valid_values(_STATUSES)}"))
        else:
            errors += one_of(at / "status", status, _STATUSES)
    return errors


def _exit_codes(requirement: Json, path: FieldPath, names: set[str]) -> ErrorList:
    errors: ErrorList = []
    operator, container = requirement.get("operator", ""), requirement.get("containerName")
    if operator == "":
        errors.append(field.required(path / "operator", f"valid values: {valid_values(_OPERATORS)}"))
    else:
        errors += one_of(path / "operator", operator, _OPERATORS)
    if container is not None and container not in names:
        text = "must be one of the container or initContainer names in the pod template"
        errors.append(field.invalid(path / "containerName", container, text))
    return errors + _exit_code_values(requirement.get("values"), operator, path / "values")


def _exit_code_values(values: list[int] | None, operator: str, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    if not values:
        return [field.invalid(path, values, "at least one value is required")]
    if len(values) > _MAX_EXIT_CODES:
        errors.append(field.too_many(path, len(values), _MAX_EXIT_CODES))
    seen: set[int] = set()
    for index, value in enumerate(values):
        if operator == "In" and value == 0:
            errors.append(field.invalid(path / index, value, "must not be 0 for the In operator"))
        if value in seen:
            errors.append(field.duplicate(path / index, value))
        seen.add(value)
    if any(before > after for before, after in pairwise(values)):
        errors.append(field.invalid(path, values, "must be ordered"))
    return errors


def validate_success_policy(spec: Json, path: FieldPath) -> ErrorList:
    """Check spec.successPolicy; only indexed Jobs may have one."""
    policy = spec["successPolicy"]
    if spec.get("completionMode") != "Indexed":
        return [
            field.invalid(path, internal("batch.SuccessPolicy", policy), "requires indexed completion mode")
        ]
    rules, at = policy.get("rules") or (), path / "rules"
    errors: ErrorList = []
    if not rules:
        text = "at least one rules must be specified when the successPolicy is specified"
        errors.append(field.required(at, text))
    if len(rules) > _MAX_RULES:
        errors.append(field.too_many(at, len(rules), _MAX_RULES))
    for index, rule in enumerate(rules):
        errors += _success_rule(rule, spec.get("completions") or 0, at / index)
    return errors


def _success_rule(rule: Json, completions: int, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    indexes, count, total = rule.get("succeededIndexes"), rule.get("succeededCount"), 0
    if count is None and indexes is None:
        text = "at least one of succeededCount or succeededIndexes must be specified"
        errors.append(field.required(path, text))
    if indexes is not None:
        at = path / "succeededIndexes"
        if size(indexes) > _MAX_INDEXES_LENGTH:
            errors.append(field.too_long(at, "", _MAX_INDEXES_LENGTH))
        try:
            total = count_indexes(indexes, completions)
        except IndexesError as error:
            errors.append(field.invalid(at, indexes, f"error parsing succeededIndexes: {error}"))
    if count is not None:
        at = path / "succeededCount"
        errors += non_negative(at, count)
        if count > completions:
            text = f"must be less than or equal to {completions} (the number of specified completions)"
            errors.append(field.invalid(at, count, text))
        if indexes is not None and count > total:
            what = "(the number of indexes in the specified succeededIndexes field)"
            errors.append(field.invalid(at, count, f"must be less than or equal to {total} {what}"))
    return errors


def count_indexes(text: str, completions: int) -> int:
    """How many indexes a list such as ``0-3,7`` names; raises IndexesError if it cannot be read."""
    if not text:
        return 0
    total = 0
    last: int | None = None
    for interval in text.split(","):
        first, final = parse_interval(interval, completions)
        if last is not None and last >= first:
            raise IndexesError(f"non-increasing order, previous: {last}, current: {first}")
        total += final - first + 1
        last = final
    return total


def parse_interval(text: str, completions: int) -> tuple[int, int]:
    """Read ``3`` or ``3-7``; raises IndexesError."""
    limits = text.split("-")
    if len(limits) > 2:
        rule = "violates the requirement that an index interval can have at most two parts separated by '-'"
        raise IndexesError(f"the fragment {go_quote(text)} {rule}")
    first = _index(limits[0], completions)
    if len(limits) == 1:
        return first, first
    final = _index(limits[1], completions)
    if first >= final:
        raise IndexesError(f"non-increasing order, previous: {first}, current: {final}")
    return first, final


def _index(text: str, completions: int) -> int:
    if not _INTEGER.fullmatch(text):
        raise IndexesError(f"cannot convert string to integer for index: {go_quote(text)}")
    number = int(text)
    if number >= completions:
        raise IndexesError(f"too large index: {go_quote(text)}")
    return number


def validate_pod_replacement_policy(spec: Json, path: FieldPath) -> ErrorList:
    """Check spec.podReplacementPolicy, which a failure policy narrows."""
    policy = spec.get("podReplacementPolicy")
    if policy is None:
        return []
    failing = spec.get("podFailurePolicy") is not None
    return one_of(path, policy, ("Failed",) if failing else ("Failed", "TerminatingOrFailed"))
