"""env, printenv and hostname.

Upstream: none; these are programs of coreutils.
"""

from collections.abc import Sequence
from typing import Final

from kplan.api.metadata import status_of
from kplan.kubectl.answers.answer import Answer, Inside
from kplan.kubelet.environment import variables
from kplan.masking.names import MASK, looks_secret
from kplan.masking.shapes import is_secret
from kplan.network import resolver
from kplan.network.dns import CLUSTER_DOMAIN
from kplan.simulation.clock import parse_instant

_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_REMARK: Final = "without the variables that the image sets, which are not known"


def env(words: Sequence[str], inside: Inside) -> Answer | None:
    """Every variable; what an image sets itself is not known."""
    if words:
        return None
    return Answer("".join(f"{name}={text}\n" for name, text in _all(inside).items()), remark=_REMARK)


def printenv(words: Sequence[str], inside: Inside) -> Answer | None:
    """Every variable, or the values of some."""
    if not words:
        return env((), inside)
    known = _all(inside)
    missing = any(name not in known for name in words)
    return Answer("".join(f"{known[name]}\n" for name in words if name in known), code=int(missing))


def hostname(words: Sequence[str], inside: Inside) -> Answer | None:
    """The name, the addresses or the full name of the host."""
    name = resolver.hostname(inside.pod)
    match list(words):
        case [] | ["-s"]:
            return Answer(f"{name}\n")
        case ["-i"] | ["-I"]:
            return Answer(f"{status_of(inside.pod).get('podIP', '')}\n")
        case ["-f"] if subdomain := inside.pod["spec"].get("subdomain"):
            return Answer(f"{name}.{subdomain}.{inside.pod['metadata']['namespace']}.svc.{CLUSTER_DOMAIN}\n")
        case ["-f"]:
            return Answer(f"{name}\n")
    return None


def _all(inside: Inside) -> dict[str, str]:
    """Values from Secrets and credentials stay hidden; a Service that is younger than the container is left out."""
    services = [
        one
        for one in inside.server.list("", "Service")
        if parse_instant(one["metadata"]["creationTimestamp"]) < inside.started
    ]
    found = variables(inside.pod, inside.container, services, inside.server.find)
    hidden = {
        name for name, one in found.items() if one.is_secret or looks_secret(name) or is_secret(one.value)
    }
    shown = {name: MASK if name in hidden else one.value for name, one in found.items()}
    return {"PATH": _PATH, "HOSTNAME": resolver.hostname(inside.pod), **shown, "HOME": "/root"}
