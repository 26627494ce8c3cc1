"""The probes of a container, each in one line.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (DescribeProbe), net/url
"""

from typing import Final
from urllib.parse import quote

from kplan.api.core.container import Container, HTTPGetAction, Probe
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.words import go, host_port

_UNTOUCHED: Final = "$&+,/:;=@"
"""Characters that Go does not escape in the path of a URL, besides letters, digits and -_.~"""


def probes(page: Page, container: Container) -> None:
    """Those that a container has."""
    for title, probe in (
        ("Liveness", container.liveness_probe),
        ("Readiness", container.readiness_probe),
        ("Startup", container.startup_probe),
    ):
        if probe is not None:
            page.field(2, title, _probe(probe))


def _probe(probe: Probe) -> str:
    return (
        f"{_action(probe)} delay={probe.initial_delay_seconds}s timeout={probe.timeout_seconds}s "
        f"period={probe.period_seconds}s #success={probe.success_threshold} #failure={probe.failure_threshold}"
    )


def _action(probe: Probe) -> str:
    if probe.exec is not None:
        return f"exec {go(list(probe.exec.command))}"
    if probe.http_get is not None:
        return f"http-get {_url(probe.http_get)}"
    if probe.tcp_socket is not None:
        return f"tcp-socket {probe.tcp_socket.host}:{probe.tcp_socket.port}"
    if probe.grpc is not None:
        return f"grpc <pod>:{probe.grpc.port} {probe.grpc.service or ''}"
    return "unknown"


def _url(http: HTTPGetAction) -> str:
    path = quote(http.path, safe=_UNTOUCHED)
    if path and not path.startswith("/"):
        path = f"/{path}"
    scheme = http.scheme.lower()
    return f"{f'{scheme}:' if scheme else ''}//{host_port(http.host, http.port)}{path}"
