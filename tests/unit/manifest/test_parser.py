"""Reading: kubectl's scalars, streams and refusals, and nothing hidden by a broken neighbour."""

import time

import pytest

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.manifest.limits import Limits
from kplan.manifest.parser import parse_documents


def value(text):
    parsed = parse_documents(text)
    assert not parsed.diagnostics, parsed.diagnostics
    return parsed.documents[0].value


def problem(text, **limits):
    parsed = parse_documents(text, "f.yaml", Limits(**limits))
    assert not parsed.documents
    (diagnostic,) = parsed.diagnostics
    return diagnostic


@pytest.mark.parametrize(
    ("scalar", "expected"),
    [
        ("yes", True), ("Off", False), ("y", True), ("0644", 420), ("0o17", 15), ("08", 8), ("1_000", 1000),
        ("0x1F", 31), ("0b101", 5), ("0b-11", -3), ("0b+1_1", 3), ("-0b-11", "-0b-11"), ("0B-1", "0B-1"), ("-0", 0), ("3.0", 3), ("1e3", 1000), (".5", 0.5), (".6_3", 0.63), ("1e400", "1e400"),
        ("12:30:45", "12:30:45"), ("2024-01-01", "2024-01-01"), ("9223372036854775808", 9223372036854776000),
        ("~", None), ("", None), ("<<", "<<"), ("!!str 1", "1"), ('!!int "1"', 1), ("! 12", "12"),
        ("18446744073709551616", 18446744073709552000), ("0xFFFFFFFFFFFFFFFFF", "0xFFFFFFFFFFFFFFFFF"),
        ("\"it\\'s \\'\"", "it's '"), ('"\\x41\\u00e9\\N"', "Aé\x85"), ('["\\\\/"]', ["\\/"]), ("'\\d\\/'", "\\d\\/"),
        ("!!binary aGk=", "hi"), ("[a::1]", ["a::1"]), ("[a::]", ["a::"]), ("{a: b:}", {"a": "b:"}), ("100m", "100m"),
    ],
)  # fmt: skip
def test_scalar_reads_as_kubectl_reads_it(scalar, expected):
    got = value(f"k: {scalar}\n")["k"]
    assert (got, type(got)) == (expected, type(expected))


def test_keys_become_strings():
    assert value("1: a\nyes: b\n1.5: c\n1e7: d\n") == {"1": "a", "true": "b", "1.5": "c", "1e+07": "d"}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"),
        ("18446744073709551616", "1.8446744e+19"), ("-9223372036854775809", "-9.223372e+18"),
        ("123456789012345678901234567890", "1.2345679e+29"), ("0777777777777777777777777", "7.777778e+23"),
        ("0x1F", "31"), ("0b11", "3"), ("1_000", "1000"), ("010", "8"), ("08", "8"), ("-0", "0"),
        ("1.0", "1"), ("1e3", "1000"), ("1e6", "1e+06"), ("16777217.0", "1.6777216e+07"), ("0.1", "0.1"), ("1e400", "1e400"),
        (".inf", ".inf"), ("-.Inf", "-.inf"), (".NaN", ".nan"), ("on", "true"), ("NO", "false"),
        ("2001-01-01", "2001-01-01"), ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"),
        ("'~'", "~"), ('"1.50"', "1.50"), ("!!str 1.50", "1.50"), ("!!float .inf", ".inf"), ("0xFFFFFFFFFFFFFFFFF", "0xFFFFFFFFFFFFFFFFF"),
    ],
)  # fmt: skip
def test_key_is_spelled_as_kubectl_spells_it(key, expected):
    assert value(f"{key}: v\n") == {expected: "v"}


def test_aliased_keys_are_spelled_by_their_value():
    assert value("a: &x 1.50\n*x : b\n") == {"a": 1.5, "1.5": "b"}
    assert value("a: &x 100000000000000000000\n*x : b\n") == {"a": 100000000000000000000, "1e+20": "b"}
    assert "unsupported value: +Inf" in problem("&x .inf : a\nb: *x\n").message


