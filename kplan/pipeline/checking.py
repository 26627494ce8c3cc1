"""Are the manifests right: the rules of lint with the API server's own checks, and the server's answer in full."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from os.path import realpath
from typing import TYPE_CHECKING

from kplan.diagnostics import Diagnostic, Severity, has_error, in_order
from kplan.errors import UsageError
from kplan.lint.codes import is_unreadable
from kplan.lint.selection import LintOptions
from kplan.pipeline.loading import Loaded
from kplan.processes import Processes
from kplan.report import Report, documented
from kplan.schema import releases
from kplan.schema.releases import DEFAULT

if TYPE_CHECKING:
    from kplan.api.object import Json, Object
    from kplan.kubectl.reading import Options
    from kplan.lint.rule import Rule
    from kplan.pipeline.states import State

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
) -> Report:
    """Check objects against the rules and against what the API server refuses, for each of the minors.

    ``definitions`` of custom resources serve the kinds they define; objects of a ``cluster`` are there to be named. Objects of ``context`` are looked at where others
    name them; nothing is said about them. Without a context, the files beside those that were named are read where a finding
    depends on other objects, and can only take such findings away. ``progress`` is told how many of how many objects have been checked.
    As many processes as there are ``jobs`` share the work, where there is enough of it.
    """
    from kplan.pipeline.ownrules import more_rules, texts

    _require_minors(kubernetes)
    chosen = options or LintOptions()
    more = more_rules(chosen)
    around = _beside(context, loaded) if context else Loaded()
    unread = [one for one in context.diagnostics if one.severity is Severity.ERROR] if context else []
    definitions = [*definitions, *(one for one in cluster if one["kind"] == "CustomResourceDefinition")]
    check = partial(
        _findings, options=chosen, definitions=definitions, cluster=cluster, progress=progress, processes=Processes(jobs),
        more=more,
    )  # fmt: skip
    found = {minor: check(loaded, around, minor) for minor in kubernetes}
    if context is None and loaded.surroundings is not None and (about := _dependent(found, more)):
        near = _beside(loaded.surroundings(), loaded)
        for minor, findings in found.items():
            again = set(check(loaded, near, minor))
            found[minor] = [one for one in findings if one.rule not in about or one in again]
    said = [*_merged(found), *unread]
    if loaded.inputs.built:
        from kplan.pipeline.folding import folded

        said = folded(said)
    merged, rules = documented(said, texts(more))
    broken = any(map(is_unreadable, merged))
    return Report("lint", merged, rules, loaded.inputs, tuple(kubernetes), broken=broken)


def _require_minors(kubernetes: Sequence[str]) -> None:
    """Refuse to check against nothing. Raises UsageError."""
    if not kubernetes:
        raise UsageError("no Kubernetes minor to check against", hint=f"name some of {releases.RANGE}")


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
) -> list[Diagnostic]:
    """What is found for one minor."""
    from kplan.api.object import Object
    from kplan.lint.codes import SERVER_CODES
    from kplan.lint.linter import codes_that_run
    from kplan.lint.linter import lint as run
    from kplan.lint.selection import settle
    from kplan.schema.catalog import Catalog
    from kplan.schema.crd import custom_kinds

    catalog = Catalog.for_version(kubernetes)
    if definitions:
        catalog = catalog.extended(kind for one in definitions for kind in custom_kinds(one))
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
        ),
    ]
    ran = codes_that_run(options) | {one.code for one in more if options.wants(one.code)}
    asked = {code.code for code in SERVER_CODES if options.wants(code.code)}
    if asked:
        if said := refusals(loaded, around, options, kubernetes, definitions, processes, cluster=cluster):
            from kplan.lint.answers import with_fixes
            from kplan.lint.overlap import unsaid

            found += with_fixes(unsaid(said, found), loaded.objects)
        ran |= asked
    return in_order(settle(found, loaded.objects, options, ran))


def refusals(
    loaded: Loaded,
    around: Loaded,
    options: LintOptions,
    kubernetes: str,
    definitions: "Sequence[Json]",
    processes: Processes = _ALONE,
    *,
    cluster: "Sequence[Json]" = (),
) -> list[Diagnostic]:
    """What the API server's decoding and validation refuse and warn of, wherever the objects are applied.

    Of admission, which depends on a cluster, only what every cluster fills in is done; Services get the addresses they want,
    unless a ``cluster`` says which it has.
    """
    from kplan.apiserver.server import Server
    from kplan.kubectl.assumed import ANY_ADDRESS, ASSUMED
    from kplan.kubectl.dry_run import check
    from kplan.kubectl.reading import Options
    from kplan.lint.definitions import definitions as definitions_in
    from kplan.lint.definitions import nearest_definitions
    from kplan.schema.catalog import Catalog
    from kplan.state.store import Store

    near = [one.value for one in around.objects if one.gvk.kind == "CustomResourceDefinition"]
    reading = Options(options.namespace)
    ranges = [one for one in cluster if one["kind"] == "ServiceCIDR"]
    if len(ranges) != 1:
        ranges = [ANY_ADDRESS]  # of several, every one may give the address

    def server(known: "Sequence[Json]") -> Server:
        made = Server(Store([*known, *ranges]), catalog=Catalog.for_version(kubernetes), plugins=ASSUMED)
        made.load(near)
        return made

    several = {kind: each for kind, each in definitions_in(loaded.objects).items() if len(each) > 1}
    clear = [one for one in loaded.objects if (one.gvk.group, one.gvk.kind) not in several]
    clear.sort(key=lambda one: one.gvk.kind != "CustomResourceDefinition")
    found = check(clear, server(definitions), reading, processes)
    if not several:
        return found
    servers = {id(each): server([each.value]) for kind in several.values() for each in kind}
    unclear = [one for one in loaded.objects if (one.gvk.group, one.gvk.kind) in several]

    def of(one: "Object") -> list[Diagnostic]:
        nearest = nearest_definitions(one, several[one.gvk.group, one.gvk.kind])
        answers = [check([one], servers[id(each)], reading) for each in nearest]
        return min(answers, key=_length, default=[])

    weights = [len(one.origin.text) if one.origin else 1 for one in unclear]
    for each in processes.spread(lambda part: [of(unclear[place]) for place in part], weights):
        found += each
    return found


def _length(found: "Iterable[Diagnostic]") -> int:
    return sum(1 for _ in found)


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


def _merged(found: "dict[str, list[Diagnostic]]") -> Iterable[Diagnostic]:
    """The findings of all minors, each once; what is not found for all of them says for which it is."""
    minors: dict[Diagnostic, list[str]] = {}
    for minor, findings in found.items():
        for one in findings:
            minors.setdefault(one, []).append(minor)
    for one, about in minors.items():
        yield one if len(about) == len(found) else one._replace(kubernetes=tuple(about))


def dry_run(
    loaded: Loaded,
    state: "State",
    reading: "Options | None" = None,
    *,
    kubernetes: Sequence[str] = (DEFAULT,),
) -> Report:
    """Ask the API server about every object; later objects see earlier ones, the state stays as it is.

    The objects are those of the first minor; refusals and warnings are those of all.
    """
    from kplan.apiserver.server import Server
    from kplan.kubectl.dry_run import dry_run as ask
    from kplan.kubectl.reading import Options
    from kplan.pipeline.documentation import rule_text
    from kplan.report_parts import Reply
    from kplan.schema.catalog import Catalog

    _require_minors(kubernetes)
    chosen = reading or Options(patient=True)
    results = {
        minor: ask(loaded.sent, Server(state.store.fork(), catalog=Catalog.for_version(minor)), chosen)
        for minor in kubernetes
    }
    first = results[kubernetes[0]]
    said = _merged({minor: in_order(result.diagnostics) for minor, result in results.items()})
    findings, rules = documented([*loaded.diagnostics, *state.diagnostics, *said], rule_text)
    replies = [
        Reply(
            str(one.origin.origin.location()) if one.origin.origin else "", one.value, one.status, one.refusal,
            [call._asdict() for call in one.webhooks],
        )
        for one in first.replies
    ]  # fmt: skip
    broken = has_error(findings)
    return Report(
        "dry-run", findings, rules, loaded.inputs, tuple(kubernetes), replies=replies, early=first.late, broken=broken
    )  # fmt: skip


def without_secrets(report: Report) -> Report:
    """The same with the values of Secrets masked in the answers of the API server."""
    from kplan.masking.objects import concealed

    if report.replies is None:
        return report
    shown = [
        one if one.value is None else one._replace(value=concealed(dict(one.value))) for one in report.replies
    ]
    return report._replace(replies=shown)


def also_for(
    kubernetes: Sequence[str], report: Report, loaded: Loaded, state: "State", *, namespace: str | None = None
) -> Report:
    """A report for the first of several minors, with what the API servers of the others refuse and warn of."""
    from kplan.kubectl.reading import Options
    from kplan.pipeline.documentation import rule_text

    others = [minor for minor in kubernetes if minor not in report.kubernetes]
    if not others:
        return report
    reading = Options(namespace or "default", namespace is not None, patient=True)
    asked = dry_run(loaded, state, reading, kubernetes=others)
    known = {(one.rule, one.message, one.location) for one in report.all_findings}
    new = [
        one if one.kubernetes else one._replace(kubernetes=tuple(others))
        for one in asked.findings
        if (one.rule, one.message, one.location) not in known
    ]
    findings, rules = documented([*report.findings, *new], rule_text)
    broken = report.broken or has_error(new)
    return report._replace(
        findings=findings, rules={**report.rules, **rules}, kubernetes=tuple(kubernetes), broken=broken
    )  # fmt: skip
