"""The order inside ``plan`` is the one its docstring shows:
a module imports only what stands on lines below its own.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import kplan.plan

PACKAGE = Path(kplan.plan.__file__).parent
LINES = [
    re.findall(r"\w+", line) for line in re.findall(r"^ {4}([a-z_, ]+)$", kplan.plan.__doc__, re.MULTILINE)
]
RANK = {name: rank for rank, names in enumerate(LINES) for name in names}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem != "__init__")


def part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kplan.plan."):
            yield (node.module or "").split(".")[2]


def test_every_part_has_its_line() -> None:
    assert set(RANK) == {part(path) for path in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down(path: Path) -> None:
    own = part(path)
    assert [name for name in imported(path) if name != own and RANK[name] <= RANK[own]] == []


def test_risks_do_not_know_each_other() -> None:
    risks = [path for path in MODULES if part(path) == "risks" and path.stem != "__init__"]
    assert len(risks) >= 5
    assert [path.name for path in risks if "risks" in imported(path)] == []
