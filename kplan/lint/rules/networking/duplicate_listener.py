"""Two listeners of a Gateway are for the same port and host.

The controller marks both as conflicted and serves neither, or only one.

Fix: give every listener its own port, protocol or hostname.
"""

from collections.abc import Iterator

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report listeners whose port, protocol and hostname another one before them has."""
    seen: dict[tuple[object, str, str], str] = {}
    for index, listener in items(subject.spec, "listeners"):
        key = (str(listener.get("port")), text(listener, "protocol"), text(listener, "hostname"))
        first = seen.setdefault(key, text(listener, "name"))
        if first != text(listener, "name"):
            path = FieldPath.of("spec", "listeners", index)
            yield Finding(path, f"the listener is for the same port and host as {first!r}")


RULE = Rule(
    code="NET011",
    name="duplicate-listener",
    severity=Severity.WARNING,
    kinds=frozenset({"Gateway.gateway.networking.k8s.io"}),
    check=check,
    aliases=("kubevious:unique-listeners",),
    good=(
        """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: a}
spec:
  gatewayClassName: any
  listeners:
  - {name: one, port: 80, protocol: HTTP}
  - {name: two, port: 8080, protocol: HTTP}
""",
    ),
    bad=(
        """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: a}
spec:
  gatewayClassName: any
  listeners:
  - {name: one, port: 80, protocol: HTTP}
  - {name: two, port: 80, protocol: HTTP}
""",
    ),
    references=("https://gateway-api.sigs.k8s.io/api-types/gateway/",),
)
