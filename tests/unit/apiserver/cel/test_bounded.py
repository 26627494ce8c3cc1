"""Expressions that would nest, run or grow without end are refused as the API server refuses them."""

import sys

import pytest

from kplan.apiserver.cel import conversions, values
from kplan.apiserver.cel.environment import CompileError, Environment
from kplan.apiserver.cel.meter import PER_REQUEST, CostBudget
from kplan.apiserver.cel.types import DYN
from kplan.apiserver.cel.values import BudgetError, CelError, MapList, SetList, Timestamp

_ENVIRONMENT = Environment({"object": DYN})


@pytest.mark.parametrize(
    "text",
    [
        "(" * 251 + "1" + ")" * 251,
        "[" * 300 + "]" * 300,
        "+".join(["1"] * 251),
        ".a".join(["object"] + [""] * 255),
        "true ? 1 : " * 300 + "1",
        "&&".join(["true"] * 5000),
    ],
    ids=["parentheses", "lists", "sums", "members", "conditions", "conjunctions"],
)
def test_nesting_ends_as_the_parser_of_the_server_ends_it(text: str) -> None:
    with pytest.raises(CompileError, match="recursion limit exceeded: 250"):
        _ENVIRONMENT.compile(text)


def test_nesting_just_below_the_limit_is_read() -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(10_000)  # as the command line does
    try:
        _reads_deep_expressions()
    finally:
        sys.setrecursionlimit(before)


def _reads_deep_expressions() -> None:
    assert _ENVIRONMENT.compile("(" * 200 + "1" + ")" * 200).run({}) == 1
    assert _ENVIRONMENT.compile("+".join(["1"] * 200)).run({}) == 200


def test_a_text_beyond_the_code_point_limit_is_refused() -> None:
    with pytest.raises(CompileError, match="code point size exceeds limit: size: 100003, limit 100000"):
        _ENVIRONMENT.compile(f"'{'x' * 100_001}'")


@pytest.mark.parametrize(
    "text",
    [
        "object.all(a, object.all(b, object.all(c, object.all(d, a + b + c + d >= 0))))",
        "lists.range(2000000000).size() > 0",
        "cel.bind(a, 'xxxxxxxxxx', " + "cel.bind(a, a + a + a + a + a + a + a + a, " * 10 + "a" + ")" * 11,
        "'x'.replace('', 'y').size() > 0 && '%.1000000f%.1000000f'.format([1.0, 1.0]).replace('0', 'yyyyyyyyyyyyyy') != ''",
    ],
    ids=["loops", "ranges", "doubling", "replacing"],
)
def test_work_without_end_is_cancelled(text: str) -> None:
    with pytest.raises(CelError, match="operation cancelled: actual cost limit exceeded"):
        _ENVIRONMENT.compile(text).run({"object": list(range(100))})


def test_no_operator_absorbs_a_cancelled_operation() -> None:
    with pytest.raises(CelError, match="actual cost limit exceeded"):
        _ENVIRONMENT.compile("lists.range(2000000000).size() > 0 || true").run({})


_LIST = "object.l"
PRICED = [
    ("1", 0), ("object", 1), ("object.a", 2), ("object.a.b", 3), ("has(object.a)", 1), ("object.n[0]", 3), ("object.n[object.i]", 4),
    ("object.i + 1", 3), ("object.i == 1", 3), ("object.i == 1 && object.i == 1", 6), ("object.i == 2 && object.i == 1", 3),
    ("object.i == 1 ? object.a : object.i == 1", 5), ("[1, 2]", 0), ("{'a': 1}", 0), ("int('3')", 0), (f"{_LIST}.size()", 2 + 1),
    ("{'a': object.i}", 32), (f"{_LIST}.all(x, x > 0)", 2 + 1 + 3 * (3 + 2)), (f"{_LIST}.exists(x, x > 0)", 2 + 1 + 4 + 2),
    (f"{_LIST}.exists_one(x, x == 2)", 2 + 2 + 3 * 2 + 2), (f"{_LIST}.filter(x, x == 2)", 2 + 1 + 3 * 2 + 13),
    (f"{_LIST}.map(x, x)", 2 + 1 + 3 * (12 + 1)), (f"{_LIST}.map(x, x == 2, x)", 2 + 1 + 3 * 2 + 13),
    ("'x' in ['x', 'y']", 0), ("object.s in ['x', 'y']", 2), ("object.i in object.n", 4 + 2), ("object.s + object.s", 4 + 20),
    ("object.s == object.s", 4 + 10), ("object.s.contains('xxxxxxxxxxx')", 2 + 10 * 2), ("object.s.matches('^x+$')", 2 + 11),
    ("object.s.startsWith('x')", 2 + 10), ("object.s.replace('x', 'y')", 2 + 20), ("object.s.split('x')", 2 + 20),
    ("[object.s].join()", 12 + 20), ("object.s.lowerAscii()", 2 + 10), ("[3, 1, 2].sort()", 11 + 18), ("lists.range(10)", 21),
    ("sets.contains([1, 2], [1])", 3), ("quantity('1Gi').asInteger()", 2), ("[1].sum()", 1), ("cel.bind(a, object.i, a + a)", 2 + 3),
    ("[object.i].map(x, x)[0]", 12 + 1 + 13 + 2), ("[2, 1].sortBy(x, x)", 3 + 2 * 13 + 11 + 8),
    ("optional.of(object.i).optMap(x, x + 1)", 3 + 1 + 3 + 3),
]  # fmt: skip


