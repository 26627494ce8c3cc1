"""What differs in a field is seen, however long its values are."""

import pytest

from kplan.plan.change import FieldEdit
from kplan.render.edit_text import LONGEST, edit_line, edit_lines

LINES = "".join(f"location /{number} here\n" for number in range(30))


def test_the_lines_that_differ_stand_below_the_field() -> None:
    edit = FieldEdit("data[web.conf]", LINES, LINES.replace("/17 here", "/17 there"))
    assert edit_line(edit) == "~ data[web.conf]: 1 line removed, 1 line added"
    assert list(edit_lines(edit)) == ["-location /17 here", "+location /17 there"]


def test_many_lines_are_folded_unless_all_are_asked_for() -> None:
    edit = FieldEdit("data[web.conf]", LINES, LINES.replace("here", "there"))
    assert edit_line(edit) == "~ data[web.conf]: 30 lines removed, 30 lines added"
    assert list(edit_lines(edit))[-1] == "and 52 more lines (-v shows them)"
    assert len(list(edit_lines(edit, whole=True))) == 60


def test_a_line_that_could_drive_a_terminal_is_written_out() -> None:
    edit = FieldEdit("data[web.conf]", LINES, LINES + "\x1b[2J\n")
    assert list(edit_lines(edit)) == ["+^[[2J"]


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (3, 5, "~ f: 3 -> 5"),
        (None, "x", '+ f: "x"'),
        ("x", None, '- f: "x"'),
        (None, "a" * 80, f'+ f: "{"a" * 56}...'),
        ("one\ntwo\n", "one\nthree\n", '~ f: "one\\ntwo\\n" -> "one\\nthree\\n"'),
        ("short", "b" * 80, f'~ f: "short" -> "{"b" * 56}...'),
    ],
)
def test_short_values_stand_in_the_line(before: object, after: object, line: str) -> None:
    edit = FieldEdit("f", before, after)
    assert edit_line(edit) == line
    assert list(edit_lines(edit)) == []


def test_long_values_are_cut_where_they_are_alike() -> None:
    same, rest = "a" * 100, "z" * 100
    line = edit_line(FieldEdit("f", f"{same}1{rest}", f"{same}2{rest}"))
    before, _, after = line.removeprefix("~ f: ").partition(" -> ")
    assert before != after
    assert before.startswith(f"...{'a' * 10}")
    assert len(before) == len(after) == LONGEST
    whole = edit_line(FieldEdit("f", f"{same}1{rest}", f"{same}2{rest}"), whole=True)
    assert f"{same}2{rest}" in whole


def test_a_line_end_that_goes_is_seen() -> None:
    edit = FieldEdit("f", LINES, LINES[:-1])
    before, _, after = edit_line(edit).removeprefix("~ f: ").partition(" -> ")
    assert (before[-6:], after[-6:]) == ('here\\n"'[-6:], ' here"')
    assert list(edit_lines(edit)) == []
