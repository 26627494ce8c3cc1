"""env, printenv and hostname.

Upstream: none; these are programs of coreutils.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.kubectl.answers.answer import Answer, Inside
from kplan.kubelet.environment import variables
from kplan.masking.judging import is_given
from kplan.masking.names import MASK
from kplan.masking.objects import concealed, concealed_output
from kplan.masking.shapes import is_secret
from kplan.masking.texts import without
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
    found = variables(inside.pod, inside.container, services, partial(_without_credentials, inside))
    hidden = {
        name: one.value
        for name, one in found.items()
        if one.is_secret or is_given(name, one.value) or is_secret(one.value)
    }
    shown = {
        name: MASK if name in hidden else concealed_output(without(one.value, hidden.values()))
        for name, one in found.items()
    }
    return {"PATH": _PATH, "HOSTNAME": resolver.hostname(inside.pod), **shown, "HOME": "/root"}


def _without_credentials(inside: Inside, key: ObjectKey) -> Json | None:
    """A ConfigMap without credentials; a Secret is returned as it is, because its values are masked separately."""
    found = inside.server.find(key)
    shown: Json | None = found if key.kind == "Secret" else concealed(found)
    return shown
