"""What a role or a binding has to become so that it grants what another one says.

Upstream: staging/src/k8s.io/component-helpers/auth/rbac/reconciliation/{reconcile_role,reconcile_rolebindings}.go
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kplan.api.object import Json
from kplan.kubectl.accessrules import Rule, uncovered

_KEEP: Final = "rbac.authorization.kubernetes.io/autoupdate"


@dataclass(slots=True)
class Reconciled:
    """The object as it should be, and what was added to it."""

    value: Json
    operation: str = ""
    """create, update or recreate; empty if nothing is to do."""
    protected: bool = False
    """Whether the object that is there says that it must stay."""
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)


def reconciled(existing: Json | None, expected: Json, *, remove_extra: bool) -> Reconciled:
    """Compare an object with what is expected of it."""
    binding = expected["kind"].endswith("Binding")
    if existing is None:
        new = _subjects(expected) if binding else [str(rule) for rule in _rules(expected)]
        return Reconciled(expected, "create", missing=new)
    annotations = existing["metadata"].get("annotations") or {}
    protected = annotations.get(_KEEP) == "false"
    if binding and existing["roleRef"] != expected["roleRef"]:
        return Reconciled(expected, "recreate", protected)
    found = Reconciled(_with_metadata(existing, expected), protected=protected)
    found.operation = "" if found.value["metadata"] == existing["metadata"] else "update"
    if binding:
        _compare_subjects(found, existing, expected, remove_extra=remove_extra)
    else:
        _compare_rules(found, existing, expected, remove_extra=remove_extra)
    return found


def _with_metadata(existing: Json, expected: Json) -> Json:
    """The object that is there; its own labels and annotations win."""
    metadata = dict(existing["metadata"])
    for key in ("annotations", "labels"):
        together = {**(expected["metadata"].get(key) or {}), **(metadata.get(key) or {})}
        if together:
            metadata[key] = together
    return {**existing, "metadata": metadata}


def _compare_rules(found: Reconciled, existing: Json, expected: Json, *, remove_extra: bool) -> None:
    mine, wanted = _rules(existing), _rules(expected)
    both_aggregated = bool(existing.get("aggregationRule") and expected.get("aggregationRule"))
    extra = [] if both_aggregated else uncovered(wanted, mine)
    missing = uncovered(mine, wanted)
    found.missing, found.extra = [str(rule) for rule in missing], [str(rule) for rule in extra]
    if remove_extra and (missing or extra):
        _change(found, rules=expected.get("rules") or [])
    elif missing:
        _change(found, rules=[*(existing.get("rules") or ()), *(rule.value for rule in missing)])
    _compare_aggregation(found, existing, expected, remove_extra=remove_extra)


def _compare_aggregation(found: Reconciled, existing: Json, expected: Json, *, remove_extra: bool) -> None:
    mine, wanted = _selectors(existing), _selectors(expected)
    missing = [one for one in wanted if one not in mine]
    if "aggregationRule" in existing and "aggregationRule" not in expected:
        found.value = {key: value for key, value in found.value.items() if key != "aggregationRule"}
        found.operation = "update"
    elif remove_extra and "aggregationRule" in expected and [one for one in mine if one not in wanted]:
        _change(found, aggregationRule=expected["aggregationRule"])
    elif missing:
        _change(found, aggregationRule={"clusterRoleSelectors": [*mine, *missing]})


def _compare_subjects(found: Reconciled, existing: Json, expected: Json, *, remove_extra: bool) -> None:
    mine, wanted = existing.get("subjects") or [], expected.get("subjects") or []
    missing, extra = _only_in(wanted, mine), _only_in(mine, wanted)
    found.missing, found.extra = list(map(_subject, missing)), list(map(_subject, extra))
    if remove_extra and (missing or extra):
        _change(found, subjects=wanted)
    elif missing:
        _change(found, subjects=[*mine, *missing])


def _change(found: Reconciled, **fields: Any) -> None:
    found.value = {**found.value, **fields}
    found.operation = "update"


def _only_in(these: Sequence[Json], others: Sequence[Json]) -> list[Json]:
    left: list[Json] = []
    for one in these:
        if one not in others and one not in left:
            left.append(one)
    return left


def _rules(value: Json) -> list[Rule]:
    return [Rule.of(rule) for rule in value.get("rules") or ()]


def _selectors(value: Json) -> list[Json]:
    return list((value.get("aggregationRule") or {}).get("clusterRoleSelectors") or ())


def _subjects(value: Json) -> list[str]:
    return [_subject(one) for one in value.get("subjects") or ()]


def _subject(one: Json) -> str:
    kind, group, name, place = (one.get(key, "") for key in ("kind", "apiGroup", "name", "namespace"))
    return f"{{Kind:{kind} APIGroup:{group} Name:{name} Namespace:{place}}}"
