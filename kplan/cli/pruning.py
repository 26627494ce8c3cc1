"""``--prune`` and what belongs to it, as kubectl apply has it, and which objects the manifests would name."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from kplan.cli import inputs, plans, reading
from kplan.cli.settings import gathered, option
from kplan.errors import UsageError
from kplan.namedtuples import NamedTuple

if TYPE_CHECKING:
    from kplan.cli.options import Applied
    from kplan.pipeline.states import State
    from kplan.plan.change import Identity
    from kplan.plan.left_behind import Scope
    from kplan.plan.pruned import Pruning

F = TypeVar("F", bound=Callable[..., Any])


class Pruned(NamedTuple):
    """What is deleted because the manifests no longer name it."""

    prune: bool
    every: bool
    prune_allowlist: Sequence[str]
    apply_set: str

    def chosen(self, applied: "Applied") -> "Pruning | None":
        """The options as one value; None without ``--prune``. Raises UsageError."""
        if not self.prune:
            if self.apply_set:
                raise UsageError("--applyset requires --prune")
            return None
        if self.apply_set:
            return self._by_set(applied)
        if applied.server_side:
            raise UsageError("--prune does not work with --server-side", hint="prune by --applyset")
        if self.every and applied.selector:
            raise UsageError("cannot set --all and --selector at the same time")
        if not self.every and not applied.selector:
            raise UsageError(
                "all resources selected for prune without explicitly passing --all",
                hint="name labels with -l, or pass --all to prune whatever the manifests do not name",
            )
        return _by_labels(applied.selector, self.prune_allowlist)

    def _by_set(self, applied: "Applied") -> "Pruning":
        from kplan.plan.pruned import Pruning, apply_set_id

        if self.every or applied.selector or self.prune_allowlist:
            raise UsageError("--applyset does not go together with --all, --selector and --prune-allowlist")
        return Pruning((), apply_set=apply_set_id(self.apply_set, applied.namespace or "default"))


def options(command: Callable[..., int]) -> Callable[..., int]:
    """``--prune``, ``--all``, ``--prune-allowlist`` and ``--applyset``; a command gets them as ``pruned``."""
    return gathered("pruned", Pruned, _options)(command)


def _options(command: F) -> F:
    command = option(
        "--applyset", "apply_set", default="", metavar="[TYPE/]NAME",
        help="With --prune: the ApplySet whose objects are deleted when the manifests no longer name them.",
    )(command)  # fmt: skip
    command = option(
        "--prune-allowlist", "prune_allowlist", multiple=True, metavar="GROUP/VERSION/KIND",
        help="Kinds to prune instead of kubectl's default list; repeatable.",
    )(command)  # fmt: skip
    command = option(
        "--all", "every", is_flag=True, help="With --prune: prune all objects of earlier applies, whatever their labels."
    )(command)  # fmt: skip
    return option(
        "--prune", "prune", is_flag=True,
        help="Delete objects that an earlier apply made and the manifests no longer name; needs -l, --all or --applyset.",
    )(command)  # fmt: skip


def named_by(previous: str | None) -> "frozenset[Identity]":
    """The objects that a plan file left in the cluster; none without a file. Raises UsageError."""
    if previous is None:
        return frozenset()
    changes = (planned.change for planned in plans.read(previous).plan.changes)
    there = (change for change in changes if change.after or (change.refusal and change.before))
    return frozenset(change.object for change in there)


def scope(opened: "State", applied: "Applied", files: reading.Files, named: "frozenset[Identity]") -> "Scope":
    """Which objects of earlier applies the manifests would name. Raises UsageError."""
    from kplan.plan.left_behind import Scope

    applying, folders = applied.options(), inputs.reads_folders(files)
    whole, labelled = opened.fresh and folders, bool(applied.selector)
    return Scope(whole, applying.reading.selector, named, applying.field_manager, folders or labelled)


def _by_labels(selector: str, allowlist: Sequence[str]) -> "Pruning":
    from kplan.kubectl.pruning import parse_allowlist
    from kplan.kubectl.wording import ClientError
    from kplan.plan.pruned import Pruning
    from kplan.selectors.labels import Selector

    try:
        return Pruning(parse_allowlist(allowlist), Selector.parse(selector))
    except ClientError as error:
        raise UsageError(str(error)) from error
