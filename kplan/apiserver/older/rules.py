"""Rules that older minors had in place of those of 1.36, by the names that the table gives them."""

from kplan.api.object import Json
from kplan.apiserver import dns, field
from kplan.apiserver.field import ErrorList
from kplan.fieldpath import FieldPath


def check(rule: str, parent: Json, field_name: str, path: FieldPath) -> ErrorList | None:
    """The errors of one rule: its name and, after a space, what it is about; None if it says nothing of the field."""
    name, _, about = rule.partition(" ")
    value = parent[field_name]
    if name == "forbidden-of":
        named, text = about.split(" ", 1)
        other, _, wanted = named.partition("=")
        return [field.forbidden(path, text)] if value and parent.get(other) == wanted else None
    if not isinstance(value, str) or (not value and name == "dns-1035-label"):
        return None
    if name == "dns-1035-label":
        return [field.invalid(path, value, text) for text in dns.is_dns1035_label(value)]
    if name == "forbidden":
        return [field.forbidden(path, about)]
    return [] if value in about.split() else [field.not_supported(path, value, about.split())]
