"""Are the manifests right: the rules of lint, with the API server's own checks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from os.path import realpath
from typing import TYPE_CHECKING

from kplan.diagnostics import Diagnostic, Severity, in_order
from kplan.lint.codes import is_unreadable
from kplan.lint.selection import LintOptions
from kplan.namedtuples import NamedTuple
from kplan.pipeline.loaded import Loaded
from kplan.pipeline.minors import merged_minors, require_minors
from kplan.processes import Processes
from kplan.report import Report, documented
from kplan.schema.releases import DEFAULT

if TYPE_CHECKING:
    from kplan.api.object import Json
    from kplan.lint.earlier import Earlier
    from kplan.lint.linter import Linting
    from kplan.lint.rule import Rule
    from kplan.pipeline.knowing import Knowledge
    from kplan.pipeline.refusing import Checks
    from kplan.schema.catalog import Catalog


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

    ``definitions`` of custom resources serve the kinds they define. Objects of a ``cluster`` and of a ``context`` may
    be referred to, and are not checked themselves. Without a context, the files beside those that were named are read
    if a finding depends on other objects; they can only take such findings away. ``progress`` is called with the number
    of objects that have been checked and the number of all. ``jobs`` processes share the work, if there is enough of
    it. ``knowledge`` holds what earlier runs found, which is not worked out again.
    """
    from kplan.pipeline.ownrules import more_rules, texts

    require_minors(kubernetes)
    chosen = options or LintOptions()
    more = more_rules(chosen)
    around = _with_unbuilt(_beside(context, loaded) if context else Loaded(), loaded)
    unread = [one for one in context.diagnostics if one.severity is Severity.ERROR] if context else []
    definitions = [*definitions, *(one for one in cluster if one["kind"] == "CustomResourceDefinition")]
    check = _Check(chosen, definitions, cluster, progress, more, Processes(jobs), knowledge)
    found = {minor: check.findings(loaded, around, minor) for minor in kubernetes}
    dependent, replaced = _dependent(found, more), _speaks_of_variables(found)
    if context is None and loaded.surroundings is not None and (dependent or replaced):
        around = _with_unbuilt(_beside(loaded.surroundings(), loaded), loaded)
        found = _confirmed(found, dependent, partial(check.findings, loaded, around))
    if replaced or loaded.parts or _may_name_streams(found, loaded, around):
        from kplan.pipeline.filledin import without_filled_in

        found = {
            minor: without_filled_in(findings, loaded, around.objects, shows_unknown=chosen.show_unknown)
            for minor, findings in found.items()
        }
    said = [*merged_minors(found), *unread]
    if loaded.inputs.built:
        from kplan.pipeline.folding import folded

        said = folded(in_order(said))  # of several builds, the first names the finding
    merged, rules = documented(said, texts(more))
    broken = any(map(is_unreadable, merged))
    return Report("lint", merged, rules, loaded.inputs, tuple(kubernetes), broken=broken)