def test_merge_overrides_what_stands_before_it():
    assert value("x: &x {a: 1, b: 2}\nj:\n  a: 9\n  <<: *x\n  b: 3\n")["j"] == {"a": 1, "b": 3}


def test_aliased_values_are_copies():
    read = value("x: &x {a: 1}\nz: *x\n")
    assert read["x"] == read["z"]
    assert read["x"] is not read["z"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("k: .inf", "unsupported value: +Inf"),
        ("~: a", "unsupported map key"),
        ("9223372036854775808: a", "unsupported map key of type: uint64, key: 0x8000000000000000"),
        ("0xFFFFFFFFFFFFFFFF: a", "unsupported map key of type: uint64, key: 0xffffffffffffffff"),
        ('k: "a\\d"', "found unknown escape character"),
        ('k: "a\\/b"', "found unknown escape character"),
        ('k: "\\\\\\/"', "found unknown escape character"),
        ('k: "\\uD800"', "found invalid Unicode character escape code"),
        ('{"a": 1e400}', "json: cannot unmarshal number 1e400 into Go value of type float64"),
        (
            f'{{"a": [1{"0" * 350}]}}',
            f"json: cannot unmarshal number 1{'0' * 39}... into Go value of type float64",
        ),
        ("? [a]\n: b", "invalid map key"),
        ("k: *a", "unknown anchor 'a'"),
        ("k: &a [*a]", "contains itself"),
        ("k: [a?b]", "did not find expected"),
        ("--- {a: b}", "invalid Yaml document separator"),
        ("%YAML 1.1\n---\na: b\n", "expected <document start>"),
        ("k: !!int x", "cannot decode"),
        ("k: !!int 1e3", "cannot decode"),
        ("k: !!int 18446744073709551616", "cannot decode"),
        ("<<: 1", "map merge requires"),
        ("k: a\0b", "control characters"),
    ],
)
def test_refusals_name_the_reason(text, words):
    found = parse_documents(text).diagnostics[0]
    assert words in found.message
    assert found.severity is Severity.ERROR


def test_broken_document_hides_nothing_and_is_located():
    parsed = parse_documents("a: 1\n---\nb: [\n---\nc: 3\n", "f.yaml")
    assert [document.value for document in parsed.documents] == [{"a": 1}, {"c": 3}]
    assert [document.index for document in parsed.documents] == [0, 2]
    (found,) = parsed.diagnostics
    assert (found.rule, found.location.file, found.location.line) == ("YAML001", "f.yaml", 4)


def test_a_directive_is_said_to_be_none_of_kubectls():
    (found,) = parse_documents("%YAML 1.2\n---\nkind: A\n").diagnostics
    assert found.help.startswith("kubectl takes no line that begins with %")


def test_a_control_character_is_pointed_at():
    found = problem("kind: A\nb:\n  c: x\0y\n")
    assert (found.location.line, found.location.column) == (3, 7)


def test_syntax_error_shows_a_caret_under_the_place():
    found = problem("kind: A\nb: `x`\n")
    assert (found.location.line, found.location.column) == (2, 4)
    assert found.excerpt.splitlines()[-1] == "  |    ^"


@pytest.mark.parametrize(
    ("rest", "values", "words"),
    [
        ("\n# x\n", [], ""),
        ("\n---", [], ""),
        ("b: 1\n", [{"b": 1}], ""),
        ("\n#\n", [], "invalid character '#' looking for beginning of value"),
        ("\n--", [], "invalid character '-' in numeric literal"),
        ("}", [], "invalid character '}' looking for beginning of value"),
        ('{"b": 2}\n---\n', [{"b": 2}], "invalid character '-' in numeric literal"),
        ('{"b": 2}\n{c: 1}', [{"b": 2}], "invalid character 'c' looking for beginning of object key string"),
        ('{"b": 2}{"c" 1}', [{"b": 2}], "invalid character '1' after object key"),
        ('{"b": 2}{', [{"b": 2}], "unexpected EOF"),
        ('{"b": 1e999}{"c": 1}', [{"c": 1}], "cannot unmarshal number 1e999"),
    ],
)
def test_what_may_follow_json(rest, values, words):
    parsed = parse_documents('{"a": 1}' + rest)
    assert [document.value for document in parsed.documents] == [{"a": 1}, *values]
    assert [words in found.message for found in parsed.diagnostics] == ([True] if words else [])


