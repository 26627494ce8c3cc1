"""A revision of this repository as a state: ``git:REV[:PATH]`` compares a branch with its base, without any cluster."""

import io
import os
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


def open_git(reference: str, directory: Path, minor: str = releases.DEFAULT) -> Snapshot:
    """Read the manifests of ``REV`` or ``REV:PATH``. Raises UsageError where git cannot."""
    revision, _, path = reference.partition(":")
    if not revision or revision.startswith("-"):
        raise UsageError(f"not a git revision: {reference!r}", hint="write it as git:REV or git:REV:PATH")
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


def _git(directory: Path, *arguments: str, given: bytes = b"") -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - the user's own git, with arguments kplan wrote
            ["git", "-C", str(directory), *arguments],  # noqa: S607
            input=given, capture_output=True, check=False,
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
