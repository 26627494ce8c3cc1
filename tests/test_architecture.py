"""The layout of the code: layers, upstream references, no modules named utils or helpers."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from kplan.apiserver import admission

PACKAGE = Path(__file__).parents[1] / "kplan"
MIRRORS = (
    "apiserver/defaulting", "apiserver/validation", "apiserver/admission", "apiserver/patch", "apiserver/registry",
    "controllers", "scheduler/plugins", "kubelet",
)  # fmt: skip
RELEASES = "schema/releases.py"
OUTSIDE = {"cli", "config"}
"""Where the wall clock, the environment and the working directory may be read."""
GIT = "repository.py"
"""Hands git a few variables of the environment, such as PATH, and no other."""
HELM = "helm"
"""The package that hands helm the environment without what names a cluster or a plug-in."""
DRAWERS = {"utils", "util", "helpers", "helper", "common", "base", "misc", "shared", "tools"}


CLOCK = r"environ|getenv|getcwd|cwd|utcnow|today"


def modules(folder: str = "") -> list[Path]:
    return [path for path in sorted((PACKAGE / folder).rglob("*.py")) if path.stat().st_size]


def nodes(path: Path, word: str) -> Iterator[ast.AST]:
    """The syntax of a module; of none in which the pattern of a word does not stand, as most are not worth parsing."""
    text = path.read_text()
    if re.search(word, text):
        yield from ast.walk(ast.parse(text))


def test_no_import_goes_upward() -> None:
    assert lint_imports(config_filename=str(PACKAGE.parent / "pyproject.toml"), no_cache=True) == 0


def test_the_page_shows_the_packages_in_the_order_of_the_contract() -> None:
    configuration = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text())
    layers = next(one for one in configuration["tool"]["importlinter"]["contracts"] if "exhaustive" in one)[
        "layers"
    ]
    layer_of = {name.strip(): at for at, layer in enumerate(layers) for name in layer.split("|")}
    page = (PACKAGE.parent / "docs/architecture.md").read_text()
    rows = re.findall(r"^\| ((?:`\w+` ?)+)\| ", page.partition("## Decisions")[0], re.MULTILINE)
    shown = [re.findall(r"\w+", row) for row in rows]
    assert sorted(name for row in shown for name in row) == sorted(layer_of)
    lowest = [max(layer_of[name] for name in row) for row in shown]
    assert lowest == sorted(lowest, reverse=True)


@pytest.mark.parametrize("page", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_a_page_names_only_paths_that_are_there(page: str) -> None:
    """A path stands from the repository or from the package, a name alone is that of some file."""
    root = PACKAGE.parent
    known = {path.name for folder in (PACKAGE, root / "tests") for path in folder.rglob("*.py")}
    named = re.findall(r"`([\w./-]+(?:/|\.py|\.md|\.toml|\.json))`", (root / page).read_text())
    assert len(named) > 10
    gone = [one for one in named if not any((base / one).exists() for base in (root, PACKAGE, root / "docs"))]
    assert [one for one in gone if one not in known] == []


def test_every_dependency_has_a_line_that_says_where_it_is_used() -> None:
    page = (PACKAGE.parent / "docs/dependencies.md").read_text()
    rows = {
        row[0].lower(): re.findall(r"`([\w.]+)`", row[1])
        for row in re.findall(r"^\| ([^|`]+) \| ([^|]+) \|", page, re.MULTILINE)
    }
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text())["project"]
    extras = [
        one for extra, names in project["optional-dependencies"].items() if extra != "test" for one in names
    ]
    needed = {re.split(r"[><=\[]", one)[0].lower() for one in (*project["dependencies"], *extras)}
    assert needed <= {name for row in rows for name in row.split(", with ")}
    homes = [name for row in rows.values() for name in row]
    users = {
        path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".")
        for path in modules()
        if _needs_others(path)
    }
    assert [user for user in sorted(users) if not user.startswith(tuple(homes))] == []


def _needs_others(path: Path) -> bool:
    """Whether a module imports what neither Python nor kplan brings."""
    imported = [node for node in nodes(path, "import") if isinstance(node, ast.Import | ast.ImportFrom)]
    names = [one.name for node in imported if isinstance(node, ast.Import) for one in node.names]
    names += [str(node.module) for node in imported if isinstance(node, ast.ImportFrom) and not node.level]
    return any(name.partition(".")[0] not in {*sys.stdlib_module_names, "kplan"} for name in names)


def test_mirrors_of_kubernetes_name_their_upstream() -> None:
    mirrors = [path for folder in MIRRORS for path in modules(folder) if path.name != "__init__.py"]
    assert mirrors
    assert [
        str(path) for path in mirrors if not re.search(r"^Upstream: \S", path.read_text(), re.MULTILINE)
    ] == []


def test_no_module_is_a_drawer() -> None:
    names = {part for path in modules() for part in path.relative_to(PACKAGE).with_suffix("").parts}
    assert names & DRAWERS == set()


def test_every_module_says_what_it_is() -> None:
    assert [str(path) for path in modules() if not path.read_text().startswith(('"""', 'r"""'))] == []


def test_a_release_is_written_in_one_place() -> None:
    release = re.compile(r"v?1\.\d{2}")
    written = {
        path.relative_to(PACKAGE).as_posix()
        for path in modules()
        for node in nodes(path, release.pattern)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and release.fullmatch(node.value)
    }
    assert written == {RELEASES}


@pytest.mark.parametrize(
    ("roster", "method"), [(admission.MUTATING, "admit"), (admission.VALIDATING, "validate")]
)
def test_every_admission_plug_in_is_enabled_where_it_acts(roster: Sequence[object], method: str) -> None:
    acting = {
        node.name
        for path in modules("apiserver/admission")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef)
        and method in {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
    }
    assert sorted(getattr(plugin, "name", type(plugin).__name__) for plugin in roster) == sorted(acting)


def test_only_the_command_line_reads_clock_and_environment() -> None:
    readers = {
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in modules()
        if path.relative_to(PACKAGE).parts[0] not in OUTSIDE and path.name != GIT and path.parent.name != HELM
        for node in nodes(path, rf"\.({CLOCK})\b|datetime\.now\b")
        if isinstance(node, ast.Attribute)
        and (
            re.fullmatch(CLOCK, node.attr)
            or (node.attr == "now" and isinstance(node.value, ast.Name) and node.value.id == "datetime")
        )
    }
    assert readers == set()
