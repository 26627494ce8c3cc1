"""Edits by position: what is not edited keeps every byte."""

import pytest

from kplan.fieldpath import FieldPath
from kplan.fixes import append, keep_last, put, quote, remove, rename
from kplan.manifest import changes, windows
from kplan.manifest.editor import EditError, Editor
from kplan.manifest.lines import Lines
from kplan.manifest.replacing import replacements


def at(text):
    return FieldPath.of(*(int(one) if one.isdecimal() else one for one in text.split("/") if one))


def edited(text, *edits, document=0):
    editor = Editor(text)
    editor.apply(document, edits)
    return editor.text()


CASES = {
    "a scalar": ("a: 1 # why\nb: 2\n", put(at("a"), 3), "a: 3 # why\nb: 2\n"),
    "a scalar in its quotes": ("a: 'x'\nb: \"y\"\n", put(at("b"), "z"), "a: 'x'\nb: \"z\"\n"),
    "a text that would be a number": ("a: x\n", put(at("a"), "1"), 'a: "1"\n'),
    "a missing field": ("a:\n  b: 1  # c\n# d\ne: 2\n", put(at("a/f"), True), "a:\n  b: 1  # c\n  f: true\n# d\ne: 2\n"),
    "mappings on the way": ("a:\n    b: 1\n", put(at("a/c/d"), {"e": [1]}), "a:\n    b: 1\n    c:\n        d:\n            e:\n            - 1\n"),
    "a list as others stand": ("l:\n  - 1\nb: 2\n", put(at("c"), ["ALL"]), "l:\n  - 1\nb: 2\nc:\n  - ALL\n"),
    "behind a block of text": ("a:\n  b: |\n    x\n\nc: 1\n", put(at("a/d"), 1), "a:\n  b: |\n    x\n\n  d: 1\nc: 1\n"),
    "behind a kept block of text": ("a:\n  b: |+\n    x\n\n", put(at("a/d"), 1), "a:\n  b: |+\n    x\n\n  d: 1\n"),
    "in place of nothing": ("a:  # why\nb: 1\n", put(at("a/c"), 1), "a:  # why\n  c: 1\nb: 1\n"),
    "in place of null": ("a: null\nb: 1\n", put(at("a/c"), 1), "a:\n  c: 1\nb: 1\n"),
    "no line end at the end": ("a: 1", put(at("b"), 2), "a: 1\nb: 2"),
    "Windows' line ends": ("a:\r\n  b: 1\r\nc: 2\r\n", put(at("a/d"), 1), "a:\r\n  b: 1\r\n  d: 1\r\nc: 2\r\n"),
    "in braces": ("a: {b: 1}\n", put(at("a/c"), {"d": "x"}), "a: {b: 1, c: {d: x}}\n"),
    "in empty braces": ("a: {}\n", put(at("a/c"), 1), "a: {c: 1}\n"),
    "in JSON": ('{"a": {"b": 1}}\n', put(at("a/c"), [True]), '{"a": {"b": 1, "c": [true]}}\n'),
    "in JSON of many lines": ('{\n  "a": 1\n}\n', put(at("b"), {"c": 1}), '{\n  "a": 1,\n  "b": {\n    "c": 1\n  }\n}\n'),
    "an item of a block": ("a:\n- b: 1\nc: 1\n", append(at("a"), {"b": 2, "d": 3}), "a:\n- b: 1\n- b: 2\n  d: 3\nc: 1\n"),
    "an item in brackets": ("a: [x]\n", append(at("a"), "A,B"), 'a: [x, "A,B"]\n'),
    "an item of no list": ("a: 1\n", append(at("b/c"), "ALL"), "a: 1\nb:\n  c:\n  - ALL\n"),
    "quotes": ("- a: 0x1F # hex\n", quote(at("0/a")), '- a: "0x1F" # hex\n'),
    "quotes in brackets": ("a: [yes, no]\n", quote(at("a/1")), 'a: [yes, "no"]\n'),
    "a name": ("a:\n  'b': 1 # c\n", rename(at("a/b"), "d"), "a:\n  'd': 1 # c\n"),
    "a member out": ("a: 1 # x\n# y\nb: 2\n", remove(at("a")), "# y\nb: 2\n"),
    "the last member out": ("a: 1\nb: 2", remove(at("b")), "a: 1"),
    "a member behind a dash out": ("- a: 1\n  b: 2\n", remove(at("0/a")), "- b: 2\n"),
    "a member in braces out": ("{a: 1, b: 2, c: 3}\n", remove(at("c")), "{a: 1, b: 2}\n"),
    "the only member out": ("a:\n  b: 1\nc: 1\n", remove(at("a/b")), "a: {}\nc: 1\n"),
    "an item out": ("a:\n- b: 1\n  c: 2\n# d\n- b: 2\n", remove(at("a/0")), "a:\n# d\n- b: 2\n"),
    "the only item out": ("a:\n- b\nc: 1\n", remove(at("a/0")), "a: []\nc: 1\n"),
    "the first of two": ("a: 1\nb: 2\na: 3\n", keep_last(at("a")), "b: 2\na: 3\n"),
    "the first of two behind a dash": ("- a: 1\n  b: 2\n  a: 3\n", keep_last(at("0/a")), "- b: 2\n  a: 3\n"),
    "another block in place of one": ("a:\n  b:\n    c: 1\n  d: 2\n", put(at("a/b"), {"e": 1}), "a:\n  b:\n    e: 1\n  d: 2\n"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "edit", "after"), CASES.values(), ids=CASES)
