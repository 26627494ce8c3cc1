"""A revision of this repository as a state: ``git:REV[:PATH]`` compares a branch with its base, without any cluster."""

import subprocess
from pathlib import Path

from kplan.errors import UsageError
from kplan.manifest.limits import STATE
from kplan.manifest.loader import Loaded, load_bytes
from kplan.state.snapshot import Snapshot
from kplan.state.sources.manifests import from_documents

_ENDINGS = (".yaml", ".yml", ".json")


def open_git(reference: str, directory: Path, minor: str = "1.36") -> Snapshot:
    """Read the manifests of ``REV`` or ``REV:PATH``. Raises UsageError where git cannot."""
    revision, _, path = reference.partition(":")
    if not revision or revision.startswith("-"):
        raise UsageError(f"not a git revision: {reference!r}", hint="write it as git:REV or git:REV:PATH")
    listed = _git(directory, "ls-tree", "-r", "-z", "--name-only", "--full-name", revision, "--", path or ".")
    loaded = Loaded([], [])
    for name in sorted(
        name for name in listed.decode(errors="replace").split("\0") if name.endswith(_ENDINGS)
    ):
        text = _git(directory, "show", f"{revision}:{name}")
        loaded.add(load_bytes(text, f"{revision}:{name}", STATE))
    return from_documents(loaded, f"git {reference}", minor)


def _git(directory: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(directory), *arguments], capture_output=True, check=False)  # noqa: S603, S607
    except FileNotFoundError as error:
        raise UsageError("git is not installed", hint="--state git:REV needs the git command") from error
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise UsageError(
            f"git cannot read it: {lines[-1].removeprefix('fatal: ') if lines else 'unknown error'}",
            hint="--state git:REV[:PATH] reads the repository of the working directory",
        )
    return done.stdout
