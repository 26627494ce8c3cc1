"""Rules that kplan does not bring: those of the configuration, and those of other packages."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kplan.lint.selection import LintOptions
from kplan.report import RuleText

if TYPE_CHECKING:
    from kplan.lint.rule import Rule


def more_rules(options: LintOptions) -> "Sequence[Rule]":
    """The rules, compiled and loaded. Raises UsageError."""
    found: list[Rule] = []
    if options.own:
        from kplan.ownrules import compiled

        found += map(compiled, options.own)
    if options.plugins:
        from kplan.lint.plugins import rules_of

        found += rules_of(options.plugins)
    return found


def texts(rules: "Sequence[Rule]") -> Callable[[str], RuleText | None]:
    """The documentation of a code, these rules' included."""
    own = {one.code: one for one in rules}

    def text(code: str) -> RuleText | None:
        from kplan.pipeline.documentation import rule_text, written

        return written(own[code]) if code in own else rule_text(code)

    return text
