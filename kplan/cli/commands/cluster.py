"""``kplan cluster``: a cluster that lives in a file, begun as kind begins one."""

from datetime import UTC, datetime
from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kplan.cli import options
from kplan.cli.lean import Group
from kplan.errors import UsageError
from kplan.sentences import counted

if TYPE_CHECKING:
    from kplan.state.sources.sqlite import Database

_EXAMPLE = "\b\nExample:\n  kplan cluster create --nodes 3x4cpu,8Gi --lb-pool 192.168.1.11-192.168.1.20"
_BOOT = 20.0
"""Seconds that it takes until somebody can type the first command."""


@click.group("cluster", cls=Group, no_args_is_help=True)
def command() -> None:
    """Create, show and delete a sandbox: a cluster in .kplan/state.db that kubectl's verbs change."""


@command.command("create", epilog=_EXAMPLE)
@click.option("--config", "config", metavar="FILE", help="A kind cluster configuration.")
@click.option("--nodes", "nodes", metavar="SHAPE", help="Nodes by number and size: 3x4cpu,8Gi.")
@click.option("--lb-pool", default="", metavar="RANGE", help="Addresses for Services of type LoadBalancer.")
@options.kubernetes_version
def create(config: str | None, nodes: str | None, lb_pool: str, kubernetes_versions: tuple[str, ...]) -> int:
    """Create a cluster in this folder, and let it come to rest."""
    from kplan import pipeline
    from kplan.cli import inputs
    from kplan.pipeline.remembering import facts_of
    from kplan.pipeline.resting import kept
    from kplan.state.facts import Facts
    from kplan.state.sources import sqlite

    if config and nodes:
        raise UsageError("--config and --nodes cannot be given together", hint="give one of them")
    here, minor = Path.cwd(), kubernetes_versions[0]
    _must_be_free(sqlite.Database(here / sqlite.HOME))
    opened = pipeline.open_state(config or f"nodes:{nodes or '3x4cpu,8Gi'}", here, kubernetes=minor)
    if inputs.report_problems(opened.diagnostics):
        raise UsageError("no cluster made: not everything could be read", hint="correct what is named above")
    if not config:
        opened = opened._replace(store=pipeline.set_up(opened.store, minor))
    scenario = options.Assumed(lb_pool=lb_pool).read()
    cluster = pipeline.settle(opened, pipeline.SimulationOptions(minor, scenario))
    cluster.advance(_BOOT)
    facts = facts_of(cluster, Facts(sandbox=True, kubernetes=minor))
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    database = sqlite.Database(here / sqlite.HOME)
    resting = kept(cluster)
    database.commit(cluster.store, base=0, at=at, note="cluster create", facts=facts, resting=resting)
    nodes_made = counted(len(cluster.store.list("", "Node")), "node")
    click.echo(f"created a cluster of {nodes_made}, Kubernetes {minor}")
    return 0


@command.command("info")
def info() -> int:
    """Say what the stored state is: a sandbox or a snapshot, its nodes, its clock, its pool."""
    from kplan.cli import inputs
    from kplan.simulation.clock import rfc3339

    found = _stored()
    snapshot = found.open()
    facts, store = snapshot.facts, snapshot.store()
    ready = store.list("", "Node")
    clock = rfc3339(facts.clock) if facts.clock else f"{inputs.last_moment(store):%Y-%m-%dT%H:%M:%SZ}"
    rows = {
        "kind": "sandbox" if facts.sandbox else "snapshot", "file": relpath(found.path),
        "revision": str(snapshot.revision), "kubernetes": facts.kubernetes or "(not said)",
        "nodes": str(len(ready)), "pods": str(len(store.list("", "Pod"))), "clock": clock,
        "load balancer addresses": str(facts.scenario.get("lbPool") or "none"),
    }  # fmt: skip
    for name, value in rows.items():
        click.echo(f"{name + ':':<25}{value}")
    return 0


@command.command("delete")
def delete() -> int:
    """Delete the sandbox of this folder, with its revisions; a snapshot is left alone."""
    found = _stored()
    if not found.open().facts.sandbox:
        raise UsageError(
            f"{relpath(found.path)} is a snapshot, not a sandbox", hint="delete the file yourself"
        )
    for ending in ("", "-wal", "-shm", ".key"):
        found.path.with_name(found.path.name + ending).unlink(missing_ok=True)
    click.echo(f"deleted {relpath(found.path)}")
    return 0


def _must_be_free(database: "Database") -> None:
    """Check that no state is lost by a new one. Raises UsageError."""
    if database.is_empty():
        return
    if database.open().facts.sandbox:
        raise UsageError("there is a state in this folder", hint="'kplan cluster delete' deletes it")
    shown = relpath(database.path)
    raise UsageError(f"there is a snapshot in this folder, {shown}", hint="delete the file yourself")


def _stored() -> "Database":
    from kplan.state.sources import sqlite

    found = sqlite.find(Path.cwd())
    if found is None:
        raise UsageError(
            "no stored state in this folder or above", hint="make one with 'kplan cluster create'"
        )
    return found
