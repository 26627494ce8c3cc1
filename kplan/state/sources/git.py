"""A revision of this repository as a state: ``git:REV[:PATH]`` compares a branch with its base, without any cluster."""

import io
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from kplan.errors import UsageError
from kplan.inputs.reading import from_texts
from kplan.inputs.request import Request
from kplan.manifest.limits import STATE
from kplan.manifest.loader import unreadable
from kplan.schema import releases
from kplan.state.snapshot import Snapshot
from kplan.state.sources.kind import API_GROUP
from kplan.state.sources.manifests import from_documents

_ENDINGS = (".yaml", ".yml", ".json")
_COMMIT = re.compile(r"[~^@]|^[0-9a-f]{7,40}$")
"""What names a commit rather than a branch."""
_FIXED = (
    "--no-pager", "--no-replace-objects", "--no-optional-locks", "-c", "core.fsmonitor=false",
    "-c", f"core.hooksPath={os.devnull}", "-c", "protocol.allow=never", "-c", "core.alternateRefsCommand=",
    "-c", "credential.helper=", "-c", "core.sshCommand=false", "-c", "maintenance.auto=false", "-c", "gc.auto=0", "-c", "log.showSignature=false",
)  # fmt: skip
"""What a repository's configuration cannot change: nothing is run, nothing is fetched."""
_QUIET = {
    "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_ALLOW_PROTOCOL": "",
    "GIT_ASKPASS": "false", "GIT_SSH_COMMAND": "false", "GIT_PAGER": "cat", "LC_ALL": "C",
}  # fmt: skip
_KEPT = (
    "PATH", "HOME", "XDG_CONFIG_HOME", "SYSTEMROOT", "TMPDIR", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CEILING_DIRECTORIES", "GIT_PREFIX", "GIT_COMMON_DIR",
)  # fmt: skip
"""Variables that say where a repository is; hooks set them."""
_SHOWN = 5
"""How many branches an error names."""


def open_git(reference: str, directory: Path, minor: str = releases.DEFAULT) -> Snapshot:
    """Read the manifests of ``REV`` or ``REV:PATH``. Raises UsageError where git cannot."""
    revision, _, path = reference.partition(":")
    if not revision or revision.startswith("-"):
        raise UsageError(f"invalid git revision: {reference!r}", hint="write it as git:REV or git:REV:PATH")
    _require(directory, revision)
    listed = _git(directory, "ls-tree", "-r", "-z", "--name-only", "--full-name", revision, "--", path or ".")
    names = sorted(name for name in os.fsdecode(listed).split("\0") if name.endswith(_ENDINGS))
    if not names:
        raise UsageError(
            f"no manifests in git {reference}",
            hint="PATH is relative to the working directory; only .json, .yaml and .yml files are read",
        )
    contents = list(_contents(directory, [f"{revision}:{name}" for name in names]))
    missing = [unreadable(name, content) for name, content in contents if isinstance(content, str)]
    held = [(name, content) for name, content in contents if isinstance(content, bytes)]
    read = from_texts(held, Request((), wanted=API_GROUP, limits=STATE))
    return from_documents(read._replace(diagnostics=[*missing, *read.diagnostics]), f"git {reference}", minor)


def _contents(directory: Path, names: Sequence[str]) -> Iterator[tuple[str, bytes | str]]:
    """What each file holds, with links followed inside the revision, or why it cannot be read."""
    wanted = os.fsencode("\n".join(name.replace("\n", " ") for name in names))
    answer = io.BytesIO(_git(directory, "cat-file", "--batch", "--follow-symlinks", given=wanted))
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


def _environment() -> dict[str, str]:
    """Only what git needs to find itself and its repository: nothing that makes it run, fetch or ask."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, **_QUIET}


def _git(directory: Path, *arguments: str, given: bytes = b"") -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - the user's own git, with arguments kplan wrote
            ["git", *_FIXED, "-C", str(directory), *arguments],  # noqa: S607
            input=given, capture_output=True, check=False, env=_environment(),
        )  # fmt: skip
    except FileNotFoundError as error:
        raise UsageError("git is not installed", hint="--state git:REV needs the git command") from error
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise UsageError(
            f"git cannot read it: {lines[-1].removeprefix('fatal: ') if lines else 'unknown error'}",
            hint="--state git:REV[:PATH] reads the repository of the working directory",
        )
    return done.stdout


def _require(directory: Path, revision: str) -> None:
    """Raise UsageError where a repository does not have a revision, with what to do about it."""
    try:
        _git(directory, "rev-parse", "--quiet", "--verify", "--end-of-options", f"{revision}^{{tree}}")
    except UsageError:
        names = os.fsdecode(
            _git(directory, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes")
        )
        raise UsageError(
            f"git has no revision '{revision}'", hint=_instead(revision, names.split())
        ) from None


def _instead(revision: str, names: Sequence[str]) -> str:
    """What to do where a revision is not there: commit, take the branch of a remote, fetch, or name another branch."""
    if not names:
        return "commit something first; where a hook asks for it, with git commit --no-verify"
    if far := next((name for name in names if name.endswith(f"/{revision}")), ""):
        return f"write git:{far}"
    if len(names) > _SHOWN:
        names = [*names[:_SHOWN], "..."]
    wanted = "--unshallow" if _COMMIT.search(revision) else f"origin {revision}:{revision}"
    return f"there is {', '.join(names)}; where CI cloned, fetch it first: git fetch {wanted}"
