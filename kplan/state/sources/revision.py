"""A whole revision of this repository as files in a folder of their own;
the worktree and the repository stay untouched.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from kplan.errors import UsageError
from kplan.namedtuples import NamedTuple
from kplan.state.sources.repository import blobs, git, require

_MOST_BYTES = 2 << 30
"""Bytes of a revision that are read."""
_AT_ONCE = 32 << 20
"""Bytes that are asked of git at one time."""
_LINK = "120000"


class Revision(NamedTuple):
    """A revision's files, as they lie in a folder."""

    name: str
    """What it was called: a branch, a tag, a commit."""
    folder: Path
    """Stands for the root of the repository."""
    root: Path
    """The root of the repository itself."""
    absent: Sequence[str] = ()
    """Files that a partial clone does not hold."""

    def path_of(self, path: str, directory: Path) -> str | None:
        """Where a path of the worktree lies in the folder; None for one outside the repository."""
        whole, root = Path(os.path.realpath(directory / path)), Path(os.path.realpath(self.root))
        return str(self.folder / whole.relative_to(root)) if whole.is_relative_to(root) else None

    def told(self, text: str) -> str:
        """A text in which paths of the folder are shown as those of the revision."""
        return text.replace(f"{self.folder}{os.sep}", f"{self.name}:").replace(str(self.folder), self.name)


class _Entry(NamedTuple):
    mode: str
    digest: str
    size: int
    path: str


def read_revision(name: str, directory: Path, into: Path) -> Revision:
    """Write the files of a revision into a folder. ``REV...`` is where this branch left it. Raises UsageError."""
    revision = _commit(name, directory)
    root = Path(os.fsdecode(git(directory, "rev-parse", "--show-toplevel")).rstrip("\n"))
    entries = list(_entries(git(directory, "ls-tree", "-r", "-z", "-l", "--full-tree", revision)))
    size = sum(one.size for one in entries)
    if size > _MOST_BYTES:
        raise UsageError(
            f"revision {name} holds {size >> 30} GiB", hint=f"at most {_MOST_BYTES >> 30} GiB are read"
        )
    links = [one for one in entries if one.mode == _LINK]
    absent: list[str] = []
    for some in (*_portions(one for one in entries if one.mode != _LINK), *_portions(links)):
        found = blobs(directory, [one.digest for one in some])
        for one, body in zip(some, found, strict=True):
            if body is None:
                absent.append(one.path)
            else:
                _write(into / one.path, body, is_link=one.mode == _LINK)
    _cut_outward(into, [one.path for one in links])
    return Revision(name.removesuffix("..."), into, root, tuple(absent))


def _commit(name: str, directory: Path) -> str:
    """The commit that is meant. Raises UsageError."""
    revision = name.removesuffix("...")
    if not revision or revision.startswith("-") or ":" in revision:
        raise UsageError(f"invalid git revision: {name!r}", hint="write a branch, a tag or a commit")
    require(directory, revision)
    if revision == name:
        return revision
    try:
        return os.fsdecode(git(directory, "merge-base", "--", revision, "HEAD")).strip()
    except UsageError as error:
        raise UsageError(
            f"this branch and '{revision}' have no commit in common",
            hint="where CI cloned a part only, fetch the rest: git fetch --unshallow",
        ) from error


def _entries(listed: bytes) -> Iterator[_Entry]:
    """The files and links of a tree; other repositories in it are not read."""
    for line in listed.split(b"\0"):
        head, tab, path = line.partition(b"\t")
        if not tab:
            continue
        mode, kind, digest, size = head.decode("ascii").split()
        parts = path.split(b"/")
        if kind == "blob" and not any(
            part in {b"", b".", b".."} or part.lower() == b".git" for part in parts
        ):
            yield _Entry(mode, digest, int(size) if size.isdecimal() else 0, os.fsdecode(path))


def _portions(entries: Iterator[_Entry] | Sequence[_Entry]) -> Iterator[list[_Entry]]:
    """Entries in groups whose contents fit into memory."""
    group: list[_Entry] = []
    size = 0
    for one in entries:
        if group and size + one.size > _AT_ONCE:
            yield group
            group, size = [], 0
        group.append(one)
        size += one.size
    if group:
        yield group


def _write(path: Path, body: bytes, *, is_link: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if is_link:
        path.symlink_to(os.fsdecode(body))
    else:
        path.write_bytes(body)


def _cut_outward(folder: Path, links: Sequence[str]) -> None:
    """Remove links that lead out of the folder, alone or through others."""
    root = os.path.realpath(folder)
    for path in (folder / one for one in links):
        if path.is_symlink() and not os.path.realpath(path).startswith(f"{root}{os.sep}"):
            path.unlink()
