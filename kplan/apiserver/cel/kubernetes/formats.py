"""Named formats of strings in CEL, which validation of Kubernetes itself uses.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/library/format.go
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kplan.apiserver import dns, formats
from kplan.apiserver.cel.kubernetes.declared import function
from kplan.apiserver.cel.kubernetes.urls import url_problem
from kplan.apiserver.cel.values import Optional


@dataclass(frozen=True, slots=True)
class NamedFormat:
    """A format of strings."""

    name: str
    check: Callable[[str], list[str]]
    cel_type = "kubernetes.NamedFormat"


def _strict(name: str, message: str) -> Callable[[str], list[str]]:
    return lambda text: [] if formats.validates(name, text) else [message]


_FORMATS: Final[dict[str, Callable[[str], list[str]]]] = {
    "dns1123Label": dns.is_dns1123_label,
    "dns1123Subdomain": dns.is_dns1123_subdomain,
    "dns1035Label": dns.is_dns1035_label,
    "qualifiedName": dns.is_qualified_name,
    "dns1123LabelPrefix": lambda text: dns.name_is_dns_label(text, True),
    "dns1123SubdomainPrefix": lambda text: dns.name_is_dns_subdomain(text, True),
    "dns1035LabelPrefix": lambda text: dns.name_is_dns1035_label(text, True),
    "labelValue": dns.is_valid_label_value,
    "uri": lambda text: [problem] if (problem := url_problem(text)) else [],
    "uuid": _strict("uuid", "does not match the UUID format"),
    "byte": _strict("byte", "invalid base64"),
    "date": _strict("date", "invalid date"),
    "datetime": _strict("datetime", "invalid datetime"),
}


@function("format.named", "(string) -> optional(format)")
def _named(name: str) -> Optional:
    check = _FORMATS.get(name)
    return Optional() if check is None else Optional(NamedFormat(name, check), present=True)


@function("validate", "format.(string) -> optional(list(string))")
def _validate(value: NamedFormat, text: str) -> Optional:
    problems = value.check(text)
    return Optional(list(problems), present=True) if problems else Optional()


def _declare_formats() -> None:
    for name, check in _FORMATS.items():

        def make(name: str = name, check: Callable[[str], list[str]] = check) -> NamedFormat:
            return NamedFormat(name, check)

        function(f"format.{name}", "() -> format")(make)


_declare_formats()
