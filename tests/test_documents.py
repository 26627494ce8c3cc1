"""The published schemas of kplan's own documents say what its models say; ``--update`` writes them anew."""

import ast
import inspect
import json
from dataclasses import is_dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from kplan.errors import UsageError
from kplan.plan import change, effect, model
from kplan.plan.model import Plan
from kplan.schema.documents import check
from kplan.simulation.scenario import Scenario

Json = dict[str, Any]


def plan_schema() -> Json:
    schema = TypeAdapter(Plan).json_schema()
    for definition in (schema, *schema["$defs"].values()):
        for name, text in documented(definition["title"]).items():
            definition["properties"][name]["description"] = text
    versions = {
        "format_version": {"type": "string", "pattern": "^1\\.[0-9]+$"},
        "kplan_version": {"type": "string"},
    }
    return {
        **schema,
        "properties": {**versions, **schema["properties"]},
        "required": ["format_version", *schema["required"]],
    }


def documented(title: str) -> dict[str, str]:
    """The docstrings of a dataclass's fields."""
    owner = next(one for module in (model, effect, change) for one in [getattr(module, title, None)] if one)
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


DOCUMENTS = {
    "plan.v1": (plan_schema, "A plan, as kplan plan --out writes it"),
    "scenario.v1": (Scenario.model_json_schema, "The assumptions of a simulation, as --scenario reads them"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_published_schema_is_the_model(name: str, root: Path, update: bool) -> None:
    schema, title = DOCUMENTS[name]
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema(), "title": title}
    text = json.dumps(document, indent=2) + "\n"
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
