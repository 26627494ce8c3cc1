"""Expressions that would nest, run or grow without end are refused as the API server refuses them."""

import sys

import pytest

from kplan.apiserver.cel.environment import CompileError, Environment
from kplan.apiserver.cel.types import DYN
from kplan.apiserver.cel.values import CelError

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


def test_a_precision_that_go_does_not_format_is_not_formatted() -> None:
    made = _ENVIRONMENT.compile("'%.1000000000f'.format([1.0])").run({})
    assert made == "%!(NOVERB)%!(EXTRA float64=1)"
