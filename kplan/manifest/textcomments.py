"""The comments of a YAML text put beside what they are about, as go-yaml's scanner puts them.

Upstream: go.yaml.in/yaml/v3 scannerc.go, parserc.go
"""

from collections.abc import Iterator

from kplan.manifest.texttree import Comments, Position, Tree


def attach(text: str, tree: Tree) -> list[str]:
    """Put every comment where it belongs; what stands apart at the beginning of the text is handed back."""
    lines = text.splitlines()
    head: list[str] = []
    for first, block in _blocks(lines, tree, text):
        last = first + len(block) - 1
        followed = last + 1 < len(lines) and lines[last + 1].strip()
        before = [one for one in tree.positions if one.line < first]
        behind = next((one for one in tree.positions if one.line > last), None)
        column = len(lines[first]) - len(lines[first].lstrip())
        if behind is not None and (followed or not before):
            if followed:
                _about(behind).head += block
            else:
                head += block
        elif before:
            near = [one for one in before if one.column == column]
            _about((near or before)[-1]).foot += block
    for number, comment in _behind(lines, tree, text):
        here = [one for one in tree.positions if number in (one.line, one.end)]
        if here:
            _about(here[-1]).line = comment
    return head


def _about(position: Position) -> Comments:
    return position.container.comments.setdefault(position.entry, Comments())


def _starts(text: str) -> list[int]:
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def _is_within(index: int, tree: Tree) -> bool:
    return any(first <= index < last for first, last in tree.scalars)


def _blocks(lines: list[str], tree: Tree, text: str) -> Iterator[tuple[int, list[str]]]:
    """Comments that have lines of their own: the first line, and the comments without what is before them."""
    starts = _starts(text)
    block: list[str] = []
    for number, line in enumerate([*lines, ""]):
        own = line.strip()
        if own.startswith("#") and not _is_within(starts[number] + line.index("#"), tree):
            block.append(own)
        elif block:
            yield number - len(block), block
            block = []


def _behind(lines: list[str], tree: Tree, text: str) -> Iterator[tuple[int, str]]:
    """Comments behind something else on its line."""
    starts = _starts(text)
    for number, line in enumerate(lines):
        if line.lstrip().startswith("#"):
            continue
        for index, char in enumerate(line):
            if char == "#" and line[index - 1].isspace() and not _is_within(starts[number] + index, tree):
                yield number, line[index:].rstrip()
                break
