"""A sandbox: a cluster that is made in a folder, furnished as a new one is,
and left until somebody can type the first command.
"""

from typing import TYPE_CHECKING, Final

from kplan.errors import UsageError
from kplan.pipeline import resting
from kplan.pipeline.provisioning import set_up
from kplan.pipeline.remembering import facts_of
from kplan.pipeline.simulating import SimulationOptions, settle
from kplan.state.facts import Facts

if TYPE_CHECKING:
    from pathlib import Path

    from kplan.cluster import Cluster
    from kplan.pipeline.states import State
    from kplan.simulation.scenario import Scenario
    from kplan.state.sources.sqlite import Database

_BOOT: Final = 20.0
"""Seconds that it takes until somebody can type the first command."""


def require_room(directory: "Path") -> None:
    """Raise UsageError if a folder has a state, which a new one would replace."""
    from os.path import relpath

    database = _database(directory)
    if database.is_empty():
        return
    if database.open().facts.sandbox:
        raise UsageError("there is a state in this folder", hint="'kplan cluster delete' deletes it")
    shown = relpath(database.path)
    raise UsageError(f"there is a snapshot in this folder, {shown}", hint="delete the file yourself")


def furnished(opened: "State", minor: str) -> "State":
    """Bare nodes with what runs in every cluster."""
    return opened._replace(store=set_up(opened.store, minor))


def begin(opened: "State", directory: "Path", *, minor: str, scenario: "Scenario", at: str) -> "Cluster":
    """Let a cluster come to rest, and store it as the folder's first revision. Raises UsageError."""
    cluster = settle(opened, SimulationOptions(minor, scenario))
    cluster.advance(_BOOT)
    _database(directory).commit(
        cluster.store, base=0, at=at, note="cluster create", facts=facts_of(cluster, Facts(sandbox=True, kubernetes=minor)),
        resting=resting.kept(cluster),
    )  # fmt: skip
    return cluster


def _database(directory: "Path") -> "Database":
    from kplan.state.sources import sqlite

    return sqlite.own(directory)
