"""Two texts as a unified diff, byte for byte as ``diff -u -N`` on two directories prints it.

Upstream: GNU diffutils, src/context.c and src/dir.c
"""

from collections.abc import Iterable, Iterator, Sequence

from kplan.kubectl.gnu_diff import CONTEXT, Change, changes


def unified(files: Iterable[tuple[str, str, str]], old: str = "LIVE", new: str = "MERGED") -> str:
    """The diff of all files that differ, each a name and its two texts, sorted by name; empty if none does."""
    blocks = []
    for name, before, after in sorted(files, key=lambda file: file[0].encode()):
        hunks = "".join(unified_hunks(before, after))
        if hunks:
            left, right = f"{old}/{name}", f"{new}/{name}"
            blocks.append(f"diff -u -N {left} {right}\n--- {left}\n+++ {right}\n{hunks}")
    return "".join(blocks)


def unified_hunks(old: str, new: str, context: int = CONTEXT) -> Iterator[str]:
    """The hunks of one file."""
    if old == new:
        return
    before, after = _lines(old), _lines(new)
    for group in _groups(changes(before, after), context):
        yield _hunk(group, before, after, context)


def _lines(text: str) -> list[str]:
    """Lines with their ends, so that a last line without one differs from the same line with one."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _groups(found: Sequence[Change], context: int) -> Iterator[list[Change]]:
    """Changes whose contexts touch share a hunk."""
    group: list[Change] = []
    for change in found:
        if group and change.start0 - group[-1].end0 > 2 * context:
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _hunk(group: Sequence[Change], before: Sequence[str], after: Sequence[str], context: int) -> str:
    start0, start1 = max(0, group[0].start0 - context), max(0, group[0].start1 - context)
    end0, end1 = min(len(before), group[-1].end0 + context), min(len(after), group[-1].end1 + context)
    out = [f"@@ -{_range(start0, end0)} +{_range(start1, end1)} @@\n"]
    at = start0
    for change in group:
        out += [_line(" ", line) for line in before[at : change.start0]]
        out += [_line("-", line) for line in before[change.start0 : change.end0]]
        out += [_line("+", line) for line in after[change.start1 : change.end1]]
        at = change.end0
    out += [_line(" ", line) for line in before[at:end0]]
    return "".join(out)


def _range(start: int, end: int) -> str:
    """Line numbers from 1; a range without lines names the line before it."""
    if end <= start:
        return f"{start},0"
    return f"{end}" if end == start + 1 else f"{start + 1},{end - start}"


def _line(mark: str, line: str) -> str:
    return f"{mark}{line}" if line.endswith("\n") else f"{mark}{line}\n\\ No newline at end of file\n"
