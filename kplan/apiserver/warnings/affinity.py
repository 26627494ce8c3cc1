"""Warnings about how a pod asks to be placed: deprecated labels, selectors that match nothing.

Upstream: pkg/api/pod/warnings.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.warnings.labels import DEPRECATED, for_term
from kplan.fieldpath import FieldPath

_NO_SELECTOR: Final = "a null labelSelector results in matching no pod"


def for_node_affinity_and_spread(spec: Json, path: FieldPath) -> list[str]:
    """Warn of node affinity and topology spread constraints."""
    found: list[str] = []
    if "affinity" in spec:
        found += _for_node_affinity(
            spec["affinity"].get("nodeAffinity") or {}, path / "affinity" / "nodeAffinity"
        )
    for index, constraint in enumerate(spec.get("topologySpreadConstraints") or ()):
        where, key = path / "topologySpreadConstraints" / index, constraint.get("topologyKey", "")
        if key in DEPRECATED:
            found.append(f"{where / 'topologyKey'}: {key} is {DEPRECATED[key]}")
        if "labelSelector" not in constraint:
            found.append(f"{where / 'labelSelector'}: {_NO_SELECTOR}")
    return found


def for_pod_affinity(affinity: Json, path: FieldPath) -> list[str]:
    """Warn of terms without a selector."""
    found = []
    for kind in ("podAffinity", "podAntiAffinity"):
        rules, place = affinity.get(kind) or {}, path / kind
        field = "requiredDuringSchedulingIgnoredDuringExecution"
        for index, term in enumerate(rules.get(field) or ()):
            if "labelSelector" not in term:
                found.append(f"{place / field / index / 'labelSelector'}: {_NO_SELECTOR}")
        field = "preferredDuringSchedulingIgnoredDuringExecution"
        for index, item in enumerate(rules.get(field) or ()):
            if "labelSelector" not in (item.get("podAffinityTerm") or {}):
                where = place / field / index / "podAffinityTerm" / "labelSelector"
                found.append(f"{where}: {_NO_SELECTOR}")
    return found


def _for_node_affinity(affinity: Json, place: FieldPath) -> list[str]:
    found: list[str] = []
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    where = place / "requiredDuringSchedulingIgnoredDuringExecution" / "nodeSelectorTerms"
    for index, term in enumerate(required.get("nodeSelectorTerms") or ()):
        found += for_term(term, where / index)
    where = place / "preferredDuringSchedulingIgnoredDuringExecution"
    for index, item in enumerate(affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or ()):
        found += for_term(item.get("preference") or {}, where / index / "preference", check_values=True)
    return found
