"""The authorizer of CEL; it answers as one would answer an administrator.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/library/authz.go
"""

from dataclasses import dataclass
from typing import Any, Final

from kplan.apiserver.cel.kubernetes.declared import function


@dataclass(frozen=True, slots=True)
class Authorizer:
    """Answers every question with yes: a plan asks as an administrator."""

    cel_type: str = "kubernetes.authorization.Authorizer"


_AUTHORIZER: Final = (
    ("path", "authorizer.(string) -> pathcheck", "PathCheck"),
    ("group", "authorizer.(string) -> groupcheck", "GroupCheck"),
    ("serviceAccount", "authorizer.(string, string) -> authorizer", "Authorizer"),
    ("resource", "groupcheck.(string) -> resourcecheck", "ResourceCheck"),
    ("subresource", "resourcecheck.(string) -> resourcecheck", "ResourceCheck"),
    ("namespace", "resourcecheck.(string) -> resourcecheck", "ResourceCheck"),
    ("name", "resourcecheck.(string) -> resourcecheck", "ResourceCheck"),
    ("fieldSelector", "resourcecheck.(string) -> resourcecheck", "ResourceCheck"),
    ("labelSelector", "resourcecheck.(string) -> resourcecheck", "ResourceCheck"),
    ("check", "pathcheck.(string) -> decision", "Decision"),
    ("check", "resourcecheck.(string) -> decision", "Decision"),
)


def _declare_authorizer() -> None:
    for name, signature, result in _AUTHORIZER:

        def answer(*_: Any, result: str = result) -> Authorizer:
            return Authorizer(f"kubernetes.authorization.{result}")

        function(name, signature)(answer)
    for name, kind, value in (
        ("allowed", "bool", True),
        ("errored", "bool", False),
        ("error", "string", ""),
        ("reason", "string", ""),
    ):

        def tell(_: Any, value: Any = value) -> Any:
            return value

        function(name, f"decision.() -> {kind}")(tell)


_declare_authorizer()
