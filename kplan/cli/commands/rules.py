"""``kplan rules``: the list of all rules and risks, or everything about one."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from kplan.cli import completion, output
from kplan.cli.lean import Command
from kplan.errors import UsageError
from kplan.report import Part, Report
from kplan.report_parts import Table

if TYPE_CHECKING:
    from kplan.lint.rule import Rule
    from kplan.plan.risk import Example, Risk
    from kplan.report import RuleText
    from kplan.upgrade.check import Check


@click.command("rules", cls=Command)
@click.argument("code", required=False, shell_complete=completion.documented)
@click.option(
    "--changes",
    metavar="FROM..TO",
    help="List what changed between two minors of Kubernetes instead, such as 1.33..1.36.",
)
@output.output(Part.TABLE)
def command(
    code: str | None, *, changes: str | None, outputs: Sequence[output.Output], color: str
) -> int:  # fmt: skip
    """List the lint rules, plan risks and upgrade checks, or explain the one with this code or name."""
    if changes:
        table = Table(("MINOR", "WHAT", "WHERE", "CHANGE"), _changed(changes))
        return output.emit(Report("rules", table=table), outputs, color)
    if not code:
        header = ("CODE", "NAME", "SEVERITY", "SOURCE", "SUMMARY")
        return output.emit(Report("rules", table=Table(header, _rows())), outputs, color)
    found = _member(code) or _other(code)
    if outputs[0].format != "text":
        fields = _fields(found)
        return output.emit(
            Report("rules", table=Table(tuple(fields), [list(fields.values())])), outputs, color
        )
    return output.emit(Report("rules", printed=f"{_explained(found)}\n"), outputs, color)


def _changed(between: str) -> Sequence[Sequence[str]]:
    """The rows of ``--changes``. Raises UsageError."""
    from kplan.schema.changes.roster import told
    from kplan.schema.releases import RANGE, SUPPORTED

    start, _, target = between.partition("..")
    if start not in SUPPORTED or target not in SUPPORTED:
        raise UsageError(
            f"'{between}' names no two minors", hint=f"write it as 1.33..1.36; kplan knows {RANGE}"
        )
    if SUPPORTED.index(start) > SUPPORTED.index(target):
        raise UsageError(f"{start} is later than {target}", hint=f"write it as {target}..{start}")
    minors = [int(one.partition(".")[2]) for one in (start, target)]
    return [(f"1.{one.minor}", one.what, one.where, one.text) for one in told(*minors)]


def _member(code: str) -> "Rule | Risk | None":
    """The rule or the risk with a code or name, kplan's before others; None if there is none."""
    from kplan.lint.rules import all_rules
    from kplan.plan.risks import all_risks

    def named(family: "Iterable[Rule | Risk]") -> "Rule | Risk | None":
        return next((one for one in family if code.upper() == one.code or code.lower() == one.name), None)

    return named((*all_rules(), *all_risks())) or named(_own_rules())


def _rows() -> Sequence[Sequence[str]]:
    from kplan.lint.codes import CODES, REFUSAL_CODES, SERVER_CODES
    from kplan.lint.rules import all_rules
    from kplan.plan.risks import all_risks
    from kplan.policies import TEXT
    from kplan.upgrade.checks import all_checks

    rows = [_row(one, one.source) for one in _own_rules()]
    for family in (all_rules(), all_risks(), all_checks(), (TEXT,)):
        rows += map(_row, family)
    return [
        *rows,
        *((code.code, code.name, "", "kplan", code.text) for code in (*CODES, *SERVER_CODES, *REFUSAL_CODES)),
    ]


def _row(one: "Rule | Risk | RuleText | Check", source: str = "kplan") -> Sequence[str]:
    return one.code, one.name, str(one.severity), source, one.summary


