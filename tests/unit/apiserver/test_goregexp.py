"""Regular expressions as Go reads them: what they match, what is refused and in which words, and how long it takes.

Every value is what Go's regexp package answers.
"""

import time

import pytest

from kplan.apiserver.goregexp.compiled import compile_regex
from kplan.apiserver.goregexp.errors import RegexError


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("b", "abc", ["b"]),
        ("^b", "abc", []),
        ("c$", "abc\n", []),
        ("(?m)c$", "abc\n", ["c"]),
        (r"c\z", "abc", ["c"]),
        (r"\Aa", "aa", ["a"]),
        ("a.c", "a\nc", []),
        ("(?s)a.c", "a\nc", ["a\nc"]),
        ("[^a]", "\n", ["\n"]),
        ("(?i)K", "\u212a", ["\u212a"]),
        (r"(?i)\w", "\u017f", ["\u017f"]),
        ("(?i:a)b", "AbAB", ["Ab"]),
        ("a(?i)b|c", "aBC", ["aB", "C"]),
        ("(?U)a+", "aa", ["a", "a"]),
        ("a+?", "aa", ["a", "a"]),
        ("a|ab", "ab", ["a"]),
        ("(?P<n>a)(?<m>b)(?P<1>c)(?P<n>d)", "abcd", ["abcd"]),
        (r"\d+", "1\u0661", ["1"]),
        (r"\s", "\v\u00a0", []),
        (r"\w+", "a\u00e9_", ["a", "_"]),
        (r"\bb", "\u00e9b", ["b"]),
        (r"\B", "a\u00e9b", []),
        (r"\B", "z\u6f22\u00e5", ["", ""]),
        ("a*", "baac", ["", "aa", ""]),
        ("x*", "\u00e9", ["", ""]),
        (r"\p{Lu}", "a\u00c9\u0416b", ["\u00c9", "\u0416"]),
        (r"\pN+", "\u0661\u2167", ["\u0661\u2167"]),
        (r"\p{Greek}+", "a\u03b1\u03b2", ["\u03b1\u03b2"]),
        (r"\p{^Greek}", "\u03b1b", ["b"]),
        (r"\P{^Greek}", "\u03b1b", ["\u03b1"]),
        (r"\p{greek}", "\u03b1", ["\u03b1"]),
        (r"\p{Old-italic}", "\U00010300", ["\U00010300"]),
        (r"\p{lowercase_letter}", "Aa", ["a"]),
        (r"\p{Any}\P{Any}?", "a", ["a"]),
        (r"\p{ASCII}+", "a\u00e9", ["a"]),
        (r"(?i)\P{ASCII}", "k\u212a\u00e9", ["\u00e9"]),
        (r"\p{Assigned}", "\u0378a", ["a"]),
        (r"[\p{Cn}x]+", "\u0378xa", ["\u0378x"]),
        (r"[^\p{C}b]", "\u0378\x01ab", ["a"]),
        (r"\p{LC}+", "aB\u01c51", ["aB\u01c5"]),
        ("[[:alpha:]]+", "a\u00e9", ["a"]),
        ("[[:^alpha:]]+", "a1\u00e9", ["1\u00e9"]),
        ("[]a]+", "a]", ["a]"]),
        ("[a-]+", "a-", ["a-"]),
        (r"[\d-z]+", "1-z", ["1-z"]),
        ("[[:foo]", "f:", ["f", ":"]),
        (r"[\]\-]", "-]", ["-", "]"]),
        (r"\x{1F642}\x41\101\0", "\U0001f642AA\0", ["\U0001f642AA\0"]),
        (r"\Qa.b\E+", "a.bb", ["a.bb"]),
        (r"\Qa.b", "a.b", ["a.b"]),
        (r"\_\-\/", "_-/", ["_-/"]),
        ("a{,2}", "a{,2}", ["a{,2}"]),
        ("a{01}", "a{01}", ["a{01}"]),
        ("a*(?i)*", "aA", ["a", ""]),
        ("(?:)*b", "b", ["b"]),
        ("(|a)*", "aa", ["", "", ""]),
        ("^*a", "ba", ["a"]),
        ("a{1000}", "a" * 999, []),
        ("(a{0}){1000}b", "b", ["b"]),
    ],
)
def test_what_matches(pattern, text, found):
    compiled = compile_regex(pattern)
    assert compiled.find_all(text) == found
    assert compiled.matches(text) == bool(found)
    assert compiled.find(text) == (found[0] if found else "")


