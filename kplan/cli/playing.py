"""A command that plays on a cluster: the state opened and at rest, something done to it, what followed shown or kept."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from kplan.cli import options, output, placement, settings
from kplan.cli.progress import ProgressBar
from kplan.report import Part

if TYPE_CHECKING:
    from kplan.api.gvk import ObjectKey
    from kplan.cluster import Cluster
    from kplan.kubectl.printed import Printed
    from kplan.pipeline.playing import PlayOptions
    from kplan.pipeline.states import State
    from kplan.state.store import Store


class Terms(NamedTuple):
    """What every command that plays is told: on which cluster, on what assumptions, and what becomes of the result."""

    state: str | None
    kubernetes_versions: Sequence[str]
    scenario: str | None
    assume: Sequence[str]
    lb_pool: str
    load: Sequence[str]
    scheduler_config: str | None
    commit: bool
    outputs: Sequence[output.Output]
    color: str

    @property
    def kubernetes(self) -> str:
        """The minor that is played."""
        return self.kubernetes_versions[0]

    def options(self, progress: ProgressBar) -> "PlayOptions":
        """On what terms the cluster is played. Raises UsageError."""
        from kplan.pipeline.playing import PlayOptions

        scenario = options.read_scenario(self.scenario, self.assume, self.lb_pool, self.load)
        return PlayOptions(
            self.kubernetes, scenario, placement.read_profiles(self.scheduler_config), progress
        )


def on_terms(command: Callable[..., int]) -> Callable[..., int]:
    """The options of a command that plays; it is given them as ``terms``."""

    @wraps(command)
    def run(**given: Any) -> int:
        terms = Terms(*(given.pop(name) for name in Terms._fields))
        return command(terms=terms, **given)

    commit = settings.option(
        "--commit", is_flag=True, help="Store the result as a new revision of the state."
    )
    shared = (
        options.state, options.kubernetes_versions, options.assumptions, placement.scheduler_config, commit,
        output.output(Part.STORY), settings.configured,
    )  # fmt: skip
    for option in reversed(shared):
        option(run)
    return run


def act(terms: Terms, note: str, do: "Callable[[Cluster], Printed]", *, gate: bool = False) -> int:
    """Do something as kubectl would, let the cluster come to rest, print both and keep the result where asked.

    The exit code is 2 where it was refused; a ``gate`` that did not open, as a drain that found no end, makes it 1.
    """
    from kplan import pipeline
    from kplan.cli import inputs

    opened = inputs.open_state(terms.state, kubernetes=terms.kubernetes)
    with ProgressBar() as bar:
        played = pipeline.what_if(
            opened, do, terms.options(bar), command=note.split(maxsplit=1)[0], gate=gate
        )
    code = output.emit(played.report, terms.outputs, terms.color)
    if terms.commit:
        keep(played.cluster.store, opened, note)
    return code


def keep(store: "Store", state: "State", note: str) -> None:
    """Store what a cluster holds as a new revision."""
    from kplan import pipeline

    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    revision = pipeline.commit(store, state.revision, Path.cwd(), at=at, note=note)
    click.echo(f"stored as revision {revision}", err=True)


def split_target(words: Sequence[str]) -> tuple[str, str, Sequence[str]]:
    """``KIND NAME`` or ``KIND/NAME``, and the words that follow. Raises UsageError."""
    from kplan.errors import UsageError

    kind, slash, name = words[0].partition("/") if words else ("", "", "")
    if slash and kind and name:
        return kind, name, words[1:]
    if slash or len(words) < 2:
        raise UsageError(
            "a kind and a name are needed", hint="write KIND NAME or KIND/NAME, as deployment/web"
        )
    return words[0], words[1], words[2:]


def split_targets(words: Sequence[str]) -> list[tuple[str, str]]:
    """``KIND NAME...`` or ``KIND/NAME...``. Raises UsageError."""
    kind, name, rest = split_target(words)
    if "/" not in words[0]:
        return [(kind, one) for one in (name, *rest)]
    return [split_target([one])[:2] for one in words]


def split_words(words: Sequence[str], marks: Callable[[str], bool], what: str) -> tuple[list[str], list[str]]:
    """Words that name objects, and those after them that say what to change. Raises UsageError."""
    from kplan.errors import UsageError

    first = next((place for place, word in enumerate(words) if marks(word)), len(words))
    named, changes = list(words[:first]), list(words[first:])
    stray = next((word for word in changes if not marks(word)), None)
    if stray is not None:
        raise UsageError(f"all resources must be specified before {what} changes: {stray}")
    return named, changes


def pick_nodes(cluster: "Cluster", names: Sequence[str], selector: str, *, every: bool = False) -> list[str]:
    """Nodes by name, or by their labels, or all. Raises UsageError."""
    from kplan.errors import UsageError

    if names and selector:
        raise UsageError("cannot specify both a node name and a --selector option")
    if not names and not selector and not every:
        raise UsageError("no node was named", hint="name nodes, or choose them with --selector")
    if names:
        return [name.removeprefix("node/") for name in names]
    return [key.name for key in cluster.kubectl.matching("nodes", "", selector)]


def pick_objects(
    cluster: "Cluster", words: Sequence[str], namespace: str, selector: str, *, every: bool = False
) -> "list[ObjectKey]":
    """Objects by kind and name, or all of a kind, or those with matching labels. Raises UsageError."""
    from kplan.errors import UsageError

    if every and selector:
        raise UsageError("cannot set --all and --selector at the same time")
    if not every and not selector:
        return [cluster.kubectl.key(kind, name, namespace) for kind, name in split_targets(words)]
    if len(words) != 1 or "/" in words[0]:
        raise UsageError("a kind without names is needed where --all or --selector chooses them")
    return cluster.kubectl.matching(words[0], namespace, selector)
