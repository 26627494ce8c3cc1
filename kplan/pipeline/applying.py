"""kubectl's diff and apply over a state."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from kplan.diagnostics import Diagnostic, has_error
from kplan.pipeline.loaded import Loaded
from kplan.report import Report, documented
from kplan.report_parts import FileDiff
from kplan.schema.releases import DEFAULT

if TYPE_CHECKING:
    from kplan.apiserver.server import Server
    from kplan.kubectl.arguments import Arguments
    from kplan.kubectl.diff import DiffOptions
    from kplan.kubectl.visit import Visit
    from kplan.pipeline.branching import Base
    from kplan.pipeline.planned import Deletions
    from kplan.pipeline.states import State
    from kplan.plan.change import Identity


def diff(
    loaded: Loaded,
    state: "State",
    options: "DiffOptions | None" = None,
    *,
    kubernetes: str = DEFAULT,
    base: "Base | None" = None,
) -> Report:
    """Compare objects with the state, as kubectl diff does; the state stays as it is.

    Where the state is the ``base`` of a branch, what the branch no longer names is removed.
    """
    from kplan.apiserver.server import Server
    from kplan.kubectl.diff import DiffOptions
    from kplan.kubectl.diff import diff as compare
    from kplan.kubectl.pruning import add_pruned
    from kplan.schema.catalog import Catalog

    chosen = options or DiffOptions()
    server = Server(
        state.store.fork(), catalog=Catalog.for_version(kubernetes), track_fields=chosen.needs_managers
    )
    result = compare(loaded.sent, server, chosen)
    add_pruned(result, server, chosen)
    if base is not None:
        from kplan.pipeline.branching import add_removed

        add_removed(result, base, chosen)
    made = _report("diff", loaded, state, result, kubernetes)
    if base is not None:
        from kplan.pipeline.branching import refused_before

        made = refused_before(made)
    files = tuple(FileDiff(*one) for one in sorted(result.files, key=lambda one: one.name.encode()))
    changed = tuple(one for one in files if one.before != one.after)
    return made._replace(diff=changed, failed=bool(changed))


def apply(
    loaded: Loaded,
    state: "State",
    arguments: "Arguments | None" = None,
    *,
    kubernetes: str = DEFAULT,
    now: datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
    deletions: "Deletions | None" = None,
) -> Report:
    """Apply objects to the state, as kubectl apply does; new nodes are ready at once. Committing it is the caller's.

    ``arguments`` are a command line of ``kubectl apply``, whose ``-f`` or ``-k`` stands for the objects; ``deletions``
    are what a plan deletes beside it. Raises UsageError.
    """
    from kplan.apiserver.server import EPOCH, Server
    from kplan.kubectl.arguments import parse
    from kplan.kubectl.flags import IMPERSONATION
    from kplan.kubectl.impersonation import acting
    from kplan.kubectl.verb import Given, StoredContext
    from kplan.kubectl.verbs.apply import VERB, run
    from kplan.pipeline.states import register_nodes
    from kplan.schema.catalog import Catalog

    server = Server(state.store, catalog=Catalog.for_version(kubernetes), now=now or EPOCH, track_fields=True)
    new = [item for item in loaded.sent if state.store.get(item.key) is None]
    sent = Given(loaded.sent, broken=has_error(loaded.diagnostics))
    context = StoredContext(server, lambda _, *, recursive: sent, progress)  # noqa: ARG005
    given = arguments or parse(["-f", "-"], VERB.flags)
    given = given.without("kustomize").having({"filename": "-"})
    if any(given.given(flag.name) for flag in IMPERSONATION):
        context = acting(given, context)
    replaced = _delete(deletions.replaced, server, given) if deletions else ""
    printed = run(given, context)
    pruned = _delete(deletions.pruned, server, given) if deletions else ""
    register_nodes(state.store, new, kubernetes)
    assert printed.visit is not None
    made = _report("apply", loaded, state, printed.visit, kubernetes)
    broken = made.broken or bool(printed.exit)
    told = f"{replaced}{printed.stdout}{pruned}"
    noted = "".join(f"{line}\n" for line in context.told)
    return made._replace(printed=told, stderr=f"{noted}{printed.stderr}", broken=broken)


def _delete(objects: "Iterable[Identity]", server: "Server", arguments: "Arguments") -> str:
    """Delete what a plan deletes; the answer is what kubectl prints of it, nothing beside an output of its own."""
    from kplan.api.gvk import GroupVersionKind
    from kplan.apiserver.deletion import DeleteOptions
    from kplan.kubectl.choosing import Item
    from kplan.kubectl.delete import Deletion
    from kplan.kubectl.dryrunstrategy import strategy_of

    words = Deletion(strategy=strategy_of(arguments)).words
    lines = []
    for one in objects:
        resource = server.resource_for(GroupVersionKind.of(one.api_version, one.kind))
        item = Item(resource, {"metadata": {"name": one.name, "namespace": one.namespace}})
        server.delete(item.key, DeleteOptions("Background"))
        lines.append(f"{words(item)}\n")
    return "" if arguments.given("output") else "".join(lines)


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
