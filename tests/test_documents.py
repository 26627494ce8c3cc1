"""The published schemas of kplan's own documents say what its models say; ``--update`` writes them anew."""

import ast
import inspect
import json
import re
import shutil
from dataclasses import is_dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from kplan.cli.main import run
from kplan.config.model import Config
from kplan.config.scenariofile import Scenario
from kplan.errors import UsageError
from kplan.plan import basis, change, effect, model
from kplan.plan.basis import Basis
from kplan.plan.model import Plan
from kplan.render.schema import ReportDocument
from kplan.schema.documents import check

Json = dict[str, Any]
ROOT = Path(__file__).parents[1]
VERSION = {"type": "string", "pattern": "^1\\.[0-9]+$"}


def plan_schema() -> Json:
    schema = TypeAdapter(Plan).json_schema()
    made_from = TypeAdapter(Basis).json_schema()
    schema["$defs"] = {**schema["$defs"], **made_from.pop("$defs"), "Basis": made_from}
    schema["properties"]["basis"] = {"$ref": "#/$defs/Basis", "description": inspect.getdoc(Basis)}
    sealed = "A SHA-256 of the rest; a file with a basis is read only where it fits."
    schema["properties"]["seal"] = {"type": "string", "description": sealed}
    for definition in (schema, *schema["$defs"].values()):
        for name, text in documented(definition["title"]).items():
            definition["properties"][name]["description"] = text
    versions = {"format_version": VERSION, "kplan_version": {"type": "string"}}
    return {
        **schema,
        "properties": {**versions, **schema["properties"]},
        "required": ["format_version", *schema["required"]],
    }


