"""Files that are written from the code: ``make generate`` writes them, tests hold them against what would be written."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).parents[1]


def rule_index() -> str:
    """``kplan/lint/rules/index.py``."""
    from kplan.lint.rules import asked, entries

    lines = [
        f'    "{one.module}": ("{one.code}", "{one.kinds}", {one.looks_around}),\n'
        for one in (asked(entry.module) for entry in sorted(entries()))
    ]
    return (
        '"""What the rules say of themselves; ``make generate`` writes it."""\n\n'
        "# fmt: off\n\nfrom typing import Final\n\n"
        f"INDEX: Final[dict[str, tuple[str, str, bool]]] = {{\n{''.join(lines)}}}\n"
        '"""By module: code, group kinds with a space between (none for all), whether it looks at other objects."""\n'
    )


FILES: Mapping[str, Callable[[], str]] = MappingProxyType({"kplan/lint/rules/index.py": rule_index})
"""By path from the project's root: what the file is to hold."""


if __name__ == "__main__":
    for path, text in FILES.items():
        (ROOT / path).write_text(text(), encoding="utf-8")
