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
    Command("config", "Show the configuration that applies here, and where it comes from.", _CHECK, "config"),
    Command("completion", "Print the completion script of a shell.", _CHECK, "completion"),
    Command("dry-run", "Show the API server's answer for every object.", _CHECK, "dry_run"),
    Command("plan", "Show what applying would do, and what would follow.", _PLAN, "plan"),
    Command("diff", "Show what applying would change, as kubectl diff does.", _PLAN, "diff"),
    Command("apply", "Apply manifests to the stored state.", _PLAN, "apply"),
    Command("get", "Print objects of the state, as kubectl get does.", _STATE, "get"),
    Command(
        "explain",
        "Say why a pod goes where it goes, or nowhere, and what would help.",
        _CLUSTER,
        "explain",
        aliases=("why",),
    ),
    Command(
        "capacity", "Count how many more pods of a manifest fit, and what limits them.", _CLUSTER, "capacity"
    ),
    Command("nodes", "Show what nodes have left, and who would be stranded without one.", _CLUSTER, "nodes"),
    Command("simulate", "Play what happens after an apply, on a virtual clock.", _PLAN, "simulate"),
    Command("scale", "Set a number of replicas and play what follows.", _PLAN, "scale"),
    Command("delete", "Delete objects and play what follows.", _PLAN, "delete"),
    Command("label", "Change labels and play what follows.", _PLAN, "label"),
    Command("cordon", "Close nodes to new pods.", _CLUSTER, "cordon"),
    Command("uncordon", "Open nodes to new pods again.", _CLUSTER, "cordon", "uncordon"),
    Command("drain", "Evict the pods of nodes, within their disruption budgets.", _CLUSTER, "drain"),
    Command("fail", "Let nodes fall silent and see what becomes of their pods.", _CLUSTER, "fail"),
    Command("recover", "Let nodes that fell silent answer again.", _CLUSTER, "fail", "recover"),
    Command("taint", "Change a node's taints and see who has to leave.", _CLUSTER, "taint"),
    Command("route", "Say who reaches whom, with every rule on the way.", _CLUSTER, "route"),
    Command("describe", "Tell of objects in full, as kubectl describe does.", _STATE, "describe"),
    Command("events", "Print the Events of the state.", _STATE, "events"),
    Command("snapshot", "Import, export, list, show and pull stored states.", _STATE, "snapshot"),
)
