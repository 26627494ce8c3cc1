"""What a schema uses, told once: the same as looking at every schema in it."""

import random
from typing import Any

import pytest

from kplan.apiserver.customresource import schemas

_WORDS = {
    schemas.RULES: ("x-kubernetes-validations", [{"rule": "true"}]),
    schemas.EMBEDDED: ("x-kubernetes-embedded-resource", True),
    schemas.DEFAULTS: ("default", 0),
    schemas.LISTS: ("x-kubernetes-list-type", "set"),
}


def _random_schema(chance: random.Random, depth: int = 0) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": chance.choice(["string", "object", "array"]), "description": "some"}
    schema |= {name: value for name, value in _WORDS.values() if chance.random() < 0.03}
    if depth < 5:
        inner = [_random_schema(chance, depth + 1) for _ in range(3)]
        match chance.randrange(6):
            case 0:
                schema["properties"] = dict(zip("abc", inner, strict=True))
            case 1:
                schema["items"] = inner[0]
            case 2:
                schema["items"] = inner
            case 3:
                schema["anyOf"], schema["not"] = inner[:2], inner[2]
            case 4:
                schema["additionalProperties"] = inner[0]
            case _:
                schema["additionalProperties"] = True
    return schema


@pytest.mark.parametrize("seed", range(40))
def test_what_is_used_is_what_a_walk_finds(seed: int) -> None:
    schema = _random_schema(random.Random(seed))
    for flag, (name, _) in _WORDS.items():
        walked = any(node.get(name) is not None for node in schemas.walk(schema))
        assert bool(schemas.uses(schema) & flag) is walked, name


@pytest.mark.parametrize(
    "name", ["properties", "items", "default", "pattern", "x-kubernetes-int-or-string", "anyOf"]
)
def test_a_schema_that_a_check_looks_into_is_no_leaf(name: str) -> None:
    assert schemas.is_leaf({"type": "string", "description": "some", "maxLength": 3})
    assert not schemas.is_leaf({"type": "string", name: {}})


@pytest.mark.parametrize("schema", [None, {}, {"description": "some"}, {"type": "null"}, {"type": "array"}])
def test_a_schema_whose_type_may_be_wrong_is_no_leaf(schema: dict[str, Any] | None) -> None:
    assert not schemas.is_leaf(schema)
