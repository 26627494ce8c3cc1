"""``kplan drain``: what kubectl drain would say, and where the pods would go."""

from collections.abc import Sequence

import click

from kplan.cli import options, playing

_EXAMPLES = "\b\nExample:\n  kplan drain node-2 --ignore-daemonsets --delete-emptydir-data"


@click.command("drain", epilog=_EXAMPLES)
@click.argument("nodes", nargs=-1, metavar="NODE...")
@options.selector
@click.option("--ignore-daemonsets", is_flag=True, help="Leave pods of DaemonSets where they are.")
@click.option("--delete-emptydir-data", is_flag=True, help="Also evict pods that keep data in an emptyDir.")
@click.option("--force", is_flag=True, help="Also evict pods that no controller will replace.")
@click.option(
    "--disable-eviction", is_flag=True, help="Delete instead of evicting: disruption budgets do not count."
)
@click.option(
    "--grace-period", type=int, default=-1, metavar="SECONDS", help="Instead of the pods' own grace period."
)
@click.option("--timeout", default="0s", metavar="DURATION", help="Give up after this time; 0s never does.")
@click.option("--pod-selector", default="", metavar="SELECTOR", help="Only pods whose labels match.")
@click.option(
    "--skip-wait-for-delete-timeout",
    "skip_wait",
    type=int,
    default=0,
    metavar="SECONDS",
    help="Do not wait for pods that have been terminating for longer than this; 0 waits for all.",
)
@click.option("--dry-run", is_flag=True, help="Say which pods would be evicted; change nothing.")
@playing.on_terms
def command(
    nodes: Sequence[str],
    *,
    selector: str,
    ignore_daemonsets: bool,
    delete_emptydir_data: bool,
    force: bool,
    disable_eviction: bool,
    grace_period: int,
    timeout: str,
    pod_selector: str,
    skip_wait: int,
    dry_run: bool,
    terms: playing.Terms,
) -> int:
    """Cordon nodes and evict their pods, as kubectl drain does, and play what follows.

    Disruption budgets are honoured and retried; where one never gives way the drain ends after --timeout, or after an
    hour of simulated time. Exits with 1 when a node could not be drained, and with 2 when there is no
    such node.
    """
    from kplan.kubectl.commands import duration
    from kplan.kubectl.drain import DrainOptions

    _check(pod_selector)
    chosen = DrainOptions(
        ignore_daemonsets=ignore_daemonsets, delete_emptydir_data=delete_emptydir_data, force=force,
        disable_eviction=disable_eviction, grace_seconds=None if grace_period < 0 else grace_period,
        timeout=duration(timeout) or _PATIENCE, pod_selector=pod_selector, skip_wait_for_delete_timeout=skip_wait,
        dry_run=dry_run,
    )  # fmt: skip
    return playing.act(
        terms,
        f"drain {selector or ' '.join(nodes)}",
        lambda cluster: cluster.kubectl.drain(playing.pick_nodes(cluster, nodes, selector), chosen),
        gate=True,
    )


def _check(pod_selector: str) -> None:
    from kplan.errors import UsageError
    from kplan.selectors.labels import Selector
    from kplan.selectors.syntax import SelectorError

    try:
        Selector.parse(pod_selector)
    except SelectorError as error:
        raise UsageError(
            "--pod-selector=<pod_selector> must be a valid label selector", hint=str(error)
        ) from error


_PATIENCE = 3600
