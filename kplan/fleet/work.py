"""What is done for one target: a pure function of its task."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from kplan import gate, pipeline
from kplan.diagnostics import DiagnosedError, has_error
from kplan.errors import KplanError
from kplan.fleet.model import Outcome, Result, Task, Verb

if TYPE_CHECKING:
    from kplan.kubectl.apply import ApplyOptions
    from kplan.pipeline.branching import Base
    from kplan.pipeline.states import State
    from kplan.report import Report


def run(task: Task) -> Result:
    """Do the work; what goes wrong stays with the target."""
    try:
        report = _judged(_report(task), task)
    except DiagnosedError as error:
        return Result(task.name, task.labels, Outcome.FAILED, 2, error=str(error.diagnostics[0].message))
    except KplanError as error:
        return Result(task.name, task.labels, Outcome.FAILED, 2, error=str(error))
    except Exception as error:  # noqa: BLE001 - a bug of one target must not take the others along
        return Result(task.name, task.labels, Outcome.FAILED, 3, error=f"{type(error).__name__}: {error}")
    slim = report._replace(outcome=None)
    counts = _counts(slim)
    return Result(task.name, task.labels, _outcome(slim, counts), slim.exit_code, slim, counts=counts)


def _report(task: Task) -> "Report":
    if task.work.verb is Verb.LINT:
        options = task.work.lint
        chosen = options._replace(namespace=task.namespace or options.namespace) if options else None
        return pipeline.lint(task.loaded, chosen, kubernetes=task.kubernetes, context=task.around)
    if task.work.verb is Verb.UPGRADE:
        return pipeline.upgrade(task.loaded, task.work.to)
    if has_error(task.loaded.diagnostics):
        return pipeline.unread(str(task.work.verb), task.loaded)
    return _diff(task) if task.work.verb is Verb.DIFF else _plan(task)


def _diff(task: Task) -> "Report":
    from kplan.kubectl.diff import DiffOptions

    applying = _applying(task)
    state, base, minor = _before(task, applying)
    options = DiffOptions(
        applying.reading,
        task.work.server_side,
        as_applied=not task.work.server_side,
        as_written=base is not None,
    )
    return pipeline.diff(task.loaded, state, options, kubernetes=minor, base=base)


def _plan(task: Task) -> "Report":
    from kplan.pipeline.simulating import SimulationOptions
    from kplan.plan.left_behind import Scope

    applying = _applying(task)
    state, base, minor = _before(task, applying)
    scope = Scope(whole=state.fresh, selector=applying.reading.selector)
    pruning = None
    if base is not None:
        scope = scope._replace(named=base.identities)
        pruning = base.pruning(applying.reading.selector) if task.prunes else None
    options = SimulationOptions(minor, task.scenario or task.work.scenario)
    return pipeline.plan(task.loaded, state, applying, options, scope=scope, pruning=pruning)


def _before(task: Task, applying: "ApplyOptions") -> "tuple[State, Base | None, str]":
    """What the target meets: its inputs before the change, applied, else its state; and the minor of that."""
    minor = task.kubernetes[0]
    on = (
        pipeline.open_state(task.state, Path(task.folder), kubernetes=minor, known=task.loaded.objects)
        if task.state is not None or task.earlier is None
        else None
    )
    if on is not None and task.follows_state:
        minor = on.facts.kubernetes or minor
    if task.earlier is None:
        assert on is not None
        nothing_known = task.state is None and not on.revision
        return _surrounded(on, task, applying) if nothing_known else on, None, minor
    earlier = pipeline.without_told(task.earlier, task.loaded)
    base = pipeline.base_state(earlier, applying, kubernetes=minor, on=on, head=task.loaded.objects)
    return base.state, base, minor


def _surrounded(state: "State", task: Task, applying: "ApplyOptions") -> "State":
    """A cluster of which nothing is known, with the namespaces and kinds that the target takes for granted."""
    from kplan.apiserver.server import Server
    from kplan.pipeline.surroundings import add_surroundings
    from kplan.schema.catalog import Catalog

    store = state.store.fork()
    server = Server(store, catalog=Catalog.for_version(task.kubernetes[0]))
    add_surroundings(server, task.loaded.objects, applying.reading.namespace)
    return state._replace(store=store)


def _applying(task: Task) -> "ApplyOptions":
    from kplan.kubectl.apply import ApplyOptions
    from kplan.kubectl.reading import Options

    return ApplyOptions(Options(task.namespace or "default", patient=True), task.work.server_side)


def _judged(report: "Report", task: Task) -> "Report":
    if task.work.verb in {Verb.LINT, Verb.UPGRADE}:
        return gate.at_least(report, (*task.work.conditions, "warning")[0])
    return gate.judged(report, task.work.conditions)


def _counts(report: "Report") -> Counter[str]:
    """Objects by what happens to them."""
    if report.plan is not None:
        return Counter(
            str(one.change.action) for one in report.plan.changes if str(one.change.action) != "no-op"
        )
    return Counter(gate.of_file(one.before, one.after) for one in report.diff or ())


def _outcome(report: "Report", counts: Counter[str]) -> Outcome:
    if report.broken:
        return Outcome.REFUSED
    if counts:
        return Outcome.CHANGED
    return Outcome.FINDINGS if report.findings and report.failed else Outcome.CLEAN
