"""``kplan rules``: the list of all rules and risks, or everything about one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from kplan.cli import completion, output
from kplan.errors import UsageError
from kplan.report import Part, Report
from kplan.report_parts import Table

if TYPE_CHECKING:
    from kplan.lint.rule import Rule
    from kplan.report import RuleText


@click.command("rules")
@click.argument("code", required=False, shell_complete=completion.codes)
@output.output(Part.TABLE)
def command(code: str | None, *, outputs: Sequence[output.Output], color: str) -> int:
    """List the lint rules, plan risks and upgrade checks, or explain the one with this code or name."""
    from kplan.lint.rules import all_rules

    if not code:
        return output.emit(
            Report("rules", table=Table(("CODE", "NAME", "SEVERITY", "SUMMARY"), _rows())), outputs, color
        )
    rule = next((one for one in all_rules() if code.upper() == one.code or code.lower() == one.name), None)
    if outputs[0].format != "text":
        fields = _fields(rule) if rule is not None else _other(code)._asdict()
        return output.emit(
            Report("rules", table=Table(tuple(fields), [list(fields.values())])), outputs, color
        )
    text = _explained(rule) if rule is not None else _text(_other(code))
    return output.emit(Report("rules", printed=f"{text}\n"), outputs, color)


def _rows() -> Sequence[Sequence[str]]:
    from kplan.lint.codes import CODES, SERVER_CODES
    from kplan.lint.rules import all_rules
    from kplan.plan.risks import all_risks
    from kplan.upgrade.checks import all_checks

    rows = [(rule.code, rule.name, str(rule.severity), rule.summary) for rule in all_rules()]
    rows += [(risk.code, risk.name, str(risk.severity), risk.summary) for risk in all_risks()]
    rows += [(one.code, one.name, str(one.severity), one.summary) for one in all_checks()]
    return [*rows, *((code.code, code.name, "", code.text) for code in (*CODES, *SERVER_CODES))]


def _explained(rule: "Rule") -> str:
    parts = [f"{rule.code} {rule.name} ({rule.severity})", rule.summary, rule.why, f"Fix: {rule.fix}"]
    parts += [f"Reported:\n{_indented(example)}" for example in rule.bad]
    parts += [f"Accepted:\n{_indented(example)}" for example in rule.good]
    parts += [f"Suppress it in one place with  # kplan: ignore[{rule.code}] reason"]
    return "\n\n".join(parts + ["\n".join(rule.references)] * bool(rule.references))


def _other(code: str) -> "RuleText":
    """What is known of a code that is no lint rule's: a refusal's, a risk's, or an upgrade check's. Raises UsageError."""
    from kplan.lint.codes import CODES, SERVER_CODES
    from kplan.pipeline.documentation import rule_text
    from kplan.plan.risks import all_risks
    from kplan.upgrade.checks import all_checks

    names = {one.name: one.code for one in (*CODES, *SERVER_CODES)}
    names |= {risk.name: risk.code for risk in all_risks()}
    names |= {one.name: one.code for one in all_checks()}
    found = rule_text(names.get(code.lower(), code.upper()))
    if found is None:
        raise UsageError(f"no rule has the code or name '{code}'", hint="see 'kplan rules' for all of them")
    return found


def _text(found: "RuleText") -> str:
    parts = [f"{found.code} {found.name}", found.summary, found.why, found.fix and f"Fix: {found.fix}"]
    return "\n\n".join(filter(None, [*parts, "\n".join(found.references)]))


def _indented(example: str) -> str:
    return "\n".join(f"    {line}" for line in example.rstrip("\n").split("\n"))


def _fields(rule: "Rule") -> dict[str, Any]:
    return {
        "code": rule.code, "name": rule.name, "theme": rule.theme, "severity": str(rule.severity),
        "kinds": sorted(rule.kinds), "summary": rule.summary, "why": rule.why, "fix": rule.fix,
        "good": list(rule.good), "bad": list(rule.bad), "references": list(rule.references),
    }  # fmt: skip
