"""Every command of the command line: its name, where it lives and the line that describes it."""

import importlib
from typing import TYPE_CHECKING

from kplan.kubectl.verbs import NODES as _CLUSTER
from kplan.kubectl.verbs import PLAN as _PLAN
from kplan.kubectl.verbs import STATE as _STATE
from kplan.kubectl.verbs import VERBS
from kplan.namedtuples import NamedTuple

if TYPE_CHECKING:
    from click import Command as ClickCommand

_VERB = "VERB"
_CHECK = "Check manifests"


class Command(NamedTuple):
    """One command; ``module`` is under kplan.cli.commands and holds the click command as ``attribute``."""

    name: str
    summary: str
    section: str
    module: str
    attribute: str = "command"
    aliases: tuple[str, ...] = ()

    def load(self) -> "ClickCommand":
        """Import the command."""
        if self.attribute == _VERB:
            from kplan.cli.verbs import command_of

            return command_of(next(verb for verb in VERBS if verb.name == self.name))
        module = importlib.import_module(f"kplan.cli.commands.{self.module}")
        loaded: ClickCommand = getattr(module, self.attribute)
        return loaded


_OWN = (
    Command("lint", "Find mistakes in manifests, with file, line and column.", _CHECK, "lint"),
    Command("rules", "List the lint rules, plan risks and upgrade checks, or explain one.", _CHECK, "rules"),
    Command("upgrade", "Show what breaks when Kubernetes is upgraded.", _CHECK, "upgrade"),
    Command("graph", "Show which objects name and select each other, as a graph.", _CHECK, "graph"),
    Command(
        "kustomize", "Build a folder with a kustomization, as kubectl kustomize does.", _CHECK, "kustomize"
    ),
    Command("config", "Show the configuration in effect, and where each value comes from.", _CHECK, "config"),
    Command("cache", "Show or remove what is kept of earlier runs.", _CHECK, "cache"),
    Command(
        "lsp", "Serve an editor: diagnostics, hover, completion and fixes while you type.", _CHECK, "lsp"
    ),
    Command("completion", "Print the completion script for a shell.", _CHECK, "completion"),
    Command(
        "dry-run",
        "Show each object as the API server would store it, or why it is refused.",
        _CHECK,
        "dry_run",
    ),
    Command(
        "plan", "Show what applying manifests would do, including rollouts and scheduling.", _PLAN, "plan"
    ),
    Command("fleet", "Check, compare and plan many targets at once.", _PLAN, "fleet"),
    Command("show", "Show a saved plan again, in any format.", _PLAN, "show"),
    Command("diff", "Show what applying manifests would change, as kubectl diff does.", _PLAN, "diff"),
    Command("apply", "Apply manifests to the stored state.", _PLAN, "apply"),
    Command(
        "why",
        "Tell why a pod is scheduled where it is, or why it stays pending.",
        _CLUSTER,
        "why",
    ),
    Command(
        "capacity", "Count how many more pods of a manifest fit, and what limits them.", _CLUSTER, "capacity"
    ),
    Command(
        "nodes",
        "Show the free capacity of nodes, and which pods would not fit without one.",
        _CLUSTER,
        "nodes",
    ),
    Command("simulate", "Simulate what happens after an apply, on a virtual clock.", _PLAN, "simulate"),
    Command(
        "route", "Show whether a connection gets through, with every rule that decides it.", _CLUSTER, "route"
    ),
    Command("advance", "Let time pass in the cluster.", _STATE, "advance"),
    Command("cluster", "Create, show and delete a cluster that lives in a file.", _STATE, "cluster"),
    Command("snapshot", "Import, export, list, show and pull stored states.", _STATE, "snapshot"),
)

COMMANDS: tuple[Command, ...] = (
    *_OWN,
    *(
        Command(verb.name, verb.summary, verb.section, verb.module, _VERB, verb.aliases)
        for verb in VERBS
        if verb.section
    ),
)
