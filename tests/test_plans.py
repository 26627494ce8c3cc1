"""Plans of whole scenarios: a prior state, manifests, and the plan in text and in JSON."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from kplan import pipeline
from kplan.cli.commands.plan import command
from kplan.config.scenariofile import parse as parse_scenario
from kplan.errors import UsageError
from kplan.kubectl.apply import ApplyOptions
from kplan.kubectl.reading import Options
from kplan.pipeline import SimulationOptions
from kplan.plan.model import Plan
from kplan.plan.planfile import SavedPlan, from_json, to_json
from kplan.schema.documents import check

SCENARIOS = sorted(Path(__file__).parents[1].glob("fixtures/plans/*"))


def asked(scenario: Path) -> list[str]:
    """Further options of a scenario."""
    file = scenario / "options.txt"
    return file.read_text().split() if file.exists() else []


def planned(scenario: Path, *options: str) -> tuple[int, str]:
    assumed = ["--scenario", str(scenario / "scenario.yaml")] if (scenario / "scenario.yaml").exists() else []
    arguments = [
        "-f",
        str(scenario / "manifests"),
        "--state",
        str(scenario / "prior"),
        *assumed,
        *asked(scenario),
        *options,
    ]
    done = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert done.exception is None, done.output
    return done.return_value, done.stdout.replace(f"{scenario}/", "")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_plan_is_as_expected(scenario: Path, update: bool, tmp_path: Path) -> None:
    expected = scenario / "expected"
    out = tmp_path / "plan.json"
    _, text = planned(scenario, "--out", str(out))
    document = to_json(from_json(out.read_text()).plan).replace(f"{scenario}/", "")
    if update:
        expected.mkdir(exist_ok=True)
        (expected / "plan.txt").write_text(text)
        (expected / "plan.json").write_text(document)
    assert text == (expected / "plan.txt").read_text()
    assert json.loads(document) == json.loads((expected / "plan.json").read_text())


def plan_of(scenario: Path) -> Plan:
    return from_json(saved(scenario)).plan


def saved(scenario: Path) -> str:
    file = scenario / "scenario.yaml"
    assumed = parse_scenario(yaml.safe_load(file.read_text()) if file.exists() else {})
    loaded = pipeline.load([str(scenario / "manifests")])
    state = pipeline.open_state(str(scenario / "prior"), scenario)
    applying = ApplyOptions(Options(patient=True))
    report = pipeline.plan(
        loaded, state, applying, SimulationOptions(scenario=assumed), replace="--replace" in asked(scenario)
    )
    return pipeline.save(report, loaded, state, applying)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_a_plan_file_reads_back_to_the_same_plan(scenario: Path) -> None:
    plan = plan_of(scenario)
    assert from_json(to_json(plan)) == SavedPlan(plan)
    text = (scenario / "expected" / "plan.json").read_text()
    assert to_json(from_json(text).plan) == text


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
    plan = json.loads(saved(scenario))
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


SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: %s}\n"


@pytest.mark.parametrize("output", [(), ("-o", "json"), ("-o", "jsonl"), ("--out", "plan.json")])
def test_values_of_secrets_are_never_shown(output: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(SECRET % "first-planted-value")
    (tmp_path / "new.yaml").write_text(SECRET % "other-planted-value")
    arguments = ["-f", str(tmp_path / "new.yaml"), "--state", str(tmp_path / "old.yaml")]
    more = [str(tmp_path / one) if one.endswith(".json") else one for one in output]
    done = CliRunner().invoke(command, [*arguments, *more], standalone_mode=False)
    written = done.output + "".join(path.read_text() for path in tmp_path.glob("plan.json"))
    assert "1 to change" in written or '"update"' in written
    for value in (b"first-planted-value", b"other-planted-value"):
        assert value.decode() not in written
        assert base64.b64encode(value).decode() not in written


def test_what_manifests_no_longer_name_is_left_behind(tmp_path: Path) -> None:
    for folder in ("before", "after"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.yaml").write_text(SECRET % "x")
    (tmp_path / "before" / "b.yaml").write_text((SECRET % "x").replace("name: db", "name: gone"))
    arguments = ["-f", str(tmp_path / "after"), "--state", str(tmp_path / "before")]
    done = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert "Left behind: 1 object was applied earlier and is not in these manifests;" in done.output
    assert "1 left behind" in done.output.splitlines()[0]
    assert "secret/gone -n default" in done.output
    alone = [arguments[0], str(tmp_path / "after" / "a.yaml"), *arguments[2:]]
    assert "Left behind" not in CliRunner().invoke(command, alone, standalone_mode=False).output
