"""Commands within containers that need no container to be answered: by name, one roster.

Upstream: none; a cluster runs them.
"""

import shlex
from collections.abc import Mapping, Sequence
from typing import Final

from kplan.kubectl.answers import environment, files, lookups, requests
from kplan.kubectl.answers.answer import Answer, Command, Inside

COMMANDS: Final[Mapping[str, Command]] = {
    "env": environment.env,
    "printenv": environment.printenv,
    "hostname": environment.hostname,
    "cat": files.cat,
    "ls": files.ls,
    "nslookup": lookups.nslookup,
    "curl": requests.curl,
    "wget": requests.wget,
}
KNOWN: Final = (
    "exec runs nothing here: it answers env, printenv, hostname, cat /etc/resolv.conf, /etc/hosts, /etc/hostname and "
    "files of ConfigMaps, ls of their folders, nslookup, curl and wget"
)
_SHELLS: Final = ("sh", "bash", "ash", "dash")
_OPERATORS: Final = frozenset("|&;<>()$`\n")


def answer(words: Sequence[str], inside: Inside) -> Answer | None:
    """What a command line prints in a container; None if only a container knows."""
    name, rest = words[0].rpartition("/")[2], list(words[1:])
    if name in _SHELLS and len(rest) == 2 and rest[0] == "-c" and not set(rest[1]) & _OPERATORS:
        inner = shlex.split(rest[1])
        return answer(inner, inside) if inner else None
    command = COMMANDS.get(name)
    return command(rest, inside) if command else None
