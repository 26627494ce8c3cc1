"""``kplan cluster``: a cluster that lives in a file, begun as kind begins one."""

from os.path import relpath
from pathlib import Path

import click

from kplan.cli import options, stored
from kplan.cli.lean import Group
from kplan.errors import UsageError
from kplan.sentences import counted

_EXAMPLE = "\b\nExample:\n  kplan cluster create --nodes 3x4cpu,8Gi --lb-pool 192.168.1.11-192.168.1.20"
_MADE_BY = "kplan cluster create"


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
    from kplan.pipeline import sandboxes

    if config and nodes:
        raise UsageError("--config and --nodes cannot be given together", hint="give one of them")
    here, minor = Path.cwd(), kubernetes_versions[0]
    sandboxes.require_room(here)
    opened = pipeline.open_state(config or f"nodes:{nodes or '3x4cpu,8Gi'}", here, kubernetes=minor)
    if inputs.report_problems(opened.diagnostics):
        raise UsageError("no cluster made: not everything could be read", hint="correct what is named above")
    opened = opened if config else sandboxes.furnished(opened, minor)
    scenario = options.Assumed(lb_pool=lb_pool).read()
    cluster = sandboxes.begin(opened, here, minor=minor, scenario=scenario, at=stored.now())
    nodes_made = counted(len(cluster.store.list("", "Node")), "node")
    click.echo(f"created a cluster of {nodes_made}, Kubernetes {minor}")
    return 0


@command.command("info")
def info() -> int:
    """Say what the stored state is: a sandbox or a snapshot, its nodes, its clock, its pool."""
    from kplan.cli import inputs
    from kplan.simulation.clock import rfc3339

    found = stored.database(_MADE_BY)
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
    found = stored.database(_MADE_BY)
    if not found.open().facts.sandbox:
        raise UsageError(
            f"{relpath(found.path)} is a snapshot, not a sandbox", hint="delete the file yourself"
        )
    for ending in ("", "-wal", "-shm", ".key"):
        found.path.with_name(found.path.name + ending).unlink(missing_ok=True)
    click.echo(f"deleted {relpath(found.path)}")
    return 0
