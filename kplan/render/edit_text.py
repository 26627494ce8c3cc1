"""How a field's change reads: its values in short, and the lines that differ where it is a text of several.

What is cut is cut where both values are alike, so that what differs is seen.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from kplan.kubectl.gnu_diff import changes
from kplan.plan.change import FieldEdit
from kplan.render.terminal import escaped
from kplan.sentences import counted

LONGEST: Final = 60
"""A value of more characters is cut."""
_MOST_LINES: Final = 8
_LONGEST_LINE: Final = 200
_BEFORE: Final = 15
"""How much of what both values begin with is left where it is cut."""


def edit_line(edit: FieldEdit, *, whole: bool = False) -> str:
    """``~ spec.replicas: 3 -> 5``; values in full if the ``whole`` is asked for."""
    if edit.before is None:
        return f"+ {edit.path}: {_short(_text(edit.after), 0, whole=whole)}"
    if edit.after is None:
        return f"- {edit.path}: {_short(_text(edit.before), 0, whole=whole)}"
    if _is_of_lines(edit):
        gone, come = ([one for one in _differing(edit) if one[0] == sign] for sign in "-+")
        return f"~ {edit.path}: {counted(len(gone), 'line')} removed, {counted(len(come), 'line')} added"
    before, after = _text(edit.before), _text(edit.after)
    start = _start(before, after)
    return f"~ {edit.path}: {_short(before, start, whole=whole)} -> {_short(after, start, whole=whole)}"


def edit_lines(edit: FieldEdit, *, whole: bool = False, all_lines: bool = False) -> Iterator[str]:
    """What stands below: the lines of a text that go and come,
    the first of them unless ``all_lines`` or the ``whole`` is asked for.
    """
    found = _differing(edit) if _is_of_lines(edit) else []
    shown = found if whole or all_lines else found[:_MOST_LINES]
    for line in shown:
        yield line if whole or len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 3]}..."
    if len(shown) < len(found):
        yield f"and {len(found) - len(shown)} more lines (-v shows them)"


def _is_of_lines(edit: FieldEdit) -> bool:
    """Whether it is a text before and after, of which lines differ, and one of the two is too long for a line."""
    values = (edit.before, edit.after)
    if not all(isinstance(one, str) and "\n" in one for one in values):
        return False
    alike = edit.before.removesuffix("\n") == edit.after.removesuffix("\n")
    return not alike and any(len(_text(one)) > LONGEST for one in values)


def _differing(edit: FieldEdit) -> list[str]:
    old, new = (escaped(one).removesuffix("\n").split("\n") for one in (edit.before, edit.after))
    found = []
    for run in changes(old, new):
        found += [f"-{line}" for line in old[run.start0 : run.end0]]
        found += [f"+{line}" for line in new[run.start1 : run.end1]]
    return found


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _start(before: str, after: str) -> int:
    """Where to begin, so that the first difference is seen; 0 if it is seen from the beginning."""
    same = next((at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), 0)
    return same - _BEFORE if same > LONGEST - 2 * _BEFORE and max(len(before), len(after)) > LONGEST else 0


def _short(text: str, start: int, *, whole: bool) -> str:
    if whole or (len(text) <= LONGEST and not start):
        return text
    begin, room = ("..." if start else ""), LONGEST - (6 if start else 3)
    rest = text[start:]
    return f"{begin}{rest}" if len(rest) <= room + 3 else f"{begin}{rest[:room]}..."
