"""Warnings about node labels that were renamed, wherever they select nodes.

Upstream: pkg/api/node/util.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.dns import is_valid_label_value
from kplan.fieldpath import FieldPath

DEPRECATED: Final = {
    "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
    "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
    "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
    "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
    "app.kubernetes.io/created-by": "deprecated since v1.9",
    "scheduler.alpha.kubernetes.io/preferAvoidPods": "deprecated since v1.22; use Taints and Tolerations instead",
    "node-role.kubernetes.io/master": 'use "node-role.kubernetes.io/control-plane" instead',
}


def for_term(term: Json, path: FieldPath, *, check_values: bool = False) -> list[str]:
    """Warn of a node selector term."""
    found = []
    for index, item in enumerate(term.get("matchExpressions") or ()):
        place, key = path / "matchExpressions" / index, item.get("key", "")
        if key in DEPRECATED:
            found.append(f"{place / 'key'}: {key} is {DEPRECATED[key]}")
        for number, value in enumerate((item.get("values") or ()) if check_values else ()):
            where = place / "values" / number
            found += [f"{where}: {value} is invalid, {problem}" for problem in is_valid_label_value(value)]
    return found


def for_selector(selector: Json | None, path: FieldPath) -> list[str]:
    """Warn of a label selector over nodes."""
    found = for_term(selector or {}, path)
    for key in sorted((selector or {}).get("matchLabels") or {}):
        if key in DEPRECATED:
            found.append(f"{path / 'matchLabels' / key}: {DEPRECATED[key]}")
    return found