@pytest.mark.parametrize(
    ("rest", "place", "words"),
    [
        (" junk: [", (1, 12), "json: invalid character 'j' looking for beginning of value"),
        ("\njunk: [", (2, 1), "json: invalid character 'j' looking for beginning of value"),
        ('\n{"apiVersion":', (2, 15), "json: unexpected EOF"),
        ("\n---\njunk: [", (4, 1), "did not find expected node content while parsing a flow node"),
    ],
)
def test_what_is_neither_json_nor_yaml_is_placed_where_the_json_ends(
    rest: str, place: tuple[int, int], words: str
) -> None:
    (said,) = parse_documents('{"a": "b"}' + rest).diagnostics
    assert said.location is not None
    assert ((said.location.line, said.location.column), said.message) == (place, words)


def test_yaml_behind_json_begins_in_the_midst_of_a_line() -> None:
    first, second = parse_documents('{"a": "b"} c: d\ne: f\n').documents
    assert (first.value, second.value) == ({"a": "b"}, {"c": "d", "e": "f"})
    places = [second.location(FieldPath(name)) for name in ("c", "e")]
    assert [(one.line, one.column) for one in places] == [(1, 15), (2, 4)]


def test_json_that_is_no_yaml_may_repeat_members():
    parsed = parse_documents('{"a": "\\ud83d\\ude42", "a": "\\/"}')
    assert parsed.documents[0].value == {"a": "/"}


def test_tab_gets_advice():
    assert "spaces" in problem("k:\n\ta: 1\n").help


def test_a_no_break_space_is_no_indentation():
    assert "no-break space (U+00A0)" in problem("k:\n  a: 1\n \u00a0b: 2\n").help
    assert value("k:\n  a: 1\n  \u00a0b: 2\n") == {"k": {"a": 1, "\u00a0b": 2}}


def test_a_value_that_begins_with_a_reserved_sign_gets_advice():
    assert problem("k:\n  a: @NAME@\n").help == "a value cannot begin with '@'; write it in quotes"


@pytest.mark.parametrize(
    "text",
    [
        "name: {{ .Values.name }}\n",
        "{{- if .Values.x }}\na: b\n{{- end }}\n",
        "a: {{ Q1_NAME }}\n",
        "a: {{TOKEN}}\n",
    ],
)
def test_templates_are_named_as_such(text):
    assert problem(text).rule == "YAML003"


def test_braces_in_texts_are_no_template():
    assert value("k: 'x {{ .Values.y }}'\n") == {"k": "x {{ .Values.y }}"}


def test_repeated_keys_keep_the_last_and_are_reported():
    parsed = parse_documents("a: 1\nb:\n  c: 1\n  c: 2\n", "f.yaml")
    assert parsed.documents[0].value == {"a": 1, "b": {"c": 2}}
    (found,) = parsed.diagnostics
    assert (found.rule, found.location.line, found.location.column) == ("YAML002", 4, 3)


def test_repeated_members_of_json_are_reported():
    parsed = parse_documents('{"a": 1,\n "a": 2}')
    assert parsed.documents[0].value == {"a": 2}
    assert [(found.rule, found.location.line) for found in parsed.diagnostics] == [("YAML002", 2)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("---\na: 1\n--- # c\nb: 2\n", [{"a": 1}, {"b": 2}]),
        ("---\n---\n# only\n---\na: 1\n", [{"a": 1}]),
        ("\ufeffa: 1\n", [{"a": 1}]),
        ("a: 1\r\n---\r\nb: 2\r\n", [{"a": 1}, {"b": 2}]),
        ("a: 1\n...\nb: 2\n", [{"a": 1}]),
        ('{"a": 1}\n{"b": 2}', [{"a": 1}, {"b": 2}]),
        ('{"a": 1}\n---\nb: 2\n', [{"a": 1}, {"b": 2}]),
        ("{a: 1}\n", [{"a": 1}]),
        ("k: |\n  a\n  ---\n", [{"k": "a\n---\n"}]),
        ("k: |\n  a", [{"k": "a\n"}]),
        ('{"a": 3.0, "b": "\\ud800"}', [{"a": 3, "b": "\ufffd"}]),
    ],
)
def test_streams_split_where_kubectl_splits(text, values):
    assert [document.value for document in parse_documents(text).documents] == values


