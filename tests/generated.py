"""Files that are written from the code: ``make generate`` writes them,
tests hold them against what would be written.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import rulepages
import verbpage
from kplan.schema.releases import DEFAULT

ROOT = Path(__file__).parents[1]
_RISKS = """# Risks of a plan

<!-- make generate writes this page from kplan/plan/risks/ -->

`kplan plan` looks at what applying comes to for these risks. Each finding is *new*, *worse* than before the change, or
*existing*: there before, to the same extent and for the same reason. A gate (`--fail-on risk`, `--fail-on 'risk>=error'`) counts new and worse ones.
`kplan rules CODE` shows one of them.

"""


def rule_index() -> str:
    """``kplan/lint/rules/index.py``."""
    from kplan.lint.rules import asked, modules

    lines = [
        f'    "{one.module}": ("{one.code}", "{one.kinds}", {one.looks_around}, "{one.presets}", "{one.needs}"),\n'
        for one in map(asked, sorted(modules()))
    ]
    return (
        '"""What the rules say of themselves; ``make generate`` writes it."""\n\n'
        "# fmt: off\n\nfrom typing import Final\n\n"
        f"INDEX: Final[dict[str, tuple[str, str, bool, str, str]]] = {{\n{''.join(lines)}}}\n"
        '"""By module: code, group kinds with a space between (none for all), whether it looks at other objects, the presets that hold it, kinds that it needs beside."""\n'
    )


def risk_page() -> str:
    """``docs/risks.md``."""
    from kplan.plan.risks import all_risks

    parts = [_RISKS]
    parts += ["| code | name | severity | what |\n|---|---|---|---|\n"]
    for risk in all_risks():
        link = f"[{risk.code}](#{risk.code.lower()}-{risk.name})"
        parts.append(f"| {link} | {risk.name} | {risk.severity} | {_prose(risk.summary)} |\n")
    for risk in all_risks():
        parts.append(
            f"\n## {risk.code} {risk.name}\n\n{_prose(risk.summary)} ({risk.severity})\n\n{_prose(risk.why)}\n"
        )
        parts.append(f"\nFix: {_prose(risk.fix)}\n\n<details><summary>Examples</summary>\n")
        parts += [_example("At risk", risk.at_risk), _example("Not at risk", risk.safe)]
        parts += ["\n</details>\n"] + [f"\nSee <{reference}>.\n" for reference in risk.references]
    return "".join(parts)


def _prose(text: str) -> str:
    """A docstring in Markdown."""
    return text.replace("``", "`")


def _example(title: str, example: Any) -> str:
    parts = {"in the state": example.prior, "applied": example.applied, "deleted": example.deleted}
    told = "".join(f"# {what}\n{_yaml(text)}" for what, text in parts.items() if text)
    assumed = f", with `--scenario` `{example.scenario}`" if example.scenario else ""
    minor = f", in Kubernetes {example.kubernetes}" if example.kubernetes != DEFAULT else ""
    aged = f", {example.freshness}" if example.freshness else ""
    return f"\n{title}{minor}{assumed}{aged}:\n\n```yaml\n{told}```\n"


def _yaml(text: str) -> str:
    return text.strip("\n").removesuffix("---").rstrip("\n") + "\n"


FILES: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "kplan/lint/rules/index.py": rule_index,
        "docs/risks.md": risk_page,
        "docs/coverage.md": rulepages.coverage,
        "docs/rules/README.md": rulepages.index,
        "docs/verbs.md": verbpage.page,
        **{f"docs/rules/{theme}.md": partial(rulepages.page, theme) for theme in rulepages.themes()},
    }
)
"""By path from the project's root: what the file is to hold."""


if __name__ == "__main__":
    for path, text in FILES.items():
        (ROOT / path).parent.mkdir(exist_ok=True)
        (ROOT / path).write_text(text(), encoding="utf-8")
