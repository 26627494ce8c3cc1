"""Compiling: cel-go's words for what is wrong, and the types of what is right."""

import pytest

from kplan.apiserver.cel.environment import CompileError, Environment
from kplan.apiserver.cel.types import BOOL, DYN, INT, STRING, TIMESTAMP, list_of, map_of, object_type
from kplan.apiserver.cel.values import CelError, Struct

FIELDS = {
    "n": INT, "s": STRING, "ls": list_of(STRING), "m": map_of(STRING, INT), "x": DYN, "t": TIMESTAMP,
    "o": object_type("selfType.o", {"a": INT}), "lo": list_of(object_type("selfType.lo.@idx", {"a": INT})),
}  # fmt: skip
ENVIRONMENT = Environment({"self": object_type("object", FIELDS), "oldSelf": DYN})
OPERAND = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"
IN_CALL = OPERAND.replace("'(', ", "'(', ')', ")
OPERAND = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("self.q > 1", "1:5", "undefined field 'q'"),
        ("self.n == 'a'", "1:8", "found no matching overload for '_==_' applied to '(int, string)'"),
        ("x > 1", "1:1", "undeclared reference to 'x' (in container '')"),
        (".x > 1", "1:2", "undeclared reference to '.x' (in container '')"),
        ("self.n >", "1:9", f"Syntax error: mismatched input '<EOF>' expecting {OPERAND}"),
        ("1 +* 2", "1:4", f"Syntax error: extraneous input '*' expecting {OPERAND}"),
        ("self..n", "1:6", "Syntax error: no viable alternative at input '..'"),
        ("self. > 1", "1:7", "Syntax error: no viable alternative at input '. >'"),
        ("[1 2] == [1]", "1:4", "Syntax error: extraneous input '2' expecting {']', ','}"),
        ("{'a' 1} == {}", "1:6", "Syntax error: missing ':' at '1'"),
        ("size(, self.s)", "1:6", f"Syntax error: extraneous input ',' expecting {IN_CALL}"),
        ("self.s.matches('[')", "1:16", "invalid matches argument"),
        ("duration('x') > duration('1h')", "1:10", "invalid duration argument"),
        ("self.ls.all(x, x)", "1:16", "expected type 'bool' but found 'string'"),
        ("self.ls.all(1, true)", "1:13", "argument must be a simple name"),
        ("self.ls.map(1, true)", "1:13", "argument is not an identifier"),
        ("self.m[?'a'].optMap(1, 2).hasValue()", "1:21", "optMap() variable name must be a simple identifier"),
        ("self.ls.filter(x, x) == []", "1:15", "found no matching overload for '_?_:_' applied to '(string, list(string), list(string))'"),
        ("self.n.all(x, x)", "1:5", "expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)"),
        ("[] && true", "1:1", "expected type 'bool' but found 'list(_var0)'"),
        ("size(zz, zz.a.b)", "1:5", "found no matching overload for 'size' applied to '(!error!, dyn)'"),
        ("[1].sort() == [self.o].sort()", "1:28", "found no matching overload for 'sort' applied to 'list(selfType.o).()'"),
        ("quantity('1').sign() == 1", "1:19", "found no matching overload for 'sign' applied to 'kubernetes.Quantity.()'"),
        ("'%d'.format([self.t]) == ''", "1:18", "error during formatting: decimal clause can only be used on integers, was given google.protobuf.Timestamp"),
        ("self.n > 1 ? true", "1:18", "Syntax error: mismatched input '<EOF>' expecting ':'"),
        ("[size(self.s] == []", "1:13", "Syntax error: missing ')' at ']'"),
        ("[size(self.s == []", "1:19", "Syntax error: mismatched input '<EOF>' expecting ')'"),
        ("!", "1:2", f"Syntax error: extraneous input '<EOF>' expecting {OPERAND}"),
        ("self.?[1]", "1:7", "Syntax error: mismatched input '[' expecting {IDENTIFIER, ESC_IDENTIFIER}"),
        ("self.n.foo", "1:7", "type 'int' does not support field selection"),
        ("size(self.n)", "1:5", "found no matching overload for 'size' applied to '(int)'"),
        ("has(self)", "1:5", "invalid argument to has() macro"),
        ("self.n ? 1 : 2", "1:8", "found no matching overload for '_?_:_' applied to '(int, int, int)'"),
        ("if", "1:1", "reserved identifier: if"),
        ("self.n < 9223372036854775808", "1:10", "invalid int literal"),
        (f"self.n < {'9' * 5_000}", "1:10", "invalid int literal"),
        (f"{'9' * 5_000}u > 1u", "1:1", "invalid uint literal"),
        ("[1,'a'] == [1]", "1:4", "expected type 'int' but found 'string'"),
        ("[self.x, 1] == [1]", "1:10", "expected type 'dyn' but found 'int'"),
        ("{'a': self.x, 'b': 'c'} == {'a': 1}", "1:20", "expected type 'dyn' but found 'string'"),
        ("'%d'.format(['a']) == ''", "1:14", "error during formatting: decimal clause can only be used on integers, was given string"),
        ("'%s %s'.format(['a']) == ''", "1:15", "index 1 out of range"),
        ("'%s'.format(['a', 1]) == ''", "1:12", "too many arguments supplied to string.format (expected 1, got 2)"),
        ("self.s.reverse() == ''", "1:15", "found no matching overload for 'reverse' applied to 'string.()'"),
        ("self.o == self.lo[0]", "1:8", "found no matching overload for '_==_' applied to '(selfType.o, selfType.lo.@idx)'"),
        ("[?self.s] == []", "1:7", "expected type 'optional_type(string)' but found 'string'"),
        ("[?self.s[?0]] == []", "1:9", "found no matching overload for '_[?_]' applied to '(string, int)'"),
        ("self.n || true ? 1 : 'a'", "1:5", "expected type 'bool' but found 'int'"),
        ("'%q'.format(['a']) == ''", "1:12", 'could not parse formatting clause: unrecognized formatting clause "q"'),
    ],
)  # fmt: skip
def test_what_does_not_compile_is_worded_as_cel_go_words_it(text: str, place: str, words: str) -> None:
    with pytest.raises(CompileError) as caught:
        ENVIRONMENT.compile(text)
    assert str(caught.value).splitlines()[:2] == [f"ERROR: <input>:{place}: {words}", f" | {text}"]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("'\\d' == 'a'", [("1:1", "Syntax error: token recognition error at: ''\\d'"), ("1:10", "Syntax error: extraneous input 'a' expecting <EOF>"), ("1:11", "Syntax error: token recognition error at: '''")]),
        ("'a\\d", [("1:1", "Syntax error: token recognition error at: ''a\\d'"), ("1:5", "Syntax error: mismatched input '<EOF>' expecting {OPERAND}")]),
        ("'\\u12'", [("1:1", "Syntax error: token recognition error at: ''\\u12''"), ("1:7", "Syntax error: mismatched input '<EOF>' expecting {OPERAND}")]),
        ("'\\400'", [("1:1", "Syntax error: token recognition error at: ''\\4'"), ("1:6", "Syntax error: token recognition error at: '''")]),
        ("b'\\x1'", [("1:2", "Syntax error: token recognition error at: ''\\x1''")]),
        ("'\\uD800'", [("1:1", "invalid unicode code point")]),
        ("'\\U00110000'", [("1:1", "invalid unicode code point")]),
        ("`n`", [("1:1", "Syntax error: mismatched input '`n`' expecting {OPERAND}")]),
        ("`a$b`", [("1:1", "Syntax error: token recognition error at: '`a$'"), ("1:5", "Syntax error: token recognition error at: '`'")]),
        ("self.`n`", [("1:6", "unsupported syntax: '`'")]),
        ("self.true", [("1:6", "Syntax error: mismatched input 'true' expecting IDENTIFIER")]),
        ("self.null()", [("1:6", "Syntax error: mismatched input 'null' expecting IDENTIFIER")]),
        (".true", [("1:2", "Syntax error: mismatched input 'true' expecting IDENTIFIER")]),
        ("self.?", [("1:7", "Syntax error: mismatched input '<EOF>' expecting {IDENTIFIER, ESC_IDENTIFIER}"), ("1:7", "unsupported ident kind")]),
        ("self.?'a'", [("1:7", "Syntax error: mismatched input ''a'' expecting {IDENTIFIER, ESC_IDENTIFIER}"), ("1:7", "unsupported ident kind")]),
        ("self.?1", [("1:7", "Syntax error: mismatched input '1' expecting {IDENTIFIER, ESC_IDENTIFIER}"), ("1:7", "unsupported ident kind")]),
        ("1e999", [("1:1", "invalid double literal")]),
        ("!-1", [("1:1", "found no matching overload for '!_' applied to '(int)'")]),
        ("!--1", [("1:3", "Syntax error: no viable alternative at input '--'")]),
        ("!-self.n", [("1:3", "Syntax error: no viable alternative at input '-self'")]),
        ("-!true", [("1:2", "Syntax error: no viable alternative at input '-!'")]),
        ("(-)", [("1:3", "Syntax error: no viable alternative at input '-)'"), ("1:3", "Syntax error: mismatched input ')' expecting {OPERAND}")]),
        ("--", [("1:3", "Syntax error: no viable alternative at input '-'"), ("1:3", "Syntax error: mismatched input '<EOF>' expecting {OPERAND}")]),
        ("1 + -", [("1:6", "Syntax error: no viable alternative at input '-'"), ("1:6", "Syntax error: mismatched input '<EOF>' expecting {OPERAND}")]),
        ("[1,,]", [("1:4", "Syntax error: extraneous input ',' expecting ']'")]),
        ("[,1]", [("1:3", "Syntax error: extraneous input '1' expecting ']'")]),
        ("[1,", [("1:4", "Syntax error: missing ']' at '<EOF>'")]),
        ("{,1:2}", [("1:3", "Syntax error: mismatched input '1' expecting '}'")]),
        ("{1:2,,}", [("1:6", "Syntax error: extraneous input ',' expecting '}'")]),
        ("{1:2,", [("1:6", "Syntax error: missing '}' at '<EOF>'")]),
        ("f(,)", [("1:3", "Syntax error: extraneous input ',' expecting {'[', '{', '(', ')', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}")]),
        ("self.f(,)", [("1:8", "Syntax error: extraneous input ',' expecting {'[', '{', '(', ')', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}")]),
        ("{:}", [("1:2", "Syntax error: extraneous input ':' expecting {'[', '{', '}', '(', '.', ',', '-', '!', '?', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}")]),
        ("Foo{,a:1}", [("1:6", "Syntax error: mismatched input 'a' expecting '}'")]),
        ("Foo{a:1, 1: 2}", [("1:10", "Syntax error: mismatched input '1' expecting '}'")]),
        ("Foo{a:1, ?1: 2}", [("1:5", "unsupported ident kind"), ("1:11", "Syntax error: mismatched input '1' expecting {IDENTIFIER, ESC_IDENTIFIER}")]),
        ("Foo{?}", [("1:6", "Syntax error: mismatched input '}' expecting {IDENTIFIER, ESC_IDENTIFIER}")]),
        ("Foo{1}", [("1:5", "Syntax error: extraneous input '1' expecting {'}', ',', '?', IDENTIFIER, ESC_IDENTIFIER}")]),
        ("Foo{`a`: 1}", [("1:5", "unsupported syntax: '`'")]),
        ("1.sortBy(x, x)", [("1:1", "sortBy can only be applied to a list, identifier, comprehension, call or select expression")]),
        ("{'a': 1}.sortBy(x, x)", [("1:1", "sortBy can only be applied to a list, identifier, comprehension, call or select expression")]),
        ("self.ls.sortBy(1, true)", [("1:16", "argument is not an identifier")]),
        ("has(1)", [("1:5", "invalid argument to has() macro")]),
        ("timestamp(-62135596801)", [("1:11", "invalid timestamp argument")]),
        ("timestamp(null)", [("1:11", "invalid timestamp argument")]),
        ("duration(1)", [("1:10", "invalid duration argument")]),
        ("[1, 2].existsOne(x, x > 1)", [("1:17", "undeclared reference to 'existsOne' (in container '')"), ("1:18", "undeclared reference to 'x' (in container '')"), ("1:21", "undeclared reference to 'x' (in container '')")]),
        ("'abc", [("1:1", "Syntax error: token recognition error at: ''abc'"), ("1:5", "Syntax error: mismatched input '<EOF>' expecting {OPERAND}")]),
    ],
)  # fmt: skip
def test_all_that_is_wrong_with_a_text_is_told(text: str, problems: list[tuple[str, str]]) -> None:
    with pytest.raises(CompileError) as caught:
        Environment({"self": DYN}, bindings=False).compile(text)
    told = [line for line in str(caught.value).splitlines() if line.startswith("ERROR: <input>:")]
    assert told == [
        f"ERROR: <input>:{place}: {words.replace('{OPERAND}', OPERAND)}" for place, words in problems
    ]


