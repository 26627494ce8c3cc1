"""``kplan rules``: every rule, risk and check in a table, what one of them says, and what changed between minors."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from kplan.errors import UsageError
from kplan.report import Report, RuleText
from kplan.report_parts import Table

if TYPE_CHECKING:
    from kplan.lint.codes import Code
    from kplan.lint.rule import Rule
    from kplan.plan.risk import Risk
    from kplan.upgrade.check import Check

_HEADINGS = ("CODE", "NAME", "SEVERITY", "SOURCE", "SUMMARY")
_CHANGES = ("MINOR", "WHAT", "WHERE", "CHANGE")


def listed(own: "Sequence[Rule]") -> Report:
    """The table of all codes, a team's ``own`` rules first."""
    from kplan.lint.rules import all_rules
    from kplan.plan.risks import all_risks
    from kplan.policies import TEXT
    from kplan.upgrade.checks import all_checks

    rows = [_row(one, one.source) for one in own]
    for family in (all_rules(), all_risks(), all_checks(), (TEXT,)):
        rows += map(_row, family)
    rows += [(code.code, code.name, "", "kplan", code.text) for code in _reported()]
    return Report("rules", table=Table(_HEADINGS, rows))


def _row(one: "Rule | Risk | RuleText | Check", source: str = "kplan") -> Sequence[str]:
    return one.code, one.name, str(one.severity), source, one.summary


def _reported() -> "Sequence[Code]":
    """What reading and the API server report, for which there is no rule."""
    from kplan.lint.codes import CODES, REFUSAL_CODES, SERVER_CODES, STATE_CODES

    return (*CODES, *SERVER_CODES, *REFUSAL_CODES, *STATE_CODES)


def changes(between: str) -> Report:
    """The table of what changed between two minors, written ``1.33..1.36``. Raises UsageError."""
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
    rows = [(f"1.{one.minor}", one.what, one.where, one.text) for one in told(*minors)]
    return Report("rules", table=Table(_CHANGES, rows))


def found(code: str, own: "Callable[[], Sequence[Rule]]") -> "Rule | Risk | RuleText":
    """What has a code or a name: kplan's, else one of a team's ``own``, which are not asked for before.

    Raises UsageError.
    """
    from kplan.lint.rules import all_rules
    from kplan.plan.risks import all_risks

    return _member(code, (*all_rules(), *all_risks())) or _member(code, own()) or _other(code)


def _member(code: str, family: "Iterable[Rule | Risk]") -> "Rule | Risk | None":
    return next((one for one in family if code.upper() == one.code or code.lower() == one.name), None)


def _other(code: str) -> RuleText:
    """What is known of a refusal's code, a policy's, or an upgrade check's. Raises UsageError."""
    from kplan.pipeline.documentation import rule_text
    from kplan.policies import TEXT
    from kplan.upgrade.checks import all_checks

    names = {one.name: one.code for one in _reported()} | {TEXT.name: TEXT.code}
    names |= {check.name: check.code for check in all_checks()}
    text = rule_text(names.get(code.lower(), code.upper()))
    if text is None:
        raise UsageError(f"no rule has the code or name '{code}'", hint="see 'kplan rules' for all of them")
    return text


def fields(one: "Rule | Risk | RuleText") -> Report:
    """A rule, risk or text as a table of one row, for programs."""
    told = {**_identity(one), "summary": one.summary, "why": one.why, "fix": one.fix, **_more(one)}
    return Report("rules", table=Table(tuple(told), [list(told.values())]))


def _identity(one: "Rule | Risk | RuleText") -> dict[str, Any]:
    from kplan.lint.rule import Rule

    told = {"code": one.code, "name": one.name, "severity": str(one.severity)}
    return {**told, "theme": one.theme, "source": one.source or "kplan"} if isinstance(one, Rule) else told


def _more(one: "Rule | Risk | RuleText") -> dict[str, Any]:
    """References, and what only a rule or only a risk has."""
    from kplan.lint.presets import presets_of
    from kplan.lint.rule import Rule
    from kplan.plan.risk import Risk

    more: dict[str, Any] = {"references": list(one.references)}
    if isinstance(one, Rule):
        more |= {
            "presets": list(presets_of(one.preset, one.aliases)), "aliases": list(one.aliases), "kinds": sorted(one.kinds),
            "fixes": sorted(one.fixes), "good": list(one.good), "bad": list(one.bad),
        }  # fmt: skip
    elif isinstance(one, Risk):
        more |= {"at_risk": one.at_risk._asdict(), "safe": one.safe._asdict()}
    return more
