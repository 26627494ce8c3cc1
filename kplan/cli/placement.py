"""Options of the commands that ask the scheduler: what if there were other nodes, or another configuration."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from kplan.cli import completion
from kplan.cli.settings import gathered, option
from kplan.namedtuples import NamedTuple

if TYPE_CHECKING:
    from kplan.pipeline.answering import Question
    from kplan.scheduler.profile import Profile

F = TypeVar("F", bound=Callable[..., Any])


class Supposed(NamedTuple):
    """What a question to the scheduler supposes: other nodes, another configuration."""

    add_nodes: Sequence[str]
    without_node: Sequence[str]
    scheduler_config: str | None

    def question(self, minor: str) -> "Question":
        """The question. Raises UsageError."""
        from kplan.pipeline.answering import Question

        return Question(self.add_nodes, self.without_node, read_profiles(self.scheduler_config), minor)


def supposed(command: Callable[..., int]) -> Callable[..., int]:
    """``--add-nodes``, ``--without-node`` and ``--scheduler-config``; a command gets them as ``supposed``."""
    return gathered("supposed", Supposed, _cluster_changes, scheduler_config)(command)


def _cluster_changes(command: F) -> F:
    command = option(
        "--without-node", "without_node", multiple=True, metavar="NAME", shell_complete=completion.nodes,
        help="Assume that this node and its pods are gone; repeatable.",
    )(command)  # fmt: skip
    return option(
        "--add-nodes", "add_nodes", multiple=True, metavar="N=SHAPE",
        help="Assume additional empty nodes: 2=4cpu,16Gi or 1=8cpu,32Gi,1nvidia.com/gpu; repeatable.",
    )(command)  # fmt: skip


def scheduler_config(command: F) -> F:
    """``--scheduler-config``."""
    return option(
        "--scheduler-config", "scheduler_config", default=None, metavar="FILE", setting="simulate.scheduler-config",
        path=True, help="KubeSchedulerConfiguration file to use instead of the default profile.",
    )(command)  # fmt: skip


def read_profiles(path: str | None) -> "dict[str, Profile] | None":
    """The profiles of a scheduler configuration by scheduler name; None without one. Raises UsageError."""
    if path is None:
        return None
    from kplan.config.mapping import one_mapping
    from kplan.scheduler.profile import read_configuration

    return read_configuration(one_mapping(path, "a scheduler configuration"))
