"""No orphans: every file under fixtures/ is a case that some test collects, or what a test or the README shows."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import yaml

TESTS = Path(__file__).parent
ROOT = TESTS.parent
FIXTURES = ROOT / "fixtures"
FOLDERS = {path.name for path in FIXTURES.iterdir()}


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"collected_{name}", TESTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def files(folder: str) -> list[Path]:
    found = sorted(path for path in (FIXTURES / folder).rglob("*") if path.is_file())
    assert found, folder
    return found


def case_ids(name: str) -> set[str]:
    return {str(case.id) for case in module(name).CASES}


def named_in_quotes(name: str) -> set[str]:
    return set(re.findall(r'cases\("([\w-]+)"\)', (TESTS / f"{name}.py").read_text()))


def collected() -> Iterator[str]:
    yield from (
        "conformance",
        "controllers",
        "describe",
        "fixes",
        "fleet",
        "formats",
        "fuzz",
        "golden",
        "hostile",
        "kubelet",
        "kustomize",
        "lint",
        "manifests",
        "patch",
        "plans",
        "plugins",
        "scheduler",
        "selectors",
    )


def test_every_folder_has_its_runner() -> None:
    assert set(collected()) == FOLDERS


@pytest.mark.parametrize(
    ("runner", "folders"),
    [("test_controllers", ("controllers", "kubelet")), ("test_scheduler", ("scheduler",))],
)
def test_simulated_cases(runner: str, folders: tuple[str, ...]) -> None:
    found = [path for folder in folders for path in files(folder)]
    assert {f"{path.parent.name}/{path.stem}" for path in found} == case_ids(runner)
    assert all(path.suffix == ".yaml" for path in found)


def test_lint_cases() -> None:
    assert set(files("lint")) == set(module("test_lint").CASES)


def test_plan_cases() -> None:
    scenarios = set(module("test_plans").SCENARIOS)
    for path in files("plans"):
        scenario = FIXTURES / "plans" / path.relative_to(FIXTURES / "plans").parts[0]
        assert scenario in scenarios
        inside = path.relative_to(scenario)
        assert inside.parts[0] in ("manifests", "prior", "scenario.yaml", "options.txt", "expected")
        assert inside.parts[0] != "expected" or inside.name in ("plan.txt", "plan.json")


def test_golden_scenarios() -> None:
    scenarios = module("test_golden").SCENARIOS
    for path in files("golden"):
        scenario, *inside = path.relative_to(FIXTURES / "golden").parts
        assert scenario in scenarios
        assert inside[0] in ("manifests", "prior", "scenario.yaml", "options.txt")


def test_described_states() -> None:
    cases = module("test_describe").CASES
    assert set(files("describe")) == {
        case / name for case in cases for name in ("state.yaml", "expected.txt")
    }


def test_schemas_of_formats() -> None:
    runners = [path.read_text() for path in (TESTS / "unit" / "render").glob("test_*.py")]
    assert all(any(f'"{path.name}"' in runner for runner in runners) for path in files("formats"))


@pytest.mark.parametrize("folder", ["patch", "selectors"])
def test_case_lists(folder: str) -> None:
    assert {path.stem for path in files(folder)} == named_in_quotes(f"test_{folder}")
    assert all(isinstance(yaml.safe_load(path.read_text()), (list, dict)) for path in files(folder))


def test_recordings() -> None:
    runner = (FIXTURES / "conformance" / "score.py").read_text()
    held = (TESTS / "conformance" / "test_floors.py").read_text()
    for path in files("conformance"):
        if path.suffix == ".pyc" or path.name in ("README.md", "score.py"):
            continue
        stem = path.name.removesuffix(".jsonl.xz")
        minor = re.sub(r"-1\.\d+(?=\.)", "-{minor}", path.name)
        read = path.name in runner or f'"{stem}"' in runner or path.name in held or minor in runner
        assert read or path.name in (FIXTURES / "conformance" / "README.md").read_text()


def test_what_is_fuzzed() -> None:
    runner = (TESTS / "dumps.py").read_text()
    assert all(f'"{path.name}"' in runner for path in files("fuzz"))


@pytest.mark.parametrize("folder", ["fixes", "fleet", "kustomize", "manifests"])
def test_what_documents_show(folder: str) -> None:
    pages = [ROOT / "README.md", ROOT / "Makefile", *sorted(ROOT.glob("docs/*.md"))]
    texts = [path.read_text() for path in pages]
    for path in (FIXTURES / folder).iterdir():
        assert any(f"fixtures/{folder}/{path.name}" in text for text in texts) or is_a_part(path), path


def is_a_part(path: Path) -> bool:
    """Whether a kustomization beside it names the folder."""
    beside = path.parent.rglob("kustomization.yaml")
    return any(re.search(rf"(\.\./)+{path.name}\b", one.read_text()) for one in beside)


def test_plugins() -> None:
    """The folder is put on the path by the test of rules that packages bring."""
    assert '"fixtures" / "plugins"' in (TESTS / "test_own_rules.py").read_text()
    (package,) = (path.name for path in (FIXTURES / "plugins").iterdir() if path.suffix != ".dist-info")
    assert package in (FIXTURES / "plugins" / f"{package}-1.0.dist-info" / "entry_points.txt").read_text()
