"""Plans of whole scenarios: a prior state, manifests, and the plan in text and in JSON."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from kplan import pipeline
from kplan.cli.commands.plan import command
from kplan.errors import UsageError
from kplan.kubectl.apply import ApplyOptions
from kplan.kubectl.reading import Options
from kplan.plan.model import Plan
from kplan.plan.planfile import from_json, to_json
from kplan.schema.documents import check
from kplan.simulation.scenario import Scenario

SCENARIOS = sorted(Path(__file__).parents[1].glob("fixtures/plans/*"))


def planned(scenario: Path, *options: str) -> tuple[int, str]:
    assumed = ["--scenario", str(scenario / "scenario.yaml")] if (scenario / "scenario.yaml").exists() else []
    arguments = ["-f", str(scenario / "manifests"), "--state", str(scenario / "prior"), *assumed, *options]
    done = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert done.exception is None, done.output
    return done.return_value, done.stdout.replace(f"{scenario}/", "")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_plan_is_as_expected(scenario: Path, update: bool) -> None:
    expected = scenario / "expected"
    _, text = planned(scenario)
    _, document = planned(scenario, "-o", "json")
    if update:
        expected.mkdir(exist_ok=True)
        (expected / "plan.txt").write_text(text)
        (expected / "plan.json").write_text(document)
    assert text == (expected / "plan.txt").read_text()
    assert json.loads(document) == json.loads((expected / "plan.json").read_text())


def plan_of(scenario: Path) -> Plan:
    file = scenario / "scenario.yaml"
    assumed = Scenario.model_validate(yaml.safe_load(file.read_text()) if file.exists() else {})
    loaded = pipeline.load([str(scenario / "manifests")])
    state = pipeline.open_state(str(scenario / "prior"), scenario)
    return pipeline.plan(loaded, state.store, ApplyOptions(Options(patient=True)), assumed)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_a_plan_file_reads_back_to_the_same_plan(scenario: Path) -> None:
    plan = plan_of(scenario)
    assert from_json(to_json(plan)) == plan
    text = (scenario / "expected" / "plan.json").read_text()
    assert to_json(from_json(text)) == text


def exact(schema: Any) -> Any:
    """A schema that knows nothing but what it describes, and wants all of it."""
    if isinstance(schema, list):
        return [exact(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: exact(value) for name, value in schema.items()}
    if isinstance(inner.get("properties"), dict) and inner.get("type") == "object":
        inner |= {"additionalProperties": False, "required": sorted(inner["properties"])}
    return inner


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_the_published_schema_describes_every_plan(scenario: Path, root: Path) -> None:
    schema = json.loads((root / "schemas" / "kplan" / "plan.v1.json").read_text())
    plan = json.loads(to_json(plan_of(scenario)))
    check("plan.v1", plan)
    assert [error.message for error in Draft202012Validator(exact(schema)).iter_errors(plan)] == []


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
