"""Rules that older minors had in place of those of 1.36, by the names that the table gives them."""

from typing import Any

from kplan.apiserver import dns, field
from kplan.apiserver.field import ErrorList
from kplan.fieldpath import FieldPath


def check(rule: str, value: Any, path: FieldPath) -> ErrorList:
    """The errors of one rule: its name and, after a space, what it is about."""
    name, _, about = rule.partition(" ")
    if name == "dns-1035-label":
        return [field.invalid(path, value, text) for text in dns.is_dns1035_label(value)]
    if name == "forbidden":
        return [field.forbidden(path, about)]
    return [] if value in about.split() else [field.not_supported(path, value, about.split())]
