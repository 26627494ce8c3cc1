"""What brings a risk about, in words that risks share: what is missing, or in the way, as the cluster names it.

Upstream: none.
"""

import re
from typing import Final

from kplan.api.gvk import ObjectKey

UNSCHEDULED: Final = "no node"
"""A pod of it has no node."""
REFUSED: Final = "refused"
"""The API server refuses its pods."""
TAKEN_PORT: Final = "host port"
"""Others have the port of the node that it wants."""
ATTACHED_ELSEWHERE: Final = "volume on another node"
"""A volume that goes to one node at a time is on another one."""
CLAIM_IN_USE: Final = "claim of another pod"
"""Another pod has a claim that serves one pod at a time."""
_NOT_FOUND: Final = re.compile(
    r'(configmap|secret|persistentvolumeclaim|serviceaccount|RuntimeClass) "([^"]+)" not found'
    r"|no (PriorityClass) with name (\S+) was found|(?:key \S+|keys) in (ConfigMap|Secret) \S+/(\S+)"
)
"""How the scheduler, the API server and the kubelet name what is not there."""
_NO_KEY: Final = re.compile(r"references non-existent (?:config|secret) key: (\S+)")
"""How the kubelet names a key that a volume needs."""
_PORTS: Final = r"\d+ node\(s\) didn't have free ports for the requested pod ports"
_AFFINITY: Final = r"\d+ node\(s\) didn't satisfy plugin\(s\) \[NodeAffinity\]"
_SAID: Final = {
    # Ports alone; the pods of a DaemonSet are bound to one node each besides.
    TAKEN_PORT: re.compile(rf"^\d+/\d+ nodes are available: {_PORTS}(?:, {_AFFINITY})?\."),
    ATTACHED_ELSEWHERE: re.compile("Multi-Attach error for volume"),
    CLAIM_IN_USE: re.compile("ReadWriteOncePod access mode"),
}
"""How the scheduler and the controller that attaches volumes say what is in the way."""


def missing(target: ObjectKey) -> str:
    """That an object is not there, or a part of it."""
    return f"{target.kind.lower()}/{target.name}"


def missing_key(key: str) -> str:
    """The cause that an object lacks a key, if nothing says which object."""
    return f"key {key}"


def taken_name(kind: str, name: str) -> str:
    """The cause that another object has the name of one that is to be created."""
    return f"name of {kind.lower()}/{name}"


def causes_in(message: str) -> tuple[str, ...]:
    """What a message of the cluster says is missing, or in the way."""
    groups = [list(filter(None, found.groups())) for found in _NOT_FOUND.finditer(message)]
    named = [f"{kind.lower()}/{name}" for kind, name in groups]
    keys = map(missing_key, _NO_KEY.findall(message))
    return (*dict.fromkeys(named), *keys, *(cause for cause, said in _SAID.items() if said.search(message)))