class _Check(NamedTuple):
    """What objects are checked with, for whichever minor."""

    options: LintOptions
    definitions: "Sequence[Json]"
    cluster: "Sequence[Json]"
    progress: Callable[[int, int], None] | None
    more: "Sequence[Rule]"
    processes: Processes
    knowledge: "Knowledge | None"

    def findings(self, loaded: Loaded, around: Loaded, kubernetes: str) -> list[Diagnostic]:
        """What is found for one minor."""
        from kplan.lint.codes import SERVER_CODES
        from kplan.lint.linter import codes_that_run
        from kplan.lint.selection import settle

        wants = self.options.wants
        asked = {code.code for code in SERVER_CODES if wants(code.code)}
        found = [*loaded.diagnostics, *self._found(loaded, around, kubernetes, asks_server=bool(asked))]
        ran = codes_that_run(self.options) | {one.code for one in self.more if wants(one.code)}
        return list(settle(found, loaded.objects, self.options, ran | asked))

    def _found(
        self, loaded: Loaded, around: Loaded, kubernetes: str, *, asks_server: bool
    ) -> Iterable[Diagnostic]:
        """What the rules find, and what the server says; both are worked on at the same time."""
        earlier: Mapping[int, Earlier] = {}
        learned: dict[int, Earlier] = {}
        if self.knowledge:
            defined = self.knowledge.defined((*loaded.objects, *around.objects))
            earlier = self.knowledge.of_rules(loaded.objects, kubernetes, defined)
        rules = self._rules(loaded, around, kubernetes, earlier, learned)
        server = self._server(loaded, around, kubernetes) if asks_server else None
        done, *answered = self.processes.spread_all([rules.share, *([server.share] if server else [])])
        found = list(rules.findings(done))
        if self.knowledge:
            self.knowledge.learn_of_rules(loaded.objects, kubernetes, defined, learned)
        return [*found, *(self._unsaid(server.said(answered[0]), loaded, found) if server else ())]

    def _rules(
        self, loaded: Loaded, around: Loaded, kubernetes: str, earlier: "Mapping[int, Earlier]", learned: "dict[int, Earlier]",
    ) -> "Linting":  # fmt: skip
        """The run of the rules; of objects that have not changed, what they found earlier is known."""
        from kplan.api.object import Object
        from kplan.lint.linter import Linting

        return Linting(
            loaded.objects, self._catalog(kubernetes), self.options, around=around.objects, cluster=map(Object, self.cluster),
            more=self.more, progress=self.progress, earlier=earlier, learned=learned if self.knowledge else None,
        )  # fmt: skip

    def _catalog(self, kubernetes: str) -> "Catalog":
        """What a minor serves, and the kinds that are defined."""
        from kplan.schema.catalog import Catalog

        catalog = Catalog.for_version(kubernetes)
        if not self.definitions:
            return catalog
        from kplan.schema.crd import custom_kinds

        return catalog.extended(kind for one in self.definitions for kind in custom_kinds(one))

    def _server(self, loaded: Loaded, around: Loaded, kubernetes: str) -> "Checks":
        """The checks of the API server."""
        from kplan.pipeline.refusing import checks_of

        return checks_of(
            loaded, around, self.options, kubernetes, self.definitions, cluster=self.cluster, knowledge=self.knowledge
        )  # fmt: skip

    def _unsaid(
        self, said: Sequence[Diagnostic], loaded: Loaded, found: Sequence[Diagnostic]
    ) -> Iterable[Diagnostic]:
        """What the API server answers that was not ``found`` by rules."""
        if not said:
            return ()
        from kplan.lint.answers import with_fixes
        from kplan.lint.overlap import unsaid

        return with_fixes(unsaid(said, [*loaded.diagnostics, *found]), loaded.objects)


def _confirmed(
    found: "dict[str, list[Diagnostic]]",
    dependent: frozenset[str],
    again: Callable[[str], list[Diagnostic]],
) -> "dict[str, list[Diagnostic]]":
    """The findings for each minor, without those that depend on other objects and are not made
    ``again`` with more of them.
    """
    if not dependent:
        return found
    confirmed = {}
    for minor, findings in found.items():
        made = set(again(minor))
        confirmed[minor] = [one for one in findings if one.rule not in dependent or one in made]
    return confirmed


def _dependent(found: "dict[str, list[Diagnostic]]", more: "Sequence[Rule]") -> frozenset[str]:
    """The codes among findings that depend on other objects."""
    from kplan.lint.linter import codes_that_look_around

    around = codes_that_look_around() | {one.code for one in more if one.looks_around}
    return around & {one.rule for findings in found.values() for one in findings}


def _speaks_of_variables(found: "dict[str, list[Diagnostic]]") -> bool:
    """Whether some findings are about values that contain variables which Flux replaces."""
    return any("${" in one.message for findings in found.values() for one in findings)


def _may_name_streams(found: Mapping[str, list[Diagnostic]], loaded: Loaded, around: Loaded) -> bool:
    """Whether an image without a registry is found wrong where there are image streams of OpenShift,
    which pods may name instead.
    """
    plain = any(one.rule == "IMG001" and "/" not in one.message for each in found.values() for one in each)
    return plain and any(one.gvk.kind == "ImageStream" for one in (*loaded.objects, *around.objects))


def _with_unbuilt(around: Loaded, loaded: Loaded) -> Loaded:
    """The context with the kustomizations that could not be built:
    other objects may refer to what their generators make.
    """
    return around._replace(objects=(*around.objects, *loaded.unbuilt)) if loaded.unbuilt else around


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
