"""Are the manifests right: the rules of lint, with the API server's own checks."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from os.path import realpath
from typing import TYPE_CHECKING

from kplan.diagnostics import Diagnostic, Severity, in_order
from kplan.lint.codes import is_unreadable
from kplan.lint.selection import LintOptions
from kplan.pipeline.loaded import Loaded
from kplan.pipeline.minors import merged_minors, require_minors
from kplan.processes import Processes
from kplan.report import Report, documented
from kplan.schema.releases import DEFAULT

if TYPE_CHECKING:
    from kplan.api.object import Json
    from kplan.lint.earlier import Earlier
    from kplan.lint.rule import Rule
    from kplan.pipeline.knowing import Knowledge

_ALONE = Processes()


def lint(
    loaded: Loaded,
    options: LintOptions | None = None,
    *,
    kubernetes: Sequence[str] = (DEFAULT,),
    definitions: "Sequence[Json]" = (),
    cluster: "Sequence[Json]" = (),
    context: Loaded | None = None,
    progress: Callable[[int, int], None] | None = None,
    jobs: int = 1,
    knowledge: "Knowledge | None" = None,
) -> Report:
    """Check objects against the rules and against what the API server refuses, for each of the minors.

    ``definitions`` of custom resources serve the kinds they define; objects of a ``cluster`` are there to be named. Objects of ``context`` are looked at where others
    name them; nothing is said about them. Without a context, the files beside those that were named are read where a finding
    depends on other objects, and can only take such findings away. ``progress`` is told how many of how many objects have been checked.
    As many processes as there are ``jobs`` share the work, where there is enough of it; what ``knowledge`` has of an object is not
    worked out again.
    """
    from kplan.pipeline.ownrules import more_rules, texts

    require_minors(kubernetes)
    chosen = options or LintOptions()
    more = more_rules(chosen)
    around = _beside(context, loaded) if context else Loaded()
    unread = [one for one in context.diagnostics if one.severity is Severity.ERROR] if context else []
    definitions = [*definitions, *(one for one in cluster if one["kind"] == "CustomResourceDefinition")]
    check = partial(
        _findings, options=chosen, definitions=definitions, cluster=cluster, progress=progress, processes=Processes(jobs),
        more=more, knowledge=knowledge,
    )  # fmt: skip
    found = {minor: check(loaded, around, minor) for minor in kubernetes}
    if context is None and loaded.surroundings is not None and (about := _dependent(found, more)):
        near = _beside(loaded.surroundings(), loaded)
        for minor, findings in found.items():
            again = set(check(loaded, near, minor))
            found[minor] = [one for one in findings if one.rule not in about or one in again]
    said = [*merged_minors(found), *unread]
    if loaded.inputs.built:
        from kplan.pipeline.folding import folded

        said = folded(said)
    merged, rules = documented(said, texts(more))
    broken = any(map(is_unreadable, merged))
    return Report("lint", merged, rules, loaded.inputs, tuple(kubernetes), broken=broken)


def _findings(
    loaded: Loaded,
    around: Loaded,
    kubernetes: str,
    options: LintOptions,
    definitions: "Sequence[Json]",
    cluster: "Sequence[Json]",
    progress: Callable[[int, int], None] | None,
    more: "Sequence[Rule]",
    processes: Processes,
    knowledge: "Knowledge | None",
) -> list[Diagnostic]:
    """What is found for one minor."""
    from kplan.api.object import Object
    from kplan.lint.codes import SERVER_CODES
    from kplan.lint.linter import codes_that_run
    from kplan.lint.linter import lint as run
    from kplan.lint.selection import settle
    from kplan.pipeline.refusing import refusals
    from kplan.schema.catalog import Catalog

    catalog = Catalog.for_version(kubernetes)
    if definitions:
        from kplan.schema.crd import custom_kinds

        catalog = catalog.extended(kind for one in definitions for kind in custom_kinds(one))
    learned: dict[int, Earlier] = {}
    earlier: Mapping[int, Earlier] = {}
    if knowledge:
        defined = knowledge.defined((*loaded.objects, *around.objects))
        earlier = knowledge.of_rules(loaded.objects, kubernetes, defined)
    found = [
        *loaded.diagnostics,
        *run(
            loaded.objects,
            catalog,
            options,
            around=around.objects,
            cluster=map(Object, cluster),
            progress=progress,
            more=more,
            processes=processes,
            earlier=earlier,
            learned=learned if knowledge else None,
        ),
    ]
    if knowledge:
        knowledge.learn_of_rules(loaded.objects, kubernetes, defined, learned)
    ran = codes_that_run(options) | {one.code for one in more if options.wants(one.code)}
    asked = {code.code for code in SERVER_CODES if options.wants(code.code)}
    if asked:
        if said := refusals(
            loaded, around, options, kubernetes, definitions, processes, cluster=cluster, knowledge=knowledge
        ):
            from kplan.lint.answers import with_fixes
            from kplan.lint.overlap import unsaid

            found += with_fixes(unsaid(said, found), loaded.objects)
        ran |= asked
    return in_order(settle(found, loaded.objects, options, ran))


def _dependent(found: "dict[str, list[Diagnostic]]", more: "Sequence[Rule]") -> frozenset[str]:
    """The codes among findings that depend on other objects."""
    from kplan.lint.linter import codes_that_look_around

    around = codes_that_look_around() | {one.code for one in more if one.looks_around}
    return around & {one.rule for findings in found.values() for one in findings}


def _beside(context: Loaded, loaded: Loaded) -> Loaded:
    """The objects of a context that are not given themselves."""
    given = {
        realpath(source.name)
        for one in loaded.objects
        if one.origin
        for source in (one.origin.source, *one.origin.sources)
    }
    others = [one for one in context.objects if one.origin and realpath(one.origin.source.name) not in given]
    return context._replace(objects=others)
