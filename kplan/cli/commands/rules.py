"""``kplan rules``: the list of all rules, or everything about one."""

import json
from typing import TYPE_CHECKING, Any

import click

from kplan.cli import options
from kplan.errors import UsageError

if TYPE_CHECKING:
    from kplan.lint.rule import Rule


@click.command("rules")
@click.argument("code", required=False)
@options.output("text", "json")
def command(code: str | None, *, output: str) -> int:
    """List the rules of lint, or explain the one with this code or name."""
    from kplan.lint.rules import all_rules

    rules = all_rules()
    if code:
        rules = tuple(rule for rule in rules if code.upper() == rule.code or code.lower() == rule.name)
    if output == "json":
        click.echo(json.dumps([_object(rule) for rule in rules], indent=2))
    elif not code:
        click.echo("\n".join(_listed()))
    elif rules:
        click.echo(_explained(rules[0]))
    else:
        click.echo(_other(code))
    return 0


def _listed() -> list[str]:
    from kplan.lint.codes import CODES, SERVER_CODES
    from kplan.lint.rules import all_rules

    rows = [(rule.code, rule.name, str(rule.severity), rule.summary) for rule in all_rules()]
    rows += [(code.code, code.name, "", code.text) for code in (*CODES, *SERVER_CODES)]
    width = max(len(name) for _, name, _, _ in rows)
    return [f"{code:8}{name:{width + 2}}{severity:9}{text}" for code, name, severity, text in rows]


def _explained(rule: "Rule") -> str:
    parts = [f"{rule.code} {rule.name} ({rule.severity})", rule.summary, rule.why, f"Fix: {rule.fix}"]
    parts += [f"Reported:\n{_indented(example)}" for example in rule.bad]
    parts += [f"Accepted:\n{_indented(example)}" for example in rule.good]
    parts += [f"Silence one place with  # kplan: ignore[{rule.code}] reason"]
    return "\n\n".join(parts + ["\n".join(rule.references)] * bool(rule.references))


def _other(code: str) -> str:
    from kplan.lint.codes import CODES, SERVER_CODES

    for entry in (*CODES, *SERVER_CODES):
        if code.upper() == entry.code or code.lower() == entry.name:
            return f"{entry.code} {entry.name}\n\n{entry.text}"
    raise UsageError(f"no rule has the code or name '{code}'", hint="see 'kplan rules' for all of them")


def _indented(example: str) -> str:
    return "\n".join(f"    {line}" for line in example.rstrip("\n").split("\n"))


def _object(rule: "Rule") -> dict[str, Any]:
    return {
        "code": rule.code, "name": rule.name, "theme": rule.theme, "severity": str(rule.severity),
        "kinds": sorted(rule.kinds), "summary": rule.summary, "why": rule.why, "fix": rule.fix,
        "good": list(rule.good), "bad": list(rule.bad), "references": list(rule.references),
    }  # fmt: skip
