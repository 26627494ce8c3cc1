"""Plans of whole scenarios: a prior state, manifests, and the plan in text and in JSON."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kplan.cli.commands.plan import command
from kplan.errors import UsageError
from kplan.plan.planfile import from_json, to_json

SCENARIOS = sorted(Path(__file__).parents[1].glob("fixtures/plans/*"))


def planned(scenario: Path, *options: str) -> tuple[int, str]:
    assumed = ["--scenario", str(scenario / "scenario.yaml")] if (scenario / "scenario.yaml").exists() else []
    arguments = ["-f", str(scenario / "manifests"), "--state", str(scenario / "prior"), *assumed, *options]
    done = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert done.exception is None, done.output
    return done.return_value, done.stdout.replace(f"{scenario}/", "")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_plan_is_as_expected(scenario: Path, update: bool, tmp_path: Path) -> None:
    expected = scenario / "expected"
    out = tmp_path / "plan.json"
    _, text = planned(scenario, "--out", str(out))
    document = out.read_text().replace(f"{scenario}/", "")
    if update:
        expected.mkdir(exist_ok=True)
        (expected / "plan.txt").write_text(text)
        (expected / "plan.json").write_text(document)
    assert text == (expected / "plan.txt").read_text()
    assert json.loads(document) == json.loads((expected / "plan.json").read_text())


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_a_plan_file_reads_back_to_the_same_plan(scenario: Path) -> None:
    text = (scenario / "expected" / "plan.json").read_text()
    assert to_json(from_json(text)) == text


@pytest.mark.parametrize(
    ("name", "code"),
    [("nothing-changes", 0), ("new-image-rolls-out", 1), ("refused-object-leaves-the-rest", 2)],
)
def test_detailed_exit_code_tells_changes_from_none(name: str, code: int) -> None:
    scenario = next(path for path in SCENARIOS if path.name == name)
    assert planned(scenario, "--detailed-exitcode")[0] == code
    assert planned(scenario)[0] == (2 if code == 2 else 0)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"format_version": "2.0"}', '{"format_version": "1.0", "summary": 3}']
)
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        from_json(text)