def test_edits(before, edit, after):
    assert edited(before, edit) == after


@pytest.mark.parametrize(("before", "edit", "after"), CASES.values(), ids=CASES)
def test_replacements_say_the_same(before, edit, after):
    """They are places in the text of the file, so applying them from behind gives the same."""
    before = before.replace("\r\n", "\n")
    lines = before.split("\n")
    for line, column, end_line, end_column, text, *_ in reversed(replacements(before, 0, 0, [edit])):
        tail = [lines[end_line - 1][end_column - 1 :], *lines[end_line:]]
        head = [*lines[: line - 1], lines[line - 1][: column - 1]]
        lines = ("\n".join(head) + text + "\n".join(tail)).split("\n")
    assert "\n".join(lines) == after.replace("\r\n", "\n")


REFUSED = {
    "an alias": ("a: &x {b: 1}\nc: *x\n", put(at("c/d"), 1)),
    "what an alias shares": ("a: &x {b: 1}\nc: *x\n", put(at("a/d"), 1)),
    "a value in the way": ("a: 1\n", put(at("a/b"), 1)),
    "no such item": ("a: [1]\n", put(at("a/4/b"), 1)),
    "a name that is taken": ("a: 1\nb: 2\n", rename(at("a"), "b")),
    "a text in quotes": ("a: 'x'\n", quote(at("a"))),
    "a field that is not there": ("a: 1\n", remove(at("b"))),
    "a field without a name": ('a: {"": 1}\n', remove(at("a") / "")),
    "a broken document": ("a: [\n", put(at("b"), 1)),
    "line ends that only YAML knows": ("a: x\x85b\n", put(at("b"), 1)),
    "another item's comment": ("- a: 1\n  # b is\n  b: 2\n", remove(at("0/a"))),
}


@pytest.mark.parametrize(("text", "edit"), REFUSED.values(), ids=REFUSED)
def test_what_does_not_fit_is_refused(text, edit):
    editor = Editor(text)
    with pytest.raises(EditError):
        editor.apply(0, [edit])
    assert editor.text() == text


def test_other_documents_stay_unchanged():
    text = '# top\n---\na: 1\n---\n{"b":  2}\n'
    assert edited(text, put(at("a"), 2), document=1) == text.replace("a: 1", "a: 2")


def test_documents_of_a_stream_of_json():
    assert edited('{"a": 1}\n{"a": 2}\n', put(at("a"), 3), document=1) == '{"a": 1}\n{"a": 3}\n'


def test_edits_build_on_each_other():
    text = "a: 1\n"
    both = (put(at("b/c"), 1), put(at("b/d"), 2))
    assert edited(text, *both) == "a: 1\nb:\n  c: 1\n  d: 2\n"
    assert [one.text for one in replacements(text, 3, 0, both)] == ["b:\n  c: 1\n  d: 2\n"]
    assert replacements(text, 3, 0, both)[0].line == 5


