"""kubectl's diff and apply over a state."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from kplan.diagnostics import Diagnostic, has_error
from kplan.pipeline.loading import Loaded
from kplan.report import Report, documented
from kplan.report_parts import FileDiff
from kplan.schema.releases import DEFAULT

if TYPE_CHECKING:
    from kplan.kubectl.apply import ApplyOptions
    from kplan.kubectl.diff import DiffOptions
    from kplan.kubectl.visit import Visit
    from kplan.pipeline.states import State


def diff(
    loaded: Loaded, state: "State", options: "DiffOptions | None" = None, *, kubernetes: str = DEFAULT
) -> Report:
    """Compare objects with the state, as kubectl diff does; the state stays as it is."""
    from kplan.apiserver.server import Server
    from kplan.kubectl.diff import DiffOptions
    from kplan.kubectl.diff import diff as compare
    from kplan.kubectl.pruning import add_pruned
    from kplan.schema.catalog import Catalog

    chosen = options or DiffOptions()
    server = Server(state.store.fork(), catalog=Catalog.for_version(kubernetes), track_fields=True)
    result = compare(loaded.objects, server, chosen)
    add_pruned(result, server, chosen)
    made = _report("diff", loaded, state, result, kubernetes)
    files = tuple(FileDiff(*one) for one in sorted(result.files, key=lambda one: one.name.encode()))
    changed = tuple(one for one in files if one.before != one.after)
    return made._replace(diff=changed, failed=bool(changed))


def apply(
    loaded: Loaded,
    state: "State",
    options: "ApplyOptions | None" = None,
    *,
    kubernetes: str = DEFAULT,
    now: datetime | None = None,
    suffix: str = "",
) -> Report:
    """Apply objects to the state, as kubectl apply does; new nodes are ready at once. Committing it is the caller's.

    ``suffix`` ends every line that is printed, as `` (dry run)`` does.
    """
    from kplan.apiserver.server import EPOCH, Server
    from kplan.kubectl.apply import ApplyOptions
    from kplan.kubectl.apply import apply as write
    from kplan.pipeline.states import register_nodes
    from kplan.schema.catalog import Catalog

    chosen = options or ApplyOptions()
    server = Server(state.store, catalog=Catalog.for_version(kubernetes), now=now or EPOCH, track_fields=True)
    new = [item for item in loaded.objects if state.store.get(item.key) is None]
    result = write(loaded.objects, server, chosen)
    register_nodes(state.store, new, kubernetes)
    made = _report("apply", loaded, state, result, kubernetes)
    return made._replace(printed="".join(f"{line}\n" for line in result.lines(suffix)))


def _report(command: str, loaded: Loaded, state: "State", result: "Visit", kubernetes: str) -> Report:
    """What was refused and warned of, and what was wrong before that."""
    from kplan.pipeline.documentation import rule_text

    found = [*loaded.diagnostics, *state.diagnostics, *_said(result)]
    findings, rules = documented(found, rule_text)
    broken = has_error(findings)
    return Report(command, findings, rules, loaded.inputs, (kubernetes,), early=result.late, broken=broken)


def _said(result: "Visit") -> Iterable[Diagnostic]:
    """Refusals and warnings, at their places."""
    from kplan.kubectl.diagnose import diagnose, warn

    for failure in result.failures:
        yield from diagnose(failure)
    for note in result.notes:
        yield from warn(note.origin, (note.line.removeprefix("Warning: "),))