def test_alias_bomb_ends_in_a_diagnostic():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert "excessive aliasing" in problem("\n".join(lines)).message


@pytest.mark.parametrize("text", ["[" * 10_000, "a: " + "{a: " * 10_000, "- " * 10_000, '{"a":' * 10_000])
def test_deep_nesting_ends_in_a_diagnostic(text):
    assert problem(text).rule == "YAML001"


def test_huge_integer_is_a_text():
    digits = "1" * 1_000_000
    assert value(f"k: {digits}\n") == {"k": digits}


def test_fields_are_located_by_path():
    text = "# c\nspec:\n  containers:\n  - name: a\n    image: 'x:1'\n  - {name: b}\n"
    (document,) = parse_documents(f"a: 1\n---\n{text}", "f.yaml").documents[1:]
    places = {
        "spec.containers[0].image": (7, 12), "spec.containers[1].name": (8, 12), "spec.containers[1]": (8, 6),
        "spec.containers": (5, 3), "spec.template.spec": (4, 1), "": (4, 1),
    }  # fmt: skip
    for path, (line, column) in places.items():
        location = document.location(FieldPath.parse(path))
        assert (location.line, location.column) == (line, column), path


def test_merged_and_aliased_fields_are_located_where_they_are_written():
    (document,) = parse_documents("x: &x\n  a: 1\np:\n  <<: *x\n  b: 2\nz: *x\n").documents
    assert [document.location(FieldPath.parse(path)).line for path in ("p.a", "p.b", "z.a")] == [2, 5, 2]


def test_what_only_libyaml_refuses_is_read_and_located():
    text = """a: "it\\'s \\'"\nb: [c::, "x?"]\nd: {e:}\nf:\n  g: 'a\\/b'\n"""
    (document,) = parse_documents(text).documents
    assert document.value == {"a": "it's '", "b": ["c::", "x?"], "d": {"e:": None}, "f": {"g": "a\\/b"}}
    assert document.location(FieldPath.parse("f.g")).line == 5


def test_json_on_one_line_is_located():
    second = parse_documents('{"a": 1} {"b": [1, 2]}').documents[1]
    assert second.location(FieldPath.parse("b[1]")).column == 20


def test_excerpt_shows_no_control_characters():
    found = problem("a: '\x1b[31m'\nb: [\x1b[0m")
    assert "\x1b" not in found.excerpt


def test_number_of_values_is_bounded():
    assert "more than 1,000 values" in problem(f"[{'x,' * 2000}]", max_nodes=1000).message


@pytest.mark.parametrize(
    "text",
    [
        "a: |\n" + "  ! ! !\n" * 20_000,
        "---\n" * 50_000,
        "a: '" + "?" * 100_000,
        "".join(f"a{n}: &x{n} 1\n" for n in range(9000)),
    ],
    ids=["bare-tags", "separators", "questions", "anchors"],
)
def test_repetitive_text_takes_linear_time(text):
    start = time.process_time()
    parse_documents(text)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\n...\nb: 2\n", 3),
        ("a: 1\n...\n# more\n\n  b: 2\n---\nc: 3\n", 5),
        ("a: 1\r\n... # end\r\n...\r\nb: [\r\n", 4),
        ("x: y\n---\na: 1\n...\n---\nb: 2\n", 0),
        ("a: 1\n...\n# only a comment\n", 0),
        ("a: |\n  ...\n  b\n", 0),
        ("a: ....\nb: '...'\n", 0),
        ('{"a": "...\\n...\\nb"}\n', 0),
    ],
)
def test_text_behind_an_end_mark_is_told(text, line):
    found = parse_documents(text).diagnostics
    assert [(one.rule, one.location.line) for one in found] == ([("YAML007", line)] if line else [])
