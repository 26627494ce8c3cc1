"""Count the findings of every rule in folders of manifests, and write docs/corpus.md.

python tools/measure_lint.py FOLDER...        one folder a repository, named owner__name
"""

import sys
from collections import Counter
from pathlib import Path

from kplan import pipeline
from kplan.lint.presets import Preset, presets_of
from kplan.lint.rules import all_rules
from kplan.lint.selection import LintOptions

PAGE = Path(__file__).parents[1] / "docs" / "corpus.md"


def main(folders: list[Path]) -> None:
    """Lint every folder twice: with all rules and with the recommended ones."""
    counts: Counter[str] = Counter()
    spread: Counter[str] = Counter()
    rows, total = [], 0
    for folder in sorted(folders):
        loaded = pipeline.load([str(folder)])
        found = Counter(one.rule for one in pipeline.lint(loaded, LintOptions(select=("ALL",))).findings)
        kept = Counter(one.rule for one in pipeline.lint(loaded, LintOptions()).findings)
        counts += found
        spread += Counter(dict.fromkeys(found, 1))
        total += len(loaded.objects)
        name = folder.name.replace("__", "/")
        rows.append(f"| {name} | {len(loaded.objects)} | {kept.total()} | {found.total()} |")
        print(rows[-1], flush=True)
    PAGE.write_text(page(rows, counts, spread, total))


def page(rows: list[str], counts: Counter[str], spread: Counter[str], total: int) -> str:
    """The whole page."""
    lines = [
        "# How often rules speak up", "", "<!-- written by tools/measure_lint.py -->", "",
        f"Findings in {len(rows)} public repositories with {total} objects, examples and test data included, so with mistakes made on",
        "purpose. What most manifests do is in no preset below strict, unless it is a risk that a team should decide to take.", "",
        "| repository | objects | recommended | all rules |", "|---|---|---|---|", *rows, "",
        "| code | name | severity | from preset | findings | repositories |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for rule in all_rules():
        smallest = next(iter(presets_of(rule.preset, rule.aliases)), "-") if rule.preset else "-"
        lines.append(
            f"| {rule.code} | {rule.name} | {rule.severity} | {smallest} | {counts[rule.code]} | {spread[rule.code]} |"
        )
    codes = {rule.code for rule in all_rules()}
    lines += [
        f"| {code} | | | every | {counts[code]} | {spread[code]} |" for code in sorted({*counts} - codes)
    ]
    sizes = ", ".join(
        f"{preset} {sum(preset in presets_of(rule.preset, rule.aliases) for rule in all_rules())}"
        for preset in Preset
    )
    return "\n".join([*lines, "", f"Rules a preset: {sizes}."]) + "\n"


if __name__ == "__main__":
    main([Path(one) for one in sys.argv[1:]])