def test_the_caret_stands_below_wide_characters_too() -> None:
    with pytest.raises(CompileError) as caught:
        ENVIRONMENT.compile("'ä' == self.q")
    assert str(caught.value).splitlines()[2] == " | .\uff0e.........^"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("self.n + 1", INT),
        ("self.ls.map(x, size(x))", list_of(INT)),
        ("self.m.transformMap(k, v, k)", map_of(STRING, STRING)),
        ("self.ls.exists(x, x in self.m)", BOOL),
        ("self.x", DYN),
        ("'%s-%d'.format([self.s, self.n])", STRING),
        ("[[], [1]]", list_of(list_of(INT))),
        (".self.n", INT),
    ],
)
def test_what_compiles_has_a_type(text: str, kind: object) -> None:
    assert ENVIRONMENT.compile(text).result == kind


def test_a_program_knows_the_variables_it_reads_and_what_keeps_it_from_running() -> None:
    assert ENVIRONMENT.compile("oldSelf == 1 && self.n == 1").used == {"self", "oldSelf"}
    assert (
        ENVIRONMENT.compile("self.s.find('[') == ''").unusable
        == "error parsing regexp: missing closing ]: `[`"
    )


@pytest.mark.parametrize(
    "text", ["bool('a,b')", "true || bool('x')", "[1].exists(e, string(e) == '' || bool('a'))"]
)
def test_constants_are_converted_before_anything_runs(text: str) -> None:
    assert ENVIRONMENT.compile(text).unusable == "type conversion error from 'string' to 'bool'"


