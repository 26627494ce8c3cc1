"""Pages about lint that are written from the rules: one a theme, their index, and what is covered of other tools."""

import importlib
from collections.abc import Iterator, Sequence

from kplan.lint.codes import CODES, SERVER_CODES
from kplan.lint.option import written
from kplan.lint.othertools import CHECKS, LEFT_OUT, ROWS, Row
from kplan.lint.presets import Preset, presets_of
from kplan.lint.rule import Rule, fixes_of
from kplan.lint.rules import all_rules

_TOOLS = ("kube-linter", "kube-score", "polaris")
_OTHERS = ("checkov", "kubevious", "datree")
_BAR = "\\|"
_STAR = "\\*"
_NOTICE = "<!-- written by 'make generate' -->"


def themes() -> tuple[str, ...]:
    """The folders of rules."""
    return tuple(sorted({rule.theme for rule in all_rules()}))


def index() -> str:
    """``docs/rules/README.md``."""
    lines = [
        "# The rules of lint", "", _NOTICE, "",
        "`kplan rules CODE` prints what stands here. [Presets](../linting.md) choose which rules run; what the rules cover",
        "of other tools is in [coverage.md](../coverage.md). What is fixed by `--fix` alone is *safe*; some findings of a rule may have no fix.", "",
    ]  # fmt: skip
    for theme in themes():
        lines += [
            f"## [{theme}]({theme}.md)",
            "",
            _title(theme),
            "",
            "| code | name | severity | from preset | fix | what |",
            "|---|---|---|---|---|---|",
        ]
        lines += [
            f"| [{one.code}]({theme}.md#{_anchor(one)}) | {one.name} | {one.severity} | {one.preset or '-'} | {fixes_of(one)} | {_plain(one.summary)} |"
            for one in _rules(theme)
        ]
        lines.append("")
    lines += [
        "## No rules",
        "",
        "What reading, decoding and the API server's own checks report; in every preset.",
        "",
    ]
    lines += ["| code | name | fix | what |", "|---|---|---|---|"]
    lines += [
        f"| {one.code} | {one.name} | {fixes_of(one)} | {one.text} |" for one in (*CODES, *SERVER_CODES)
    ]
    return "\n".join(lines) + "\n"


def page(theme: str) -> str:
    """``docs/rules/THEME.md``."""
    lines = [f"# {_title(theme).rstrip('.')}", "", _NOTICE, ""]
    for rule in _rules(theme):
        held = ", ".join(presets_of(rule.preset, rule.aliases)) or "none, select it"
        lines += [
            f"## {rule.code} {rule.name}",
            "",
            rule.summary,
            "",
            rule.why,
            "",
            f"**Fix:** {rule.fix}",
            "",
        ]
        lines += [f"Severity {rule.severity}. Fix by `--fix`: {fixes_of(rule)}. Presets: {held}.", ""]
        if rule.aliases:
            lines += [f"In other tools: {', '.join(f'`{alias}`' for alias in rule.aliases)}.", ""]
        if rule.options:
            lines += [
                f"Options, under `lint.options.{rule.code}` in the [configuration](../configuration.md):",
                "",
            ]
            lines += ["| option | takes | default | what |", "|---|---|---|---|"]
            lines += [
                f"| `{one.name}` | {one.takes} | `{written(one.default)}` | {one.text.replace('|', _BAR)} |"
                for one in rule.options
            ]
            lines += [""]
        if rule.assumes:
            told = ", ".join(
                f"`{key.partition('.')[2]}: {written(value)}`" for key, value in rule.assumes.items()
            )
            lines += [f"The examples are told {told}.", ""]
        lines += ["Reported:", "", *_example(rule.bad[0]), "Accepted:", "", *_example(rule.good[0])]
        lines += [*(f"<{reference}>" for reference in rule.references), ""] if rule.references else []
    return "\n".join(lines).rstrip("\n") + "\n"


def coverage() -> str:
    """``docs/coverage.md``."""
    found = sum(any(_codes(row)) for row in ROWS)
    lines = [
        "# What other tools check", "", _NOTICE, "",
        f"kube-linter, kube-score and polaris have {len(CHECKS)} checks for {len(ROWS)} things between them. kplan finds {found} of them;",
        "what is left out says why. A star marks what a tool runs by default, and so what the preset of its name holds.", "",
        f"| what is found | {' | '.join(_TOOLS)} | kplan | |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    lines += [
        f"| {row.what} | {' | '.join(_names(row, tool) for tool in _TOOLS)} | {' '.join(_codes(row)) or '-'} | {row.note} |"
        for row in ROWS
    ]
    lines += ["", "Checks of other tools that have a rule:", "", "| check | kplan |", "|---|---|"]
    others = sorted({alias for rule in all_rules() for alias in rule.aliases if alias.startswith(_OTHERS)})
    lines += [f"| {alias.replace(':', ' ')} | {' '.join(_standing_for([alias]))} |" for alias in others]
    lines += [
        "",
        "Left out:",
        "",
        "| what | why |",
        "|---|---|",
        *(f"| {what} | {why} |" for what, why in LEFT_OUT),
    ]
    lines += ["", "Presets:", "", "| preset | what it holds | rules |", "|---|---|---|"]
    lines += [f"| {preset} | {preset.text} | {_size(preset)} |" for preset in Preset]
    return "\n".join(lines) + "\n"


def _rules(theme: str) -> list[Rule]:
    return [rule for rule in all_rules() if rule.theme == theme]


def _title(theme: str) -> str:
    return importlib.import_module(f"kplan.lint.rules.{theme}").__doc__ or ""


def _anchor(rule: Rule) -> str:
    return f"{rule.code} {rule.name}".lower().replace(" ", "-")


def _plain(text: str) -> str:
    return text.replace("``", "`").replace("|", "\\|")


def _example(text: str) -> Iterator[str]:
    yield from ("```yaml", *text.rstrip("\n").split("\n"), "```", "")


def _names(row: Row, tool: str) -> str:
    of_tool = (one for one in row.checks if one.name.startswith(f"{tool}:"))
    names = (one.name.partition(":")[2] + _STAR * one.by_default for one in of_tool)
    return ", ".join(names)


def _codes(row: Row) -> Sequence[str]:
    return [*_standing_for([one.name for one in row.checks]), *row.codes]


def _standing_for(names: Sequence[str]) -> list[str]:
    return [rule.code for rule in all_rules() if any(name in rule.aliases for name in names)]


def _size(preset: Preset) -> int:
    return sum(preset in presets_of(rule.preset, rule.aliases) for rule in all_rules())
