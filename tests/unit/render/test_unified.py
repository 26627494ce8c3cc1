import random
import re

import pytest

from kplan.kubectl.gnu_diff import changes
from kplan.kubectl.unified import unified, unified_hunks
from kplan.render.painted import painted
from kplan.render.style import Style
from kplan.report_parts import FileDiff


def text(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def test_equal_texts_have_no_hunks() -> None:
    assert list(unified_hunks("a\n", "a\n")) == []


def test_a_new_file_is_all_additions() -> None:
    assert list(unified_hunks("", text("a", "b"))) == ["@@ -0,0 +1,2 @@\n+a\n+b\n"]


def test_a_removed_file_is_all_deletions() -> None:
    assert list(unified_hunks(text("a"), "")) == ["@@ -1 +0,0 @@\n-a\n"]


def test_context_is_three_lines() -> None:
    old = text(*"abcdefghi")
    new = text(*"abcdXfghi")
    assert list(unified_hunks(old, new)) == ["@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+X\n f\n g\n h\n"]


def test_changes_six_lines_apart_share_a_hunk_and_seven_do_not() -> None:
    def hunks(gap: int) -> int:
        middle = [str(number) for number in range(gap)]
        return len(list(unified_hunks(text("a", *middle, "b"), text("x", *middle, "y"))))

    assert (hunks(6), hunks(7)) == (1, 2)


def test_a_missing_line_end_is_said() -> None:
    assert list(unified_hunks("a\nb", "a\nb\n")) == [
        "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"
    ]


def test_runs_of_changes_are_shifted_down_as_gnu_diff_shifts_them() -> None:
    """Of the ways to add one of two equal items, GNU diff shows the last."""
    old = text("items:", "- name: a", "  value: 1", "end")
    new = text("items:", "- name: a", "  value: 1", "- name: a", "  value: 1", "end")
    assert [tuple(change) for change in changes(old.splitlines(True), new.splitlines(True))] == [(3, 3, 3, 5)]


def test_lines_that_are_everywhere_do_not_mislead() -> None:
    old = text(*(["x"] * 30), "a", *(["x"] * 30))
    new = text(*(["x"] * 30), "b", *(["x"] * 30))
    assert [tuple(change) for change in changes(old.splitlines(True), new.splitlines(True))] == [
        (30, 31, 30, 31)
    ]


@pytest.mark.parametrize("seed", range(40))
def test_changes_turn_one_text_into_the_other(seed: int) -> None:
    source = random.Random(seed)
    old = [source.choice("abcd") for _ in range(source.randrange(60))]
    new = [source.choice("abcd") for _ in range(source.randrange(60))]
    rebuilt: list[str] = []
    at = 0
    for start0, end0, start1, end1 in changes(old, new):
        rebuilt += old[at:start0] + new[start1:end1]
        at = end0
    assert rebuilt + old[at:] == new


def test_files_are_sorted_and_named_as_two_directories() -> None:
    pairs = [
        FileDiff("v1.Service.default.b", "a\n", "b\n"),
        FileDiff("v1.ConfigMap.default.a", "", "x\n"),
        FileDiff("same", "1\n", "1\n"),
    ]
    assert unified(pairs) == (
        "diff -u -N LIVE/v1.ConfigMap.default.a MERGED/v1.ConfigMap.default.a\n"
        "--- LIVE/v1.ConfigMap.default.a\n+++ MERGED/v1.ConfigMap.default.a\n@@ -0,0 +1 @@\n+x\n"
        "diff -u -N LIVE/v1.Service.default.b MERGED/v1.Service.default.b\n"
        "--- LIVE/v1.Service.default.b\n+++ MERGED/v1.Service.default.b\n@@ -1 +1 @@\n-a\n+b\n"
    )


def test_colour_changes_no_text() -> None:
    plain = unified([FileDiff("f", "a\nb\n", "a\nc\n")])
    coloured = painted(plain, Style(colour=True))
    assert coloured != plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert painted(plain, Style()) == plain
