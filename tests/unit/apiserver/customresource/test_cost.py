"""The estimated cost of rules: the figures of a real server."""

from typing import Any

import pytest

from kplan.apiserver.customresource.rules import Budget, compile_rules, cost_text, validate
from kplan.fieldpath import FieldPath

TEXT = {"type": "string"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["n"],
    "properties": {
        "n": {"type": "integer"},
        "s": TEXT,
        "t": {"type": "string", "maxLength": 20},
        "ls": {"type": "array", "items": TEXT},
        "lo": {
            "type": "array",
            "maxItems": 5,
            "items": {"type": "object", "required": ["k"], "properties": {"k": {"type": "string", "maxLength": 9}, "v": {"type": "integer"}}},
        },
        "mt": {"type": "object", "maxProperties": 6, "additionalProperties": {"type": "string", "maxLength": 11}},
        "x": {"x-kubernetes-int-or-string": True},
    },
}  # fmt: skip


def cost(rule: str, **more: str) -> Any:
    schema = {**SCHEMA, "x-kubernetes-validations": [{"rule": rule, **more}]}
    (compiled,) = compile_rules(schema, root=True)
    assert compiled.error == ""
    return compiled


COSTS = {
    "self.n == 1": 2,
    "self.s == 'abc'": 3,
    "self.s.startsWith(self.t)": 12,
    "self.t.contains('xyz')": 10,
    "self.s.matches('^[a-z]+$')": 629148,
    "self.ls.all(x, x == 'a')": 5242878,
    "self.lo.all(x, x.k == self.t && x.v > 3)": 73,
    "self.lo.map(x, x.k).join(',').size() < 4": 1844674407370955349,
    "self.lo.filter(x, x.v > 2).all(y, y.k == 'a')": 124,
    "self.mt.all(k, self.mt[k].matches('a'))": 75,
    "self.mt.transformMap(k, v, v == 'a', v + 'a').size() == 2": 101,
    "type(self.x) == int ? self.x > 1 : self.x.startsWith('a')": 7,
    "self.t.replace('', 'bb').matches('a')": 43,
    "self.t.split(',', 2).all(x, x == 'a')": 27,
    "quantity(self.t).isGreaterThan(quantity('1'))": 12,
    "self.?x.optMap(v, v == 'a').orValue(false)": 20,
    "[self.t, 'a'].sort() == ['a']": 43,
    "oldSelf == self": 2,
}


@pytest.mark.parametrize(("rule", "expected"), COSTS.items())
def test_rules_cost_what_the_server_says(rule: str, expected: int) -> None:
    assert cost(rule).cost == expected


def test_a_message_costs_too_and_a_schema_bounds_how_often_it_occurs() -> None:
    compiled = cost("true", messageExpression="string(self.x)")
    assert (compiled.cost, compiled.message_cost, compiled.cardinality) == (0, 314575, 349525)


def test_a_budget_names_the_most_expensive_rules() -> None:
    budget = Budget()
    for index, spent in enumerate((10, 60_000_000, 2_000_000, 70_000_000)):
        budget.observe(FieldPath("rules") / index, spent)
    *parts, whole = budget.errors(FieldPath("schema"))
    assert [str(error.path) for error in parts] == ["rules[3]", "rules[1]", "rules[2]"]
    assert "exceeds budget by factor of 1.320000x" in whole.detail
    assert "by factor of more than 100x" in cost_text("rule", 10**12, 10**7)


_DEAR = "lists.range(900000).size() > 0"
_ENDS = "no further validation rules will be run"


def ran(*rules: dict[str, str], **properties: Any) -> list[str]:
    schema = {"type": "object", "properties": properties, "x-kubernetes-validations": list(rules)}
    return [str(one) for one in validate(dict.fromkeys(properties, 1), schema, None, root=False)]


def test_the_rules_for_an_object_share_a_budget() -> None:
    assert ran(*[{"rule": _DEAR}] * 11) == []
    (error,) = ran(*[{"rule": _DEAR}] * 12, {"rule": "false"})
    assert f"validation failed due to running out of cost budget, {_ENDS}" in error


def test_a_rule_that_is_cancelled_ends_the_others_of_the_whole_object() -> None:
    below = {"type": "integer", "x-kubernetes-validations": [{"rule": "self > 1"}]}
    assert len(ran({"rule": "true"}, n=below)) == 1
    (error,) = ran({"rule": "lists.range(2000000).size() > 0"}, n=below)
    assert f"{_ENDS} due to call cost exceeds limit for rule: lists.range(2000000)" in error


def test_a_message_that_costs_too_much_ends_the_rules() -> None:
    dear = {"rule": "false", "messageExpression": "string(lists.range(2000000).size())"}
    (error,) = ran(dear, {"rule": "false"})
    assert f"{_ENDS} due to call cost exceeds limit for messageExpression:" in error
    cheap = {"rule": "false", "messageExpression": f"string({_DEAR})"}
    assert (
        f"messageExpression evaluation failed due to running out of cost budget, {_ENDS}"
        in ran(*[cheap] * 12)[-1]
    )


def test_bytes_in_the_alphabet_that_the_server_does_not_read_are_an_error_where_they_are_asked_for() -> None:
    schema = {"type": "object", "properties": {"b": {"type": "string", "format": "byte"}}}
    rules = [{"rule": "has(self.b)"}, {"rule": "size(self.b) > 0"}]
    (error,) = validate({"b": "a/8="}, {**schema, "x-kubernetes-validations": rules}, None, root=False)
    assert "Invalid byte formatted string a/8=: illegal base64 data at input byte 1" in str(error)
    assert validate({"b": "aGk="}, {**schema, "x-kubernetes-validations": rules}, None, root=False) == []
