"""Label and annotation selectors as one text: ``a=b,c in (d,e),!f``."""

import re
from collections.abc import Mapping

_TERM = re.compile(r"([^,()]|\([^)]*\))+")
_SET = re.compile(r"^(\S+)\s+(in|notin)\s*\(([^)]*)\)$")
_EQUAL = re.compile(r"^([^=!\s]+)\s*(==|!=|=)\s*(\S*)$")


def matches(selector: str, labels: Mapping[str, str]) -> bool:
    """Whether labels satisfy every term."""
    return all(_holds(term.group().strip(), labels) for term in _TERM.finditer(selector))


def _holds(term: str, labels: Mapping[str, str]) -> bool:
    if found := _SET.match(term):
        values = [value.strip() for value in found[3].split(",")]
        inside = labels.get(found[1]) in values
        return inside if found[2] == "in" else not inside
    if found := _EQUAL.match(term):
        same = found[1] in labels and str(labels[found[1]]) == found[3]
        return not same if found[2] == "!=" else same
    return term[1:].strip() not in labels if term.startswith("!") else term in labels