def documented(title: str) -> dict[str, str]:
    """The docstrings of a dataclass's fields."""
    owner = next(
        one for module in (model, effect, change, basis) for one in [getattr(module, title, None)] if one
    )
    if not is_dataclass(owner):
        return {}
    body = ast.parse(inspect.getsource(owner)).body[0]
    assert isinstance(body, ast.ClassDef)
    return {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in pairwise(body.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


@cache
def report_schema() -> Json:
    schema = TypeAdapter(ReportDocument).json_schema(mode="serialization")
    schema["properties"]["format_version"] |= VERSION
    return schema


DOCUMENTS = {
    "plan.v1": (plan_schema, "A plan, as kplan plan --out writes it"),
    "report.v1": (report_schema, "What a run of kplan came to, as -o json prints it"),
    "config.v1": (Config.model_json_schema, "The configuration of a repository, as .kplan.yaml holds it"),
    "scenario.v1": (Scenario.model_json_schema, "The assumptions of a simulation, as --scenario reads them"),
}


def flowing(value: Any) -> Any:
    """A schema whose descriptions have no line ends within a paragraph."""
    if isinstance(value, list):
        return [flowing(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: re.sub(r"(?<!\n)\n(?!\n)", " ", one)
        if name == "description" and isinstance(one, str)
        else flowing(one)
        for name, one in value.items()
    }


@pytest.mark.parametrize("name", DOCUMENTS)
def test_published_schema_is_the_model(name: str, root: Path, update: bool) -> None:
    schema, title = DOCUMENTS[name]
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema(), "title": title}
    text = json.dumps(flowing(document), indent=2) + "\n"
    file = root / "schemas" / "kplan" / f"{name}.json"
    if update:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    assert file.read_text() == text


def test_a_wrong_document_is_refused_with_the_place() -> None:
    with pytest.raises(UsageError, match=r"^not a plan: \$\.summary: 3 is not of type 'object'$"):
        check("plan.v1", {"format_version": "1.0", "summary": 3})
    with pytest.raises(UsageError, match=r"^not a scenario: \$\.images\[0\]"):
        check("scenario.v1", {"images": [{"image": 1}]})


def test_a_later_minor_version_may_say_more() -> None:
    check("plan.v1", {"format_version": "1.7", "summary": {}, "more": True})


STATE = ("--state", "nodes:3x4cpu,8Gi")
REPORTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "lint": ("", ("lint", "shop")),
    "lint for several minors": (
        "",
        ("lint", "shop", "--kubernetes-version", "1.33", "--kubernetes-version", "1.36"),
    ),
    "lint of what is broken": ("", ("lint", "mixed", "missing.yaml", "--exclude", "left-out.yaml")),
    "lint that fixes": ("fixed", ("lint", "pod.yaml", "--fix", "--unsafe-fixes")),
    "plan": ("plan", ("plan", "-f", "shop", *STATE)),
    "plan with risks": ("plan", ("plan", "-f", "pending/manifests", "--state", "pending/prior")),
    "plan with a refusal": ("plan", ("plan", "-f", "refused/manifests", "--state", "refused/prior")),
    "plan with a replacement": ("plan", ("plan", "-f", "replaced/manifests", "--state", "replaced/prior")),
    "upgrade": ("upgrades_from", ("upgrade", "--to", "1.37", "--from", "1.35", "-f", "shop")),
    "diff": ("diff", ("diff", "-f", "shop", *STATE)),
    "fleet": ("fleet", ("fleet", "plan", "--targets", "sh*p", "--jobs", "1")),
    "simulate": ("simulation printed", ("simulate", "-f", "shop", *STATE)),
    "drain": ("plan simulation printed", ("drain", "node-1", "--state", "shop")),
    "why": ("answers", ("why", "-f", "pod.yaml", *STATE)),
    "why, of what fits nowhere": ("answers", ("why", "-f", "large.yaml", *STATE)),
    "capacity": ("answers", ("capacity", "-f", "pod.yaml", *STATE)),
    "nodes": ("answers", ("nodes", "--state", "shop")),
    "nodes that may be lost": ("answers", ("nodes", "--survival", "--state", "shop")),
    "route": ("answers", ("route", "pod/catalog-0", "web:80", "-n", "shop", "--state", "shop")),
    "rules": ("rows", ("rules",)),
    "one rule": ("rows", ("rules", "AVL003")),
    "config": ("rows", ("config",)),
}
"""Commands, each with the parts that its report has besides those of every report."""
POD = "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: a, image: b, resources: {{requests: {{cpu: {}}}}}}}]}}\n"


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    shutil.copytree(ROOT / "fixtures" / "manifests" / "shop", folder / "shop")
    for name, scenario in {
        "pending": "pods-that-do-not-fit-stay-pending",
        "refused": "refused-object-leaves-the-rest",
        "replaced": "immutable-selector-replaces",
    }.items():
        shutil.copytree(ROOT / "fixtures" / "plans" / scenario, folder / name)
    (folder / "mixed").mkdir()
    (folder / "mixed" / "broken.yaml").write_text("apiVersion: v1\nkind: [\n")
    (folder / "mixed" / "values.yaml").write_text("replicas: 3\n")
    (folder / "mixed" / "left-out.yaml").write_text("kind: Pod\n")
    (folder / "pod.yaml").write_text(POD.format("1"))
    (folder / "large.yaml").write_text(POD.format("100"))
    return folder


def closed(schema: Any) -> Any:
    """A schema that takes no property that it does not describe."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    more = (
        {}
        if "additionalProperties" in schema or "properties" not in schema
        else {"additionalProperties": False}
    )
    return {**{key: closed(value) for key, value in schema.items()}, **more}


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_as_published(
    name: str, inputs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(inputs)
    parts, arguments = REPORTS[name]
    code = run([*arguments, "-o", "json"])
    printed, said = capsys.readouterr()
    assert printed, said
    document = json.loads(printed)
    check("report.v1", document)
    Draft202012Validator(closed(report_schema())).validate(document)
    assert document["exit_code"] == code
    assert sum(document["summary"].values()) == len(document["findings"])
    assert set(document) - set(report_schema()["required"]) == set(parts.split())


def test_every_part_of_a_report_is_held_against_its_schema() -> None:
    schema = report_schema()
    optional = set(schema["properties"]) - set(schema["required"])
    assert optional == {part for parts, _ in REPORTS.values() for part in parts.split()}


def test_a_report_without_findings_or_with_an_unknown_word_is_refused() -> None:
    with pytest.raises(UsageError, match=r"^not a report: "):
        check("report.v1", {"format_version": "1.0"})


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "kubernetes: ['1.35', '1.36']\nlint: {select: [API], per-file-ignores: {'a/**': [SEC]}}",
        "kubernetes: '1.35'\nexclude: ci/\nlint: {ignore: STY, severity: {AVL003: error}, fail-on: error}",
        "inputs: [{path: deploy/}]\nplan: {fail-on: [risk>=error, deletes]}\nlimits: {depth: 30}",
        "simulate: {images: {'ok/*': {runs: 10s}, 'bad/*': never-ready}, load: deployment/web=2}",
    ],
)
def test_what_a_configuration_takes_its_schema_takes(text: str) -> None:
    value = yaml.safe_load(text)
    Config.model_validate(value)
    check("config.v1", value)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("lint: {selects: [API]}", r"\$\.lint"),
        ("lint: {fail-on: fatal}", r"\$\.lint\['fail-on'\]"),
        ("namespace: 3", r"\$\.namespace"),
    ],
)
def test_what_it_refuses_its_schema_refuses(text: str, place: str) -> None:
    value = yaml.safe_load(text)
    with pytest.raises(ValidationError):
        Config.model_validate(value)
    with pytest.raises(UsageError, match=f"^not a config: {place}: "):
        check("config.v1", value)
