"""The API server's answer for every object, in full, and what the servers of other minors say besides."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kplan.diagnostics import has_error, in_order
from kplan.pipeline.loading import Loaded
from kplan.pipeline.minors import merged_minors, require_minors
from kplan.report import Report, documented, refusals_of
from kplan.schema.releases import DEFAULT

if TYPE_CHECKING:
    from kplan.kubectl.reading import Options
    from kplan.pipeline.states import State


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

    require_minors(kubernetes)
    chosen = reading or Options(patient=True)
    results = {
        minor: ask(loaded.sent, Server(state.store.fork(), catalog=Catalog.for_version(minor)), chosen)
        for minor in kubernetes
    }
    first = results[kubernetes[0]]
    said = merged_minors({minor: in_order(result.diagnostics) for minor, result in results.items()})
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
    refused = refusals_of(report.plan) if report.plan else ()
    known = {(one.rule, one.message, one.location) for one in (*report.all_findings, *refused)}
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
