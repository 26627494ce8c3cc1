"""Every stage, and all of it: what a command or a library user asks is one function here, and its answer is a report.

::

    loaded = pipeline.load(["deploy/"])                        # files -> objects, and what cannot be read
    loaded = pipeline.build("overlays/prod")                   # a folder with a kustomization, built
    state = pipeline.open_state("git:main:deploy", Path.cwd())  # what is in the cluster
    pipeline.lint(loaded)                                      # findings: the rules and the API server's own checks
    pipeline.fix(loaded, read=...)                             # the texts of files with findings corrected
    pipeline.dry_run(loaded, state)                            # the API server's answer for every object
    pipeline.diff(loaded, state), pipeline.apply(loaded, state)
    pipeline.plan(loaded, state)                               # what applying would do, and what would follow
    pipeline.save(...), pipeline.read_plan(...), pipeline.show(saved)  # a plan in a file
    pipeline.simulate(loaded, state), pipeline.what_if(state, act)
    pipeline.upgrade(loaded, "1.37")                           # what a later release breaks
    pipeline.explain, capacity, nodes, route                   # questions about nodes, pods and connections
    pipeline.graph(loaded)                                     # which objects name and select each other

A report says whether the input was sound (``broken``) and whether the answer is yes (``failed``); formats in
``render.formats`` make text of it. There is one idea of "settled": ``simulating.settle``.

Decided: every stage imports what it needs when it runs, so that a lint pays for no simulation.
"""

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from kplan.pipeline.answering import explain, nodes, route
    from kplan.pipeline.applying import apply, diff
    from kplan.pipeline.asking import also_for, dry_run, without_secrets
    from kplan.pipeline.assumed import unmatched
    from kplan.pipeline.branching import Base, base_state, load_base, load_for_lint, without_told
    from kplan.pipeline.building import build
    from kplan.pipeline.checking import lint
    from kplan.pipeline.counting import statistics
    from kplan.pipeline.defined import catalogued, definitions
    from kplan.pipeline.fitting import capacity
    from kplan.pipeline.fixing import Fixed, fix
    from kplan.pipeline.graphing import graph
    from kplan.pipeline.loading import Loaded, load, unread
    from kplan.pipeline.newness import only_new
    from kplan.pipeline.planned import Deletions, requested, require_unmoved
    from kplan.pipeline.provisioning import set_up
    from kplan.pipeline.revisions import keep
    from kplan.pipeline.saving import read_plan, save, show
    from kplan.pipeline.simulating import (
        Simulated,
        SimulationOptions,
        at_rest,
        go_on,
        plan,
        settle,
        simulate,
    )
    from kplan.pipeline.states import (
        Held,
        State,
        canonical,
        commit,
        damage,
        held,
        in_state,
        open_state,
        pull,
    )
    from kplan.pipeline.upgrading import open_snapshot, upgrade
    from kplan.pipeline.watched import future
    from kplan.pipeline.whatif import what_if

__all__ = [
    "Base",
    "Deletions",
    "Fixed",
    "Held",
    "Loaded",
    "Simulated",
    "SimulationOptions",
    "State",
    "also_for",
    "apply",
    "at_rest",
    "base_state",
    "build",
    "canonical",
    "capacity",
    "catalogued",
    "commit",
    "damage",
    "definitions",
    "diff",
    "dry_run",
    "explain",
    "fix",
    "future",
    "go_on",
    "graph",
    "held",
    "in_state",
    "keep",
    "lint",
    "load",
    "load_base",
    "load_for_lint",
    "nodes",
    "only_new",
    "open_snapshot",
    "open_state",
    "plan",
    "pull",
    "read_plan",
    "requested",
    "require_unmoved",
    "route",
    "save",
    "set_up",
    "settle",
    "show",
    "simulate",
    "statistics",
    "unmatched",
    "unread",
    "upgrade",
    "what_if",
    "without_secrets",
    "without_told",
]  # fmt: skip

_HOMES: Final = {
    "answering": ("explain", "nodes", "route"),
    "assumed": ("unmatched",),
    "applying": ("apply", "diff"),
    "building": ("build",),
    "branching": ("Base", "base_state", "load_base", "load_for_lint", "without_told"),
    "asking": ("also_for", "dry_run", "without_secrets"),
    "checking": ("lint",),
    "fitting": ("capacity",),
    "fixing": ("Fixed", "fix"),
    "provisioning": ("set_up",),
    "graphing": ("graph",),
    "loading": ("Loaded", "load", "unread"),
    "newness": ("only_new",),
    "planned": ("Deletions", "requested", "require_unmoved"),
    "revisions": ("keep",),
    "saving": ("read_plan", "save", "show"),
    "simulating": ("Simulated", "SimulationOptions", "at_rest", "go_on", "plan", "settle", "simulate"),
    "counting": ("statistics",),
    "defined": ("catalogued", "definitions"),
    "states": (
        "State",
        "canonical",
        "damage",
        "commit",
        "Held",
        "held",
        "in_state",
        "open_state",
        "pull",
    ),
    "upgrading": ("open_snapshot", "upgrade"),
    "watched": ("future",),
    "whatif": ("what_if",),
}
"""The module that each name is imported from on first use."""


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
