"""What a finding's code stands for: a lint rule, a risk of a plan, or a refusal; one look-up for all of them."""

from kplan.report import RuleText


def rule_text(code: str) -> RuleText | None:
    """The documentation of a code; None where it has none."""
    from kplan.lint.codes import CODES, SERVER_CODES

    for entry in (*CODES, *SERVER_CODES):
        if entry.code == code:
            return RuleText(code, entry.name, entry.text)
    if code.startswith("UPG"):
        return _of_check(code)
    return _of_risk(code) if code.startswith("PLN") else _of_rule(code)


def _of_check(code: str) -> RuleText | None:
    from kplan.upgrade.checks import all_checks

    for one in all_checks():
        if one.code == code:
            return RuleText(code, one.name, one.summary, one.why, one.fix, one.severity, one.references)
    return None


def _of_risk(code: str) -> RuleText | None:
    from kplan.plan.risks import all_risks

    for risk in all_risks():
        if risk.code == code:
            return RuleText(code, risk.name, risk.summary, risk.why, risk.fix, risk.severity, risk.references)
    return None


def _of_rule(code: str) -> RuleText | None:
    from kplan.lint.rules import entries

    for entry in entries():
        if entry.code == code:
            rule = entry.rule
            return RuleText(code, rule.name, rule.summary, rule.why, rule.fix, rule.severity, rule.references)
    return None
