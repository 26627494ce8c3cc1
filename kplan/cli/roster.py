"""Every command of the command line: its name, where it lives and the line that describes it."""

from typing import NamedTuple


class Command(NamedTuple):
    """One command; ``module`` is under kplan.cli.commands and holds the click command as ``attribute``."""

    name: str
    summary: str
    section: str
    module: str
    attribute: str = "command"
    aliases: tuple[str, ...] = ()


_CHECK = "Check manifests"
_PLAN = "See what applying would do"
_STATE = "The stored state"
_CLUSTER = "Nodes and pods"

COMMANDS: tuple[Command, ...] = (
    Command("lint", "Find mistakes in manifests, with file, line and column.", _CHECK, "lint"),
    Command("rules", "List the rules of lint, or explain one.", _CHECK, "rules"),
    Command("dry-run", "Show the API server's answer for every object.", _CHECK, "dry_run"),
    Command("diff", "Show what applying would change, as kubectl diff does.", _PLAN, "diff"),
    Command("apply", "Apply manifests to the stored state.", _PLAN, "apply"),
    Command("get", "Print objects of the state, as kubectl get does.", _STATE, "get"),
    Command(
        "explain", "Say why a pod goes where it goes, or nowhere, and what would help.", _CLUSTER, "explain",
        aliases=("why",),
    ),
    Command("capacity", "Count how many more pods of a manifest fit, and what limits them.", _CLUSTER, "capacity"),
    Command("nodes", "Show what nodes have left, and who would be stranded without one.", _CLUSTER, "nodes"),
    Command("snapshot", "Import, export, list, show and pull stored states.", _STATE, "snapshot"),
)
