"""The user's git, run so that it executes, fetches and changes nothing."""

import io
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from kplan.errors import UsageError
from kplan.namedtuples import NamedTuple

_COMMIT = re.compile(r"[~^@]|^[0-9a-f]{7,40}$")
"""Matches the name of a commit rather than of a branch."""
_FIXED = (
    "--no-pager", "--no-replace-objects", "--no-optional-locks", "-c", "core.fsmonitor=false",
    "-c", f"core.hooksPath={os.devnull}", "-c", "protocol.allow=never", "-c", "core.alternateRefsCommand=",
    "-c", "credential.helper=", "-c", "core.sshCommand=false", "-c", "maintenance.auto=false", "-c", "gc.auto=0", "-c", "log.showSignature=false",
)  # fmt: skip
"""Options that override the repository's configuration, so that git runs no program and fetches nothing."""
_QUIET = {
    "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_ALLOW_PROTOCOL": "",
    "GIT_ASKPASS": "false", "GIT_SSH_COMMAND": "false", "GIT_PAGER": "cat", "LC_ALL": "C",
}  # fmt: skip
_KEPT = (
    "PATH", "HOME", "XDG_CONFIG_HOME", "SYSTEMROOT", "TMPDIR", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CEILING_DIRECTORIES", "GIT_PREFIX", "GIT_COMMON_DIR",
)  # fmt: skip
"""Environment variables that locate a repository; git sets them for hooks."""
_SHOWN = 5
"""How many branches an error lists."""


def contents(directory: Path, names: Sequence[str]) -> Iterator[tuple[str, bytes | str]]:
    """The content of each file, following links inside the revision, or why it cannot be read."""
    wanted = os.fsencode("\n".join(name.replace("\n", " ") for name in names))
    answer = io.BytesIO(git(directory, "cat-file", "--batch", "--follow-symlinks", given=wanted))
    for name in names:
        head = answer.readline().split()
        if head[-1] == b"missing":
            yield name, "cannot be read: it is not in the git repository"
            continue
        body = answer.read(int(head[-1]))
        answer.readline()
        if head[1] == b"blob":
            yield name, body
        else:
            yield name, "cannot be read: the link does not lead to a file of the revision"


def blobs(directory: Path, digests: Sequence[str]) -> Iterator[bytes | None]:
    """The content of each object, in order; None for one that the repository lacks, as in a partial clone."""
    answer = io.BytesIO(git(directory, "cat-file", "--batch", given="\n".join(digests).encode()))
    for _ in digests:
        head = answer.readline().split()
        if head[-1] == b"missing":
            yield None
            continue
        yield answer.read(int(head[-1]))
        answer.readline()


class Checkout(NamedTuple):
    """The repository that a folder lies in."""

    root: str
    """The path from the folder to the root."""
    remotes: tuple[str, ...]
    branch: str


def checkout(directory: Path) -> Checkout | None:
    """The repository that contains a folder; None if there is none, or git is not installed. Nothing is fetched."""
    try:
        up = os.fsdecode(git(directory, "rev-parse", "--show-cdup")).strip()
    except UsageError:
        return None
    listed = _asked(directory, "config", "--get-regexp", r"^remote\..*\.url$")
    branch = _asked(directory, "rev-parse", "--abbrev-ref", "HEAD").strip()
    remotes = tuple(line.partition(" ")[2] for line in listed.splitlines() if line)
    return Checkout(up.rstrip("/") or ".", remotes, branch)


def _asked(directory: Path, *arguments: str) -> str:
    """The output of git; empty if it fails."""
    try:
        return os.fsdecode(git(directory, *arguments))
    except UsageError:
        return ""


def _environment() -> dict[str, str]:
    """Only what git needs to find itself and its repository: nothing that makes it run, fetch or ask."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, **_QUIET}


def git(directory: Path, *arguments: str, given: bytes = b"") -> bytes:
    """Run git and return its output. Raises UsageError if it fails."""
    try:
        done = subprocess.run(  # noqa: S603 - the user's own git, with arguments kplan wrote
            ["git", *_FIXED, "-C", str(directory), *arguments],  # noqa: S607
            input=given, capture_output=True, check=False, env=_environment(),
        )  # fmt: skip
    except FileNotFoundError as error:
        raise UsageError("git is not installed", hint="git:REV and --base need the git command") from error
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise UsageError(
            f"git cannot read it: {lines[-1].removeprefix('fatal: ') if lines else 'unknown error'}",
            hint="git:REV and --base read the repository of the working directory",
        )
    return done.stdout


def require(directory: Path, revision: str) -> None:
    """Check that a repository has a revision. Raises UsageError with what to do about it."""
    try:
        git(directory, "rev-parse", "--quiet", "--verify", "--end-of-options", f"{revision}^{{tree}}")
    except UsageError:
        names = os.fsdecode(
            git(directory, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes")
        )
        raise UsageError(
            f"git has no revision '{revision}'", hint=_instead(revision, names.split())
        ) from None


def _instead(revision: str, names: Sequence[str]) -> str:
    """What to do if a revision is missing: commit, use a remote branch, fetch, or name another branch."""
    if not names:
        return "commit something first; if a hook stands in the way, with git commit --no-verify"
    if far := next((name for name in names if name.endswith(f"/{revision}")), ""):
        return f"write git:{far}"
    if len(names) > _SHOWN:
        names = [*names[:_SHOWN], "..."]
    wanted = "--unshallow" if _COMMIT.search(revision) else f"origin {revision}:{revision}"
    return f"there is {', '.join(names)}; where CI cloned, fetch it first: git fetch {wanted}"
