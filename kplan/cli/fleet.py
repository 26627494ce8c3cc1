"""What all verbs of ``kplan fleet`` have in common: which targets, on which engine, and one report of all."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from kplan.cli import inputs, options, output, reading
from kplan.cli.progress import ProgressBar
from kplan.cli.settings import configuration, gathered, option
from kplan.errors import UsageError
from kplan.namedtuples import NamedTuple

if TYPE_CHECKING:
    from kplan.diagnostics import Diagnostic
    from kplan.fleet.model import Result, Task, Work
    from kplan.fleet.tasks import Wanted
    from kplan.gitops import Repository
    from kplan.selectors.labels import Selector
    from kplan.state.sources.revision import Revision


class Chosen(NamedTuple):
    """The options of every verb."""

    files: reading.Files
    targets: Sequence[str]
    selector: str
    kubernetes_versions: Sequence[str]
    namespace: str | None
    jobs: int
    scheduler: str
    timeout: float
    fail_fast: bool
    verbose: bool
    outputs: Sequence[output.Output]
    color: str
    base: str | None = None


def fleet(command: Callable[..., int]) -> Callable[..., int]:
    """The options of every verb, which gets them as ``chosen``."""
    return gathered("chosen", Chosen, _options)(command)


def _options(command: Callable[..., int]) -> Callable[..., int]:
    from kplan.report import Part

    command = output.output(Part.FLEET, Part.FINDINGS)(command)
    command = option("-v", "--verbose", is_flag=True, help="Show every target and every change.")(command)
    command = option(
        "--fail-fast", is_flag=True, help="Begin no further target after one that is refused or failed."
    )(command)
    command = option(
        "--timeout", type=click.FloatRange(0), default=0, metavar="SECONDS",
        help="Give up a target that takes longer. Default: none.",
    )(command)  # fmt: skip
    command = option(
        "--scheduler", default="", metavar="ADDRESS", setting="dask",
        help="Work on a Dask cluster that runs already: tcp://HOST:8786 (needs kplan[fleet]).",
    )(command)  # fmt: skip
    command = option(
        "--jobs", type=click.IntRange(0), default=0, metavar="N",
        help="Processes to work with. Default: the cores that this process may use.",
    )(command)  # fmt: skip
    command = options.namespace(options.kubernetes_versions(command))
    command = option(
        "-l", "--selector", "selector", default="", metavar="SELECTOR", help="Only targets whose labels match."
    )(command)  # fmt: skip
    command = option(
        "--targets", multiple=True, metavar="PATH",
        help="File of targets, folder of such files, or pattern of folders that are targets: 'overlays/*'; repeatable. "
        "Default: the targets of the configuration.",
    )(command)  # fmt: skip
    return reading.files(command, "What Argo CD and Flux objects in them deploy are the targets.")


def run(chosen: Chosen, work: "Work", assumed: "options.Assumed | None" = None) -> int:
    """Work on every target, each on its own assumptions where something is ``assumed``, and print one report.

    Raises UsageError.
    """
    from kplan.fleet.fold import folded
    from kplan.fleet.model import Verb

    with TemporaryDirectory(prefix="kplan-base-") as folder:
        base = _revision(chosen, Path(folder).resolve()) if work.verb in {Verb.DIFF, Verb.PLAN} else None
        notes: list[Diagnostic] = []
        tasks = (
            list(_tasks(chosen, work, base, notes, assumed))
            if _follows(chosen)
            else _tasks(chosen, work, base, notes, assumed)
        )
        results = list(_results(_selected(tasks, chosen.selector), chosen))
    if not results and not notes:
        raise _no_targets(chosen)
    report = folded(work.verb, results, notes)
    return output.emit(report, chosen.outputs, chosen.color, verbose=chosen.verbose)


def _no_targets(chosen: Chosen) -> UsageError:
    if chosen.selector:
        return UsageError(f"no target has labels that match '{chosen.selector}'", hint="see -l")
    return UsageError(
        "the files hold no Application, ApplicationSet, Kustomization or HelmRelease to follow",
        hint="name folders that are targets themselves with --targets",
    )


def _follows(chosen: Chosen) -> bool:
    """Whether the targets are what Argo CD and Flux deploy, as their objects among the files say."""
    return bool(chosen.files.filenames or reading.is_building())


def _tasks(
    chosen: Chosen,
    work: "Work",
    base: "Revision | None",
    notes: "list[Diagnostic]",
    assumed: "options.Assumed | None",
) -> "Iterator[Task]":
    from kplan.fleet.model import Task
    from kplan.fleet.tasks import follow, of_applications, of_targets
    from kplan.inputs.request import Depth
    from kplan.pipeline.loaded import Loaded

    minors, here = tuple(chosen.kubernetes_versions), Path.cwd()
    if not _follows(chosen):
        yield from of_targets(_wanted(chosen, assumed), work, base, here)
        return
    request = chosen.files.request(Depth.ALL)
    found = follow(request, _repository(here), base, here)
    if nothing := inputs.no_manifests(found.read, request.paths):
        raise UsageError(nothing[0], hint=nothing[1])
    notes += [*found.read.diagnostics, *found.now.findings, *found.gone]
    model = Task(
        "", work, Loaded(), kubernetes=minors, follows_state=not options.minors_given(), namespace=chosen.namespace or "",
        folder=str(here),
    )  # fmt: skip
    yield from of_applications(found, model)


def _wanted(chosen: Chosen, assumed: "options.Assumed | None") -> "Iterator[Wanted]":
    """The targets of the command line or the configuration. Raises UsageError."""
    from kplan.config.targets import targets
    from kplan.fleet.tasks import Wanted
    from kplan.inputs.request import Depth

    found = targets(configuration(), chosen.targets)
    if not found:
        raise UsageError(
            "no targets",
            hint="name them with --targets or in .kplan.yaml, or objects of Argo CD or Flux with -f",
        )
    for one in found:
        minors = one.target.kubernetes or tuple(chosen.kubernetes_versions)
        request = reading.request(("-",), Depth.ALL)._replace(
            paths=one.paths("path"),
            kustomizations=one.paths("kustomize"),
            charts=one.charts(minors[0]),
            stdin=None,
        )
        state = one.target.state
        yield Wanted(
            one.target.name, request, one.target.labels, minors, one.target.namespace or chosen.namespace or "",
            state if state is None or ":" in state else one.relative(state),
            assumed.read_for(one.target.assumptions, one.relative) if assumed is not None else None,
            follows_state=not (one.target.kubernetes or options.minors_given()),
        )  # fmt: skip


def _repository(here: Path) -> "Repository":
    """The repository at hand, by what git knows of it, and the checkouts of others. Raises UsageError."""
    from kplan.gitops import Repository, Tree
    from kplan.state.sources.repository import checkout

    known = checkout(here)
    given = configuration().get("sources") or {}
    checkouts = {address: Tree(configuration().relative(folder)) for address, folder in given.items()}
    if known is None:
        return Repository(Tree("."), checkouts=checkouts)
    return Repository(Tree(known.root), known.remotes, checkouts, frozenset({known.branch}))


def _revision(chosen: Chosen, into: Path) -> "Revision | None":
    """The revision to compare with. Raises UsageError."""
    if chosen.base is None:
        return None
    from kplan.state.sources.revision import read_revision

    return read_revision(chosen.base, Path.cwd(), into)


def _selected(tasks: "Iterable[Task]", selector: str) -> "Iterator[Task]":
    matching = _selector(selector)
    return (one for one in tasks if matching.matches(one.labels))


def _selector(text: str) -> "Selector":
    from kplan.selectors.labels import Selector
    from kplan.selectors.syntax import SelectorError

    try:
        return Selector.parse(text)
    except SelectorError as error:
        raise UsageError(f"invalid selector: {error}") from error


def _results(tasks: "Iterator[Task]", chosen: Chosen) -> "Iterator[Result]":
    """Results as they come; after one that fails the others are skipped if that is asked for."""
    from kplan.fleet.engines import engine
    from kplan.fleet.model import Outcome, Result
    from kplan.fleet.work import run as work

    jobs = chosen.jobs or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1)
    issued: dict[str, Task] = {}

    def noted() -> "Iterator[Task]":
        for task in tasks:
            issued[task.name] = task
            yield task

    running = engine(jobs, chosen.scheduler, chosen.timeout).run(noted(), work)
    with ProgressBar() as bar:
        told = bar.counting("targets")
        for number, one in enumerate(running, 1):
            if told is not None:
                told(number, number)
            issued.pop(one.name, None)
            yield one
            if chosen.fail_fast and one.exit_code > 1:
                break
        else:
            return
    running.close()  # type: ignore[attr-defined]  # engines are generators
    yield from (Result(one.name, one.labels, Outcome.SKIPPED, 0) for one in (*issued.values(), *tasks))
