"""Device selectors compile against ``device`` and are held to a cost."""

import pytest

from kplan.apiserver.cel.devices import COST_LIMIT, DeviceSelectorError, max_cost
from kplan.apiserver.validation.resource_devices import validate_selectors
from kplan.fieldpath import FieldPath


@pytest.mark.parametrize(
    "expression",
    [
        "true",
        "device.driver == 'gpu.example.com' && !device.allowMultipleAllocations",
        "device.attributes['gpu.example.com'].model == 'x'",
        "device.attributes['gpu.example.com'].fast",
        "device.capacity['gpu.example.com'].memory.compareTo(quantity('10Gi')) >= 0",
        "cel.bind(gpu, device.attributes['gpu.example.com'], gpu.fast && gpu.big)",
    ],
)
def test_cheap_selectors(expression: str) -> None:
    assert max_cost(expression) < COST_LIMIT


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("1", "must evaluate to bool or the unknown type, not int"),
        ("dyn(1)", "must evaluate to bool or the unknown type, not dyn"),
        ("string(b'\\xff')", "must evaluate to bool or the unknown type, not string"),
        ("duration('1h')", "must evaluate to bool or the unknown type, not google.protobuf.Duration"),
        (
            "device.attributes['d'].a.all(x, true)",
            "compilation failed: ERROR: <input>:1:23: expression of type 'any' cannot be range of a comprehension",
        ),
        (
            "isURL(device.attributes['d'])",
            "compilation failed: ERROR: <input>:1:6: found no matching overload for 'isURL' applied to '(map(string, any))'",
        ),
        ("device.color", "compilation failed: ERROR: <input>:1:7: undefined field 'color'"),
        (
            "UPPER",
            "compilation failed: ERROR: <input>:1:1: undeclared reference to 'UPPER' (in container '')",
        ),
        ("", "compilation failed: ERROR: <input>:1:0: Syntax error: mismatched input '<EOF>' expecting"),
    ],
)
def test_refusals(expression: str, problem: str) -> None:
    with pytest.raises(DeviceSelectorError) as refusal:
        max_cost(expression)
    assert str(refusal.value).startswith(problem)


def test_nested_loops_are_too_dear() -> None:
    nested = "true"
    for name in "abcde":
        nested = f"device.attributes.all({name}, {nested})"
    assert max_cost(nested) > COST_LIMIT


def test_a_constant_that_cannot_be_worked_out_is_the_servers_error() -> None:
    found = validate_selectors([{"cel": {"expression": "int('x') == 1"}}], FieldPath("s"))
    text = "program instantiation failed: type conversion error from 'string' to 'int'"
    assert [str(error) for error in found] == [f"s[0].cel.expression: Internal error: {text}"]
