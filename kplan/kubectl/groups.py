"""Commands that are only a group of others: what kubectl prints where the second word is missing.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/{auth,create,rollout,set}, staging/src/k8s.io/kubectl/pkg/util/templates
"""

from collections.abc import Mapping, Sequence
from typing import Final

from kplan.namedtuples import NamedTuple

_GAP = 3
_NARROWEST = 11
"""How wide the names of commands are at least (minNamePadding)."""


class Group(NamedTuple):
    """A group; its commands are told in kubectl's words."""

    about: str
    commands: Mapping[str, str]
    usage: str
    aliases: Sequence[str] = ()
    to_error: bool = True
    """Whether the help goes to standard error."""
    helps: bool = False
    """Whether it prints its help and is content with that, whatever word follows."""


GROUPS: Final[Mapping[str, Group]] = {
    "auth": Group(
        "Inspect authorization.",
        {
            "can-i": "Check whether an action is allowed",
            "reconcile": "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects",
            "whoami": "Experimental: Check self subject attributes",
        },
        "auth [flags] [options]",
    ),
    "certificate": Group(
        "Modify certificate resources.",
        {
            "approve": "Approve a certificate signing request",
            "deny": "Deny a certificate signing request",
        },
        "certificate SUBCOMMAND [options]",
        to_error=False,
        helps=True,
    ),
    "create secret": Group(
        "Create a secret with specified type.\n\n A docker-registry type secret is for accessing a container registry."
        "\n\n A generic type secret indicate an Opaque secret type.\n\n A tls type secret holds TLS certificate and its "
        "associated key.",
        {
            "docker-registry": "Create a secret for use with a Docker registry",
            "generic": "Create a secret from a local file, directory, or literal value",
            "tls": "Create a TLS secret",
        },
        "create secret (docker-registry | generic | tls) [options]",
    ),
    "create service": Group(
        "Create a service using a specified subcommand.",
        {
            "clusterip": "Create a ClusterIP service",
            "externalname": "Create an ExternalName service",
            "loadbalancer": "Create a LoadBalancer service",
            "nodeport": "Create a NodePort service",
        },
        "create service [flags] [options]",
        ("svc",),
    ),
    "rollout": Group(
        "Manage the rollout of one or many resources.\n        \n Valid resource types include:\n\n  *  deployments\n"
        "  *  daemonsets\n  *  statefulsets\n\nExamples:\n  # Rollback to the previous deployment\n  kubectl rollout undo "
        "deployment/abc\n  \n  # Check the rollout status of a daemonset\n  kubectl rollout status daemonset/foo\n  \n  # "
        "Restart a deployment\n  kubectl rollout restart deployment/abc\n  \n  # Restart deployments with the 'app=nginx' "
        "label\n  kubectl rollout restart deployment --selector=app=nginx",
        {
            "history": "View rollout history",
            "pause": "Mark the provided resource as paused",
            "restart": "Restart a resource",
            "resume": "Resume a paused resource",
            "status": "Show the status of the rollout",
            "undo": "Undo a previous rollout",
        },
        "rollout SUBCOMMAND [options]",
        to_error=False,
    ),
    "set": Group(
        "Configure application resources.\n\n These commands help you make changes to existing application resources.",
        {
            "env": "Update environment variables on a pod template",
            "image": "Update the image of a pod template",
            "resources": "Update resource requests/limits on objects with pod templates",
            "selector": "Set the selector on a resource",
            "serviceaccount": "Update the service account of a resource",
            "subject": "Update the user, group, or service account in a role binding or cluster role binding",
        },
        "set SUBCOMMAND [options]",
    ),
}


def group_of(words: Sequence[str]) -> str:
    """The group of commands that these words name; empty if they name none."""
    text = " ".join(words)
    for name, group in GROUPS.items():
        head = name.rpartition(" ")[0]
        if text in (name, *(f"{head} {alias}".strip() for alias in group.aliases)):
            return name
    return ""


def lines(name: str, program: str = "kubectl") -> list[str]:
    """The help, line by line."""
    group = GROUPS[name]
    aliases = ["Aliases:", ", ".join((name.rpartition(" ")[2], *group.aliases)), ""] if group.aliases else []
    width = max(_NARROWEST, *map(len, group.commands)) + _GAP
    about = group.about if program == "kubectl" else group.about.replace("kubectl ", f"{program} ")
    return [
        *about.split("\n"),
        "",
        *aliases,
        "Available Commands:",
        *(f"  {command.ljust(width)}{summary}" for command, summary in group.commands.items()),
        "",
        "Usage:",
        f"  {program} {group.usage}",
        "",
        f'Use "{program} {name} <command> --help" for more information about a given command.',
        *(
            ['Use "kubectl options" for a list of global command-line options (applies to all commands).']
            if program == "kubectl"
            else []
        ),
    ]