@pytest.mark.parametrize(
    "text", ["optional.of(self.s) == null", "null == self.?s", "self.t == null", "self.o != null"]
)
def test_null_stands_where_objects_times_and_optionals_may(text: str) -> None:
    assert ENVIRONMENT.compile(text).result == BOOL


@pytest.mark.parametrize(
    "text", ["{'a': 1}['b'] > 0 || {'a': 1}['c'] > 0", "{'a': 1}['b'] > 0 && {'a': 1}['c'] > 0"]
)
def test_of_two_failures_the_first_counts(text: str) -> None:
    with pytest.raises(CelError, match="no such key: b"):
        ENVIRONMENT.compile(text).run({})


@pytest.mark.parametrize(
    "text",
    [
        "self.namespace == 'x'",
        "self.__namespace__ == 'x'",
        "has(self.namespace)",
        "self.?namespace.hasValue()",
    ],
)
def test_a_field_named_as_a_keyword_is_found_by_both_of_its_names(text: str) -> None:
    """Since 1.32 of a rule that is new; a real server takes all of these."""
    environment = Environment({"self": object_type("Thing", {"__namespace__": STRING})})
    program = environment.compile(text)
    assert program.result == BOOL
    assert program.run({"self": Struct({"__namespace__": "x"})}) is True


def test_a_variable_may_be_called_as_a_field_of_another_one() -> None:
    """As ``authorizer.requestResource`` is."""
    environment = Environment({"a": INT, "a.b": STRING})
    assert environment.compile("a.b == 'x' && a == 1").run({"a": 1, "a.b": "x"}) is True


def test_types_of_libraries_have_no_fields() -> None:
    with pytest.raises(CompileError, match=r"1:14: unexpected failed resolution of 'kubernetes.Quantity'"):
        ENVIRONMENT.compile('quantity("1").foo == 1')


def test_what_an_expression_means_in_one_environment_is_not_taken_into_another():
    escaped = Environment({"self": object_type("settings", {"__namespace__": STRING})}).compile(
        "self.namespace"
    )
    plain = Environment({"self": map_of(STRING, STRING)}).compile("self.namespace")
    assert escaped.run({"self": Struct({"__namespace__": "a"})}) == "a"
    assert plain.run({"self": {"namespace": "b"}}) == "b"
