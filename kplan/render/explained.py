"""A rule, a risk or the documentation of a code as text, with its examples: what ``kplan rules CODE`` prints."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kplan.lint.option import written
from kplan.lint.presets import presets_of
from kplan.lint.rule import Rule, fixes_of
from kplan.plan.risk import Example, Risk

if TYPE_CHECKING:
    from kplan.report import RuleText


def explained(found: "Rule | Risk | RuleText") -> str:
    """The paragraphs: the title, what and why, how to fix it, examples, references."""
    title = f"{found.code} {found.name}"
    if isinstance(found, (Rule, Risk)):
        title += f" ({found.severity})"
    said = [title, found.summary, found.why, found.fix and f"Fix: {found.fix}"]
    parts = [*said, *_of_its_family(found), "\n".join(found.references)]
    return "\n\n".join(filter(None, parts)).replace("``", "`") + "\n"


def _of_its_family(found: "Rule | Risk | RuleText") -> Iterator[str]:
    """What only a rule or only a risk has."""
    if isinstance(found, Rule):
        yield from [f"From: {found.source}"] if found.source else _of_rule(found)
        yield f"Suppress it in one place with  # kplan: ignore[{found.code}] reason"
    elif isinstance(found, Risk):
        yield _scenario("At risk", found.at_risk)
        yield _scenario("Not at risk", found.safe)


def _of_rule(rule: Rule) -> Iterator[str]:
    """What kplan's own rules say of themselves beyond others: options, examples, presets."""
    if rule.options:
        yield _options(rule)
    yield from (f"Reported:\n{_indented(example)}" for example in rule.bad)
    yield from (f"Accepted:\n{_indented(example)}" for example in rule.good)
    yield f"Fix by --fix: {fixes_of(rule)}"
    yield f"Presets: {', '.join(presets_of(rule.preset, rule.aliases)) or 'none, select it'}"
    if rule.aliases:
        yield f"In other tools: {', '.join(rule.aliases)}"


def _options(rule: Rule) -> str:
    """What a rule can be told, with what it takes and begins with."""
    rows = [
        f"  {one.name}  {one.text}\n    {one.takes}; default {written(one.default)}" for one in rule.options
    ]
    return "\n".join([f"Options, under lint.options.{rule.code} in the configuration:", *rows])


def _scenario(title: str, example: Example) -> str:
    """A scenario: the state, what is assumed, and what is applied."""
    parts = {
        "with this in the state": example.prior, "this assumed": example.scenario, "this age": str(example.freshness or ""),
        "when this is applied": example.applied, "when this is deleted": example.deleted,
    }  # fmt: skip
    told = "\n\n".join(f"{what}:\n{_indented(text)}" for what, text in parts.items() if text)
    return f"{title}, {told if example.prior else f'in an empty cluster, {told}'}"


def _indented(example: str) -> str:
    lines = example.strip("\n").removesuffix("\n---").split("\n")
    return "\n".join(f"    {line}".rstrip() for line in lines)
