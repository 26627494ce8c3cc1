"""kubectl drain: empty nodes, within the disruption budgets of their pods.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go
"""

from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.drain import Drain, DrainOptions
from kplan.kubectl.dryrunstrategy import strategy_of
from kplan.kubectl.flags import Flag, Kind, switch
from kplan.kubectl.nodes import node_names
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext
from kplan.selectors.labels import Selector
from kplan.selectors.syntax import SelectorError


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Drain nodes; time goes by until they are empty. Raises UsageError."""
    options = _options(arguments, context.patience)
    names = node_names(arguments, context.server, "drain")
    return Drain(context.server, context.client, context.engine, options).run(names)


def _options(arguments: Arguments, patience: int) -> DrainOptions:
    _check(arguments.text("pod-selector"))
    grace, timeout = arguments.number("grace-period"), arguments.seconds("timeout")
    if timeout < 0:
        raise UsageError(f"invalid duration: '{arguments.text('timeout')}'", hint="it cannot be negative")
    return DrainOptions(
        ignore_daemonsets=arguments.switch("ignore-daemonsets"),
        delete_emptydir_data=arguments.switch("delete-emptydir-data"),
        force=arguments.switch("force"),
        disable_eviction=arguments.switch("disable-eviction"),
        grace_seconds=None if grace < 0 else grace,
        timeout=-int(-timeout // 1) or patience,
        pod_selector=arguments.text("pod-selector"),
        skip_wait_for_delete_timeout=arguments.number("skip-wait-for-delete-timeout"),
        strategy=strategy_of(arguments),
    )


def _check(pod_selector: str) -> None:
    try:
        Selector.parse(pod_selector)
    except SelectorError as error:
        text = "--pod-selector=<pod_selector> must be a valid label selector"
        raise UsageError(text, hint=str(error)) from error


VERB = Change(
    usage="NODE...",
    about="""Cordon nodes and evict their pods, as kubectl drain does, and show what follows.

    Evictions respect disruption budgets and are retried; if a budget never allows one, the drain ends after --timeout, or after an
    hour of simulated time. Exits with 1 when a node could not be drained, and with 2 when there is no such node.
    """,
    flags=(
        flags.SELECTOR,
        flags.CHUNK_SIZE,
        switch("ignore-daemonsets", "Ignore pods managed by DaemonSets."),
        switch("delete-emptydir-data", "Also evict pods with an emptyDir, whose data is lost."),
        switch("force", "Also evict pods that no controller will replace."),
        switch("disable-eviction", "Delete pods instead of evicting them, ignoring disruption budgets."),
        Flag(
            "grace-period", "Grace period to use instead of the pods' own.", Kind.INT, metavar="SECONDS", default="-1",
        ),
        Flag(
            "timeout", "Give up after this time; 0s waits without limit.", Kind.DURATION, metavar="DURATION", default="0s",
        ),
        Flag("pod-selector", "Only pods whose labels match.", metavar="SELECTOR"),
        Flag(
            "skip-wait-for-delete-timeout",
            "Do not wait for pods that have been terminating for longer than this; 0 waits for all.",
            Kind.INT, metavar="SECONDS", default="0",
        ),
        flags.DRY_RUN,
    ),
    examples=("drain node-2 --ignore-daemonsets --delete-emptydir-data",),
    run=run,
    gate=True,
)  # fmt: skip
