"""The documentation of a finding's code: a lint rule, a risk of a plan, or a refusal; one look-up for all of them."""

from typing import TYPE_CHECKING

from kplan.report import POLICY, RuleText

if TYPE_CHECKING:
    from kplan.lint.rule import Rule
    from kplan.plan.risk import Risk


def rule_text(code: str) -> RuleText | None:
    """The documentation of a code; None if there is none."""
    from kplan.lint.codes import CODES, REFUSAL_CODES, SERVER_CODES, STATE_CODES

    for entry in (*CODES, *SERVER_CODES, *REFUSAL_CODES, *STATE_CODES):
        if entry.code == code:
            return RuleText(code, entry.name, entry.text)
    if code.startswith("UPG"):
        return _of_check(code)
    if code == POLICY:
        from kplan.policies import TEXT

        return TEXT
    return _of_risk(code) if code.startswith("PLN") else _of_rule(code)


def _of_check(code: str) -> RuleText | None:
    from kplan.upgrade.checks import all_checks

    for one in all_checks():
        if one.code == code:
            return RuleText(code, one.name, one.summary, one.why, one.fix, one.severity, one.references)
    return None


def _of_risk(code: str) -> RuleText | None:
    from kplan.plan.risks import all_risks

    return next((written(one) for one in all_risks() if one.code == code), None)


def _of_rule(code: str) -> RuleText | None:
    from kplan.lint.rules import entries

    return next((written(one.rule) for one in entries() if one.code == code), None)


def written(one: "Rule | Risk") -> RuleText:
    """The documentation of a rule or a risk, as a report holds it."""
    return RuleText(one.code, one.name, one.summary, one.why, one.fix, one.severity, one.references)