def _explained(found: "Rule | Risk | RuleText") -> str:
    from kplan.lint.presets import presets_of
    from kplan.lint.rule import Rule, fixes_of
    from kplan.plan.risk import Risk

    title = f"{found.code} {found.name}"
    parts = [found.summary, found.why, found.fix and f"Fix: {found.fix}"]
    if isinstance(found, Rule) and found.source:
        parts += [f"From: {found.source}", _suppressed(found)]
    elif isinstance(found, Rule):
        parts += [_options(found)] * bool(found.options)
        parts += [f"Reported:\n{_indented(example)}" for example in found.bad]
        parts += [f"Accepted:\n{_indented(example)}" for example in found.good]
        parts += [f"Fix by --fix: {fixes_of(found)}"]
        parts += [f"Presets: {', '.join(presets_of(found.preset, found.aliases)) or 'none, select it'}"]
        parts += [f"In other tools: {', '.join(found.aliases)}"] * bool(found.aliases)
        parts += [_suppressed(found)]
    elif isinstance(found, Risk):
        parts += [*_shown("At risk", found.at_risk), *_shown("Not at risk", found.safe)]
    if isinstance(found, (Rule, Risk)):
        title += f" ({found.severity})"
    return "\n\n".join(filter(None, [title, *parts, "\n".join(found.references)])).replace("``", "`")


def _suppressed(rule: "Rule") -> str:
    return f"Suppress it in one place with  # kplan: ignore[{rule.code}] reason"


def _options(rule: "Rule") -> str:
    """What a rule can be told, with what it takes and begins with."""
    from kplan.lint.option import written

    rows = [
        f"  {one.name}  {one.text}\n    {one.takes}; default {written(one.default)}" for one in rule.options
    ]
    return "\n".join([f"Options, under lint.options.{rule.code} in the configuration:", *rows])


def _shown(title: str, example: "Example") -> Iterator[str]:
    """A scenario: the state, what is assumed, and what is applied."""
    parts = {
        "with this in the state": example.prior, "this assumed": example.scenario, "this age": str(example.freshness or ""), "when this is applied": example.applied,
        "when this is deleted": example.deleted,
    }  # fmt: skip
    told = "\n\n".join(f"{what}:\n{_indented(text)}" for what, text in parts.items() if text)
    yield f"{title}, {told if example.prior else f'in an empty cluster, {told}'}"


def _other(code: str) -> "RuleText":
    """What is known of a code that is no member of a family: a refusal's, or an upgrade check's. Raises UsageError."""
    from kplan.lint.codes import CODES, REFUSAL_CODES, SERVER_CODES
    from kplan.pipeline.documentation import rule_text
    from kplan.policies import TEXT
    from kplan.upgrade.checks import all_checks

    names = {one.name: one.code for one in (*CODES, *SERVER_CODES, *REFUSAL_CODES, TEXT)}
    names |= {check.name: check.code for check in all_checks()}
    found = rule_text(names.get(code.lower(), code.upper()))
    if found is None:
        raise UsageError(f"no rule has the code or name '{code}'", hint="see 'kplan rules' for all of them")
    return found


def _own_rules() -> "Sequence[Rule]":
    """The rules of the configuration, and of packages that it names. Raises UsageError."""
    from kplan.cli.settings import configuration
    from kplan.config.linting import lint_options
    from kplan.pipeline.ownrules import more_rules

    return more_rules(lint_options(configuration()))


def _indented(example: str) -> str:
    lines = example.strip("\n").removesuffix("\n---").split("\n")
    return "\n".join(f"    {line}".rstrip() for line in lines)


def _fields(found: "Rule | Risk | RuleText") -> dict[str, Any]:
    from kplan.lint.presets import presets_of
    from kplan.lint.rule import Rule
    from kplan.plan.risk import Risk

    told = {"code": found.code, "name": found.name, "severity": str(found.severity)}
    texts = {"summary": found.summary, "why": found.why, "fix": found.fix}
    more: dict[str, Any] = {"references": list(found.references)}
    if isinstance(found, Rule):
        told |= {"theme": found.theme, "source": found.source or "kplan"}
        held = presets_of(found.preset, found.aliases)
        more |= {
            "presets": list(held),
            "aliases": list(found.aliases),
            "kinds": sorted(found.kinds),
            "fixes": sorted(found.fixes),
            "good": list(found.good),
            "bad": list(found.bad),
        }
    elif isinstance(found, Risk):
        more |= {"at_risk": found.at_risk._asdict(), "safe": found.safe._asdict()}
    return {**told, **texts, **more}