def test_find_all_stops_at_a_count():
    assert compile_regex("a").find_all("aaa", 2) == ["a", "a"]
    assert compile_regex("a").find_all("aaa", 0) == []


def test_half_a_surrogate_pair_is_the_replacement_character():
    assert compile_regex("\ufffd").matches("a\ud800")


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("*", "missing argument to repetition operator: `*`"),
        ("a|*?", "missing argument to repetition operator: `*?`"),
        ("(+)", "missing argument to repetition operator: `+`"),
        ("a**", "invalid nested repetition operator: `**`"),
        ("a+?{2}?", "invalid nested repetition operator: `+?{2}?`"),
        ("a{1001}", "invalid repeat count: `{1001}`"),
        ("a{2,1}", "invalid repeat count: `{2,1}`"),
        ("a{99999999999}", "invalid repeat count: `{99999999999}`"),
        ("(a{100}){11}?", "invalid repeat count: `{11}?`"),
        ("((a{100}){10}){2}", "invalid repeat count: `{2}`"),
        ("(", "missing closing ): `(`"),
        ("a)b", "unexpected ): `a)b`"),
        ("x[a-", "missing closing ]: `[a-`"),
        ("[]", "missing closing ]: `[]`"),
        ("[z-a]", "invalid character class range: `z-a`"),
        ("[[:foo:]]", "invalid character class range: `[:foo:]`"),
        (r"[a-\d]", r"invalid escape sequence: `\d`"),
        (r"\p{Foo}", r"invalid character class range: `\p{Foo}`"),
        (r"\p{Foo", r"invalid character class range: `\p{Foo`"),
        (r"\pX", r"invalid character class range: `\pX`"),
        (r"a\p", r"invalid character class range: `\p`"),
        (r"\q", r"invalid escape sequence: `\q`"),
        (r"\Z", r"invalid escape sequence: `\Z`"),
        (r"\C", r"invalid escape sequence: `\C`"),
        (r"\E", r"invalid escape sequence: `\E`"),
        (r"(a)\1", r"invalid escape sequence: `\1`"),
        (r"\x{110000}", r"invalid escape sequence: `\x{110000`"),
        (r"\x{}", r"invalid escape sequence: `\x{}`"),
        (r"\x4", r"invalid escape sequence: `\x4`"),
        ("\\é", "invalid escape sequence: `\\é`"),
        ("a\\", "trailing backslash at end of expression: ``"),
        ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
        ("(?!a)", "invalid or unsupported Perl syntax: `(?!`"),
        ("(?>a)", "invalid or unsupported Perl syntax: `(?>`"),
        ("(?P=n)", "invalid or unsupported Perl syntax: `(?P`"),
        ("(?i-)a", "invalid or unsupported Perl syntax: `(?i-)`"),
        ("(?i", "invalid or unsupported Perl syntax: `(?i`"),
        ("(?x)a", "invalid or unsupported Perl syntax: `(?x`"),
        ("(?<=a)b", "invalid named capture: `(?<=a)b`"),
        ("(?<!a>)b", "invalid named capture: `(?<!a>`"),
        ("(?P<a b>c)", "invalid named capture: `(?P<a b>`"),
        ("(?P<é>c)", "invalid named capture: `(?P<é>`"),
    ],
)
def test_what_is_refused_in_words_of_go(pattern, words):
    with pytest.raises(RegexError) as refusal:
        compile_regex(pattern)
    assert str(refusal.value) == f"error parsing regexp: {words}"


def test_limits_of_nesting():
    assert compile_regex("(" * 999 + "a" + ")" * 999).matches("a")
    assert compile_regex("(?:" * 3000 + "a" + ")" * 3000).matches("a")
    with pytest.raises(RegexError, match="expression nests too deeply"):
        compile_regex("(" * 1000 + "a" + ")" * 1000)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^(a+)+$", "a" * 40 + "!"),
        ("^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 60),
        ("(x+x+)+y", "x" * 100_000),
        ("a*a*a*a*a*a*a*a*b", "a" * 100_000),
        ("^(?:a?){100}b", "a" * 1000),
    ],
)
def test_no_pattern_takes_exponential_time(pattern, text):
    begin = time.perf_counter()
    assert not compile_regex(pattern).matches(text)
    assert time.perf_counter() - begin < 1


def test_patterns_beyond_the_usual_memory_of_re2():
    letters = compile_regex(r"^[\pL\pN]{1,1000}$")
    assert letters.matches("\u00e9" * 1000)
    assert not letters.matches("\u00e9" * 1001)