def test_merged_keys_are_overridden_behind_the_merge():
    text = "x: &x {a: 1}\nw:\n  <<: *x\n  b: 2\n"
    assert edited(text, put(at("w/c"), 3)) == text + "  c: 3\n"


def test_many_edits_are_made_at_once_and_those_that_do_not_fit_are_left():
    text = "a: {b: 1}\nc:\n- d: &x 1\n- e: *x\n"
    editor = Editor(text)
    several = [(put(at("a/f"), 1),), (put(at("a/g"), 2),), (put(at("c/0/d"), 3),), (put(at("h"), 4),)]
    assert editor.apply_each(0, several) == [True, True, False, True]
    assert editor.text() == "a: {b: 1, f: 1, g: 2}\nc:\n- d: &x 1\n- e: *x\nh: 4\n"


def test_edits_at_one_place_keep_their_levels():
    text = "a:\n  b:\n    c: 1\n"
    for several in (
        [(put(at("a/b/d"), 1),), (put(at("a/d"), 2),), (put(at("d"), 3),)],
        [(put(at("d"), 3),), (put(at("a/d"), 2),), (put(at("a/b/d"), 1),)],
    ):
        editor = Editor(text)
        assert editor.apply_each(0, several) == [True] * 3
        assert editor.text() == "a:\n  b:\n    c: 1\n    d: 1\n  d: 2\nd: 3\n"


def test_one_edit_that_would_mean_something_else_does_not_keep_the_others(monkeypatch):
    """Whatever an edit comes to, the text that is kept means what was asked for."""
    real = changes.change

    def wrong(text, edit):
        return real(text, edit._replace(text="5")) if edit.text == "4" else real(text, edit)

    monkeypatch.setattr("kplan.manifest.replacing.change", wrong)
    editor = Editor("a: 1\nb: 1\nc: 1\n")
    assert editor.apply_each(
        0, [(put(at(name), value),) for name, value in (("a", 2), ("b", 4), ("c", 3))]
    ) == [
        True,
        False,
        True,
    ]
    assert editor.text() == "a: 2\nb: 1\nc: 3\n"


def _moved_over():
    return [put(at("items/1/v"), 2), put(at("items/1/new"), 3), remove(at("items/1/old"))]


TOGETHER = {
    "items of a list": ("items:\n- old: 1\n  v: 1\n- old: 1 # c\n  v: 1\n# end\n", "items:\n- old: 1\n  v: 1\n- v: 2\n  new: 3\n# end\n"),
    "deeper dashes": ("items:\n  -   old: 1\n      v: 1\n  -   v: 1\n      old: 1", "items:\n  -   old: 1\n      v: 1\n  -   v: 2\n      new: 3"),
    "JSON in one line": ('{"items": [{"old": 1}, {"old": 1, "v": "\u00e9"}]}', '{"items": [{"old": 1}, {"v": 2, "new": 3}]}'),
    "an anchor around": ("items:\n- old: 1\n- &a\n  old: 1\n  v: 1\n", None),
    "an alias in it": ("x: &a 1\nitems:\n- old: 1\n- old: *a\n  v: 1\n", "x: &a 1\nitems:\n- old: 1\n- v: 2\n  new: 3\n"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), TOGETHER.values(), ids=TOGETHER)
def test_edits_that_belong_together_are_made_in_their_object(before, after, monkeypatch):
    read = []
    monkeypatch.setattr(windows, "Lines", lambda text, habits: read.append(text) or Lines(text, habits))
    if after is None:
        with pytest.raises(EditError):
            edited(before, *_moved_over())
        return
    assert edited(before, *_moved_over()) == after
    assert max(map(len, read)) < len(before)


def test_places_in_a_line_are_counted_in_bytes_from_wherever_the_last_was():
    lines = Lines("a: [\u00e9, \u00e9\u00e9]\nb: [\u00fc, x]\n")
    places = [4, 5, 8, 3, 15, 17, 7]
    expected = [(one - 11 * (one > 10), len(lines.text[11 * (one > 10) : one].encode())) for one in places]
    assert [lines.position(one)[1:] for one in places] == expected
