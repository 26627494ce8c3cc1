"""The probes of a container, each in one line.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (DescribeProbe), net/url
"""

from typing import Final
from urllib.parse import quote

from kplan.api.object import Json
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.words import go, host_port

_PROBES: Final = (("livenessProbe", "Liveness"), ("readinessProbe", "Readiness"), ("startupProbe", "Startup"))
_NUMBERS: Final = (
    ("delay={}s", "initialDelaySeconds"),
    ("timeout={}s", "timeoutSeconds"),
    ("period={}s", "periodSeconds"),
    ("#success={}", "successThreshold"),
    ("#failure={}", "failureThreshold"),
)
_UNTOUCHED: Final = "$&+,/:;=@"
"""What Go leaves as it is in the path of a URL, besides letters, digits and -_.~"""


def probes(page: Page, container: Json) -> None:
    """Those that a container has."""
    for field, title in _PROBES:
        if container.get(field) is not None:
            page.field(2, title, _probe(container[field]))


def _probe(probe: Json) -> str:
    numbers = " ".join(text.format(probe.get(field) or 0) for text, field in _NUMBERS)
    return f"{_action(probe)} {numbers}"


def _action(probe: Json) -> str:
    command, http, tcp, grpc = (probe.get(name) for name in ("exec", "httpGet", "tcpSocket", "grpc"))
    if command is not None:
        return f"exec {go(command.get('command') or [])}"
    if http is not None:
        return f"http-get {_url(http)}"
    if tcp is not None:
        return f"tcp-socket {tcp.get('host') or ''}:{tcp.get('port', 0)}"
    if grpc is not None:
        return f"grpc <pod>:{grpc.get('port', 0)} {grpc.get('service') or ''}"
    return "unknown"


def _url(http: Json) -> str:
    path = quote(str(http.get("path") or ""), safe=_UNTOUCHED)
    if path and not path.startswith("/"):
        path = f"/{path}"
    address = host_port(str(http.get("host") or ""), http.get("port", 0))
    scheme = str(http.get("scheme") or "").lower()
    return f"{f'{scheme}:' if scheme else ''}//{address}{path}"
