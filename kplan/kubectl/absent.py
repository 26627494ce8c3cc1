"""kubectl's commands and groups of commands that kplan does not have, and why.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/cmd.go (NewKubectlCommand), whose other commands have a verb here
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

_ATTACHED = "no containers run; `kplan exec` and `kplan logs` answer what is known without one"
COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "apply edit-last-applied": "`kplan apply set-last-applied` writes the annotation from a file",
        "attach": _ATTACHED,
        "cp": _ATTACHED,
        "debug": _ATTACHED,
        "cluster-info dump": "`kplan snapshot export` writes the objects of a state",
        "completion": "`kplan completion` is kplan's own, for kplan's own commands",
        "config": (
            "kplan reads and writes no kubeconfig; `--state` says which cluster is meant, `-n` or `namespace` in .kplan.yaml "
            "which namespace"
        ),
        "kuberc": "kplan reads no preferences; `.kplan.yaml` is its configuration",
        "plugin list": "kplan runs no plug-ins",
        "proxy": "there is no API server to forward to; `kplan get --raw PATH` answers its paths",
        "top": "nothing is measured in a simulated cluster; `--load` says what is assumed",
    }
)

OF_CONFIG = frozenset(
    {
        "current-context", "delete-cluster", "delete-context", "delete-user", "get-clusters", "get-contexts", "get-users",
        "rename-context", "set", "set-cluster", "set-context", "set-credentials", "unset", "use-context",
    }
)  # fmt: skip
"""Words that follow ``config`` for kubectl alone."""


def is_absent(words: Sequence[str]) -> bool:
    """Whether kubectl has a command of these two words, and kplan only the first."""
    return " ".join(words) in COMMANDS or (words[0] == "config" and words[1] in OF_CONFIG)


def reason_of(words: Sequence[str]) -> str:
    """Why kplan does not have the command that a line begins with, as a sentence;
    empty if kubectl does not have it either.
    """
    if words[1:2] and is_absent(words[:2]):
        two = " ".join(words[:2])
        return f"kplan has no '{two}': {COMMANDS.get(two) or COMMANDS[words[0]]}"
    for name, why in COMMANDS.items():
        own = name.split()
        if words[: len(own)] == own or (words[:1] == own[:1] and len(own) > 1):
            return f"kplan has no '{own[0]}': {why}"
    return ""