@pytest.mark.parametrize(("text", "cost"), PRICED, ids=[text for text, _ in PRICED])
def test_an_evaluation_costs_what_the_server_counts(text: str, cost: int) -> None:
    budget = CostBudget()
    _ENVIRONMENT.compile(text).run(
        {"object": {"a": {"b": 1}, "i": 1, "n": [1, 2], "l": [1, 2, 3], "s": "x" * 100}}, budget
    )
    assert PER_REQUEST - budget.left == cost


def test_what_is_over_budget_outweighs_every_other_answer() -> None:
    budget = CostBudget(2)
    with pytest.raises(BudgetError, match="running out of cost budget"):
        _ENVIRONMENT.compile("object.a.b.c.d").run({"object": {}}, budget)
    assert budget.left < 0


def test_a_text_longer_than_memory_is_not_made() -> None:
    long = "x" * 300_000
    with pytest.raises(CelError, match="actual cost limit exceeded"):
        _ENVIRONMENT.compile("object.replace('x', object)").run({"object": long})


def test_a_precision_that_go_does_not_format_is_not_formatted() -> None:
    made = _ENVIRONMENT.compile("'%.1000000000f'.format([1.0])").run({})
    assert made == "%!(NOVERB)%!(EXTRA float64=1)"


def test_what_is_constant_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(conversions, "_read_time", lambda text: read.append(text) or Timestamp(0))
    expression = "[1, 2, 3].all(a, timestamp('2026-01-01T00:00:00Z') == timestamp(0) && a in [3, 2, 1])"
    assert Environment({}).compile(expression).run({}) is True
    assert read == ["2026-01-01T00:00:00Z"]


def test_long_sets_and_maps_are_compared_and_joined_in_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    items, maps = list(range(3000)), [{"k": one, "v": [one]} for one in range(3000)]
    calls: list[int] = []
    monkeypatch.setattr(values, "identity", lambda one, of=values.identity: calls.append(1) or of(one))
    assert values.equal(SetList(items), SetList(reversed(items)))
    assert values.equal(MapList(maps, ("k",)), MapList(reversed(maps), ("k",)))
    assert not values.equal(SetList([1, True]), SetList([1, 2]))
    assert len(calls) < 12 * len(items)
    joined = (
        Environment({"a": DYN, "b": DYN}).compile("a + b").run({"a": SetList(items), "b": [2999.0, 3000]})
    )
    assert joined == [*items, 3000]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("timestamp(dyn(9223372036854775807)) > timestamp(0)", "timestamp overflow"),
        ("timestamp(0).getHours('Nowhere') == 1", "unknown time zone Nowhere"),
        ("timestamp(0).getHours('a..b') == 1", "time: invalid location name"),
        ("timestamp(0).getHours('a:b') == 1", 'strconv.Atoi: parsing "a": invalid syntax'),
        (f"timestamp(0).getHours('{'9' * 30}:00') == 1", "value out of range"),
    ],
)
def test_times_that_nobody_can_tell_are_errors(text: str, said: str) -> None:
    with pytest.raises(CelError, match=said):
        _ENVIRONMENT.compile(text).run({})
