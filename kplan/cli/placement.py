"""Options of the commands that ask the scheduler: what if there were other nodes, or another configuration."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kplan.errors import UsageError

if TYPE_CHECKING:
    from kplan.scheduler.picture import Picture
    from kplan.scheduler.profile import Profile
    from kplan.state.store import Store

F = TypeVar("F", bound=Callable[..., Any])


def cluster_changes(command: F) -> F:
    """``--add-nodes`` and ``--without-node``."""
    command = click.option(
        "--without-node", "without_node", multiple=True, metavar="NAME",
        help="As if this node, and the pods on it, were gone; repeatable.",
    )(command)  # fmt: skip
    return click.option(
        "--add-nodes", "add_nodes", multiple=True, metavar="N=SHAPE",
        help="As if there were more empty nodes: 2=4cpu,16Gi or 1=8cpu,32Gi,1nvidia.com/gpu; repeatable.",
    )(command)  # fmt: skip


def scheduler_config(command: F) -> F:
    """``--scheduler-config``."""
    return click.option(
        "--scheduler-config", "scheduler_config", default=None, metavar="FILE",
        help="A KubeSchedulerConfiguration to schedule by instead of the default profile.",
    )(command)  # fmt: skip


def picture(store: "Store", add_nodes: Sequence[str], without_node: Sequence[str]) -> "Picture":
    """The state with the changes asked for. Raises UsageError."""
    from kplan.scheduler.picture import Picture
    from kplan.state.sources.nodes import make_nodes, parse_shapes

    seen = Picture.of(store)
    for name in without_node:
        seen = seen.without_node(name)
    for number, text in enumerate(add_nodes):
        shapes = parse_shapes(text.replace("=", "x", 1))
        seen = seen.with_nodes(list(make_nodes(shapes, prefix=f"added-{number + 1}" if number else "added")))
    return seen


def read_profiles(path: str | None) -> "dict[str, Profile]":
    """The profiles of a scheduler configuration by scheduler name; without one, the default. Raises UsageError."""
    from kplan.scheduler.profile import DEFAULT, read_configuration

    if path is None:
        return {DEFAULT.scheduler_name: DEFAULT}
    from kplan.manifest.loader import load_paths

    loaded = load_paths([path])
    for diagnostic in loaded.diagnostics:
        raise UsageError(f"{diagnostic.location}: {diagnostic.message}")
    if len(loaded.documents) != 1 or not isinstance(loaded.documents[0].value, dict):
        raise UsageError(f"{path}: a scheduler configuration is one KubeSchedulerConfiguration")
    return read_configuration(loaded.documents[0].value)


def profile_for(profiles: "dict[str, Profile]", pod: dict[str, Any]) -> "Profile":
    """The profile that places a pod. Raises UsageError."""
    name = pod["spec"].get("schedulerName", "default-scheduler")
    if name not in profiles:
        raise UsageError(
            f"no profile of the configuration is named '{name}'", hint=f"profiles: {', '.join(profiles)}"
        )
    return profiles[name]
