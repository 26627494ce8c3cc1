"""Plans of every kind in every format, byte for byte; ``pytest tests/test_golden.py --update`` writes them anew.

Inputs are in ``fixtures/golden/<scenario>`` (flags in ``options.txt``), and what the command writes is in
``tests/golden/<scenario>/plan.<format>``. Of the html page the style, the script and their digests are left out, which
are the same for all and tested by themselves.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kplan.render.formats import showing
from kplan.report import Part

ROOT = Path(__file__).parents[1]
INPUTS = ROOT / "fixtures" / "golden"
GOLDEN = ROOT / "tests" / "golden"
SCENARIOS = sorted(path.name for path in INPUTS.iterdir())
FORMATS = showing([Part.PLAN])
RUN = """
import sys
from kplan.cli.main import run
for scenario in {scenarios!r}:
    run(["plan", *{arguments!r}[scenario]])
"""
INLINED = re.compile(
    r"(<style>).*?(?=</style>)|(<script type=\"module\">).*?(?=</script>)|('sha256-)[^']*", re.DOTALL
)


def arguments(scenario: str, target: Path) -> list[str]:
    folder = INPUTS / scenario
    state = f"{scenario}/prior" if (folder / "prior").exists() else "nodes:3x4cpu,8Gi"
    assumed = ["--scenario", f"{scenario}/scenario.yaml"] if (folder / "scenario.yaml").exists() else []
    more = (folder / "options.txt").read_text().split() if (folder / "options.txt").exists() else []
    (target / scenario).mkdir(parents=True)
    outputs = [f"--output={name}={target / scenario / f'plan.{name}'}" for name in FORMATS]
    return ["-f", f"{scenario}/manifests", "--state", state, *assumed, *more, *outputs]


def written(seed: str, target: Path) -> Path:
    """Every scenario in every format, written by the command in one process with a hash seed."""
    given = {scenario: arguments(scenario, target) for scenario in SCENARIOS}
    subprocess.run(
        [sys.executable, "-c", RUN.format(scenarios=SCENARIOS, arguments=given)], cwd=INPUTS, check=True,
        capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return target


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written("1", tmp_path_factory.mktemp("first"))


def as_kept(file: Path) -> bytes:
    text = file.read_bytes().decode()
    return (INLINED.sub(r"\1\2\3", text) if file.suffix == ".html" else text).encode()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_plan_is_as_kept_in_every_format(scenario: str, first: Path, update: bool) -> None:
    found = {name: as_kept(first / scenario / f"plan.{name}") for name in FORMATS}
    folder = GOLDEN / scenario
    if update:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in found.items():
            (folder / f"plan.{name}").write_bytes(text)
    assert {path.name for path in folder.iterdir()} == {f"plan.{name}" for name in FORMATS}
    for name, text in found.items():
        kept = (folder / f"plan.{name}").read_bytes()
        assert text.decode() == kept.decode(), f"{name} is not as kept; pytest {__file__} --update keeps it"


def test_another_hash_seed_gives_the_same_bytes(first: Path, tmp_path: Path) -> None:
    second = written("4242", tmp_path)
    files = [path.relative_to(first) for path in sorted(first.rglob("plan.*"))]
    assert len(files) == len(SCENARIOS) * len(FORMATS)
    assert [str(file) for file in files if (first / file).read_bytes() != (second / file).read_bytes()] == []


def test_no_golden_is_left_of_a_scenario_that_went() -> None:
    assert sorted(path.name for path in GOLDEN.iterdir()) == SCENARIOS
    assert len(SCENARIOS) >= 10


def test_no_golden_shows_a_secret() -> None:
    planted = (b"planted-before", b"planted-after", b"cGxhbnRlZC1iZWZvcmU", b"cGxhbnRlZC1hZnRlcg")
    for path in GOLDEN.rglob("plan.*"):
        assert not any(value in path.read_bytes() for value in planted), path
