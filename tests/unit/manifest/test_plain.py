"""The plain part of YAML, read line by line: the values are those that libyaml's events give, or none is given."""

import json
import random
import time

import pytest

from kplan.manifest import plain
from kplan.manifest.events import Problem, compose
from kplan.manifest.limits import DEFAULT, Limits

READ = (
    "a: 1\nb: text\n",
    "---\n# said first\na: text  # said behind\n\n# and between\nb:\n",
    "a:\n  b:\n    c: x\n  d: y\ne: z\n",
    "a:\n- 1\n- two\nb:\n  - x: 1\n    u:\n    - z\n  -   w: deeper\n      v: 2\n",
    "- a\n- b: c\n- 'd: e'\n- \"f: g\" # h\n- i # j: k\n",
    "a: one\n  two\n  three - four\nb: 5\n  6\nc:\n  on its own line\n  and on\n",
    "a: 'it''s'\nb: \"x\\ny\\t\\\"z\\\" \\u00e9\"\nc: 'over\n  lines\n\n  and more'\nd: \"escaped \\\n  \\ break\"\n",
    "a: |\n  one\n   two\n\n  three\nb: |-\n  x\n\nc: >\n  one\n  two\nd: |+\n  x\n\ne: |2-\n    x\n",
    "a: {}\nb: []\nc: [x, 'y z', \"*\", 1, -a, null]\nd: {} # none\n",
    "a: {b: c, 'd': \"e f\",  g: -1 } # said\nh: { }\ni:\n- j: {k: v/w}\n",
    "on-call: x\n'on': y\n8080: z\n\"a/b\": w\n",
    "a: yes\nb: ~\nc: 0x1F\nd: 1_000\ne: .5\nf: 2001-01-01\ng: 010\nh: -1\ni: :x\nj: http://x:80/#y\n",
)
LEFT = (
    "",
    "# nothing\n",
    "text\n",
    "a: 1\na: 2\n",
    "a: &x 1\nb: *x\n",
    "<<: {a: 1}\n",
    "a: !!str 1\n",
    "? a\n: b\n",
    "on: 1\n",
    "a: b: c\n",
    "a: b:\n",
    "a: - b\n",
    "a:\n\tb: 1\n",
    "a: text\n  b: c\n",
    "a: text\n\n  more\n",
    "a: text # said\n  more\n",
    "a: 'text' more\n",
    "a: 'text\n",
    "a: |\nb: 1\n",
    "a: |\n    x\n  y\n",
    "a: >\n  x\n   y\n",
    "a: [b, [c]]\n",
    "a: {b: {c: d}}\n",
    "a: {b: c, b: d}\n",
    "a: {b: c,}\n",
    "a: {b:c}\n",
    "a: {b: 1.5}\n",
    "a: {<<: x}\n",
    "- {a: b}\n",
    "a: .nan\n",
    "  a: 1\nb: 2\n",
    "a:\n    b: 1\n  c: 2\n",
    "- a\nb: 1\n",
    "a: 1\n- b\n",
    "...\n",
    "a: x\u2028y\n",
    "a: x",
)
_BITS = (
    " ", "  ", "\n", "\n\n", "- ", ": ", ":", " #", " # c", '"', "'", "''", "\\", "|", "|-", ">", ">-", "|+", "|2", "{}", "[]", "[a, b]", "{a: b, c: 'd'}",
    "{", "]", ",", "*", "&a", "!", "? ", "%", "@", "---\n", "null", "~", "0x1", "1.5", "1e3", "yes", "<<", "- - a", "\\ ", "\\\n", "é",
    "\u2028", "\t", "=", "2001-01-01", "key: v\n", "  key: v\n", "    - x\n", "'a # b'", "::", "--", "08", " \n", "# c\n", "      more\n",
)  # fmt: skip


@pytest.mark.parametrize("text", READ)
def test_what_is_plain_is_read_as_libyaml_reads_it(text: str) -> None:
    assert json.dumps(plain.read(text, DEFAULT)) == json.dumps(compose(text, DEFAULT).value)


@pytest.mark.parametrize("text", LEFT)
def test_what_is_not_plain_is_left_to_libyaml(text: str) -> None:
    assert plain.read(text, DEFAULT) is plain.UNREAD


@pytest.mark.parametrize("seed", range(8))
def test_changed_at_random_a_text_is_read_as_libyaml_reads_it_or_left(seed: int) -> None:
    chance = random.Random(seed)
    read = 0
    for _ in range(400):
        text = changed("".join(chance.sample(READ, 2)), chance)
        found = plain.read(text, DEFAULT)
        if found is not plain.UNREAD:
            read += 1
            assert json.dumps(found) == json.dumps(_composed(text)), text
    assert read > 20


def changed(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    start = chance.randrange(len(lines))
    text = "\n".join(lines[start : start + chance.randrange(2, 9)]) + "\n"
    for _ in range(chance.randrange(3)):
        place = chance.randrange(len(text) + 1)
        cut = chance.randrange(3) if chance.random() < 0.4 else 0
        text = text[:place] + ("" if cut else chance.choice(_BITS)) + text[place + cut :]
    return text if text.endswith("\n") else f"{text}\n"


def _composed(text: str) -> object:
    try:
        composed = compose(text, DEFAULT)
    except Problem as problem:
        return f"refused: {problem}"
    return "repeats a key" if composed.duplicates else composed.value


def test_nothing_is_read_beyond_the_limits() -> None:
    deep = "".join(f"{'  ' * depth}a:\n" for depth in range(30))
    assert plain.read(deep, DEFAULT) is not plain.UNREAD
    assert plain.read(deep, Limits(max_depth=20)) is plain.UNREAD
    assert plain.read("a: text\n", Limits(max_nodes=5)) is plain.UNREAD


def test_equal_texts_do_not_share_a_value() -> None:
    first, second = (plain.read("a: {}\nb: []\nc:\n  d: 1\n", DEFAULT) for _ in range(2))
    for name in "abc":
        assert first[name] is not second[name]


@pytest.mark.parametrize(
    "line",
    ['    it \\" goes on\n', "    it '' goes on\n", "    goes on\n"],
    ids=["double", "single", "plain"],
)
def test_a_scalar_of_many_lines_is_read_once(line: str) -> None:
    """The ratio of two times in one run: four times the lines would take 16 times as long,
    were all of them read at each.
    """
    quote = '"' if '"' in line else "'" if "'" in line else ""
    few, many = (f"a: {quote}x\n{line * count}    end{quote}\n" for count in (2000, 8000))
    assert plain.read(few, DEFAULT) is not plain.UNREAD or not quote
    assert _seconds(many) < 9 * _seconds(few)


def _seconds(text: str) -> float:
    taken = []
    for _ in range(5):
        start = time.process_time()
        plain.read(text, DEFAULT)
        taken.append(time.process_time() - start)
    return min(taken)
