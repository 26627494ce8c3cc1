"""Reads of label selectors, and how Go prints one in messages.

Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/generated.pb.go (String)
"""

from collections.abc import Sequence

from kplan.api.object import Json


def match_labels_of(selector: Json) -> dict[str, str]:
    """The labels a selector asks for one by one."""
    return selector.get("matchLabels") or {}


def match_expressions_of(selector: Json) -> Sequence[Json]:
    """The other requirements of a selector."""
    return selector.get("matchExpressions") or ()


def printed(selector: Json | None) -> str:
    """A selector as Go prints a pointer to it."""
    if selector is None:
        return "nil"
    labels = "".join(f"{key}: {text}," for key, text in sorted(match_labels_of(selector).items()))
    expressions = "".join(
        f"LabelSelectorRequirement{{Key:{item['key']},Operator:{item['operator']},"
        f"Values:[{' '.join(item.get('values') or ())}],}},"
        for item in match_expressions_of(selector)
    )
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"
    )
