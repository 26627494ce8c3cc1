"""A revision of this repository as a state: ``git:REV[:PATH]`` compares a branch with its base, without any cluster."""

import os
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
from kplan.state.sources.repository import contents, git, require

_ENDINGS = (".yaml", ".yml", ".json")


def open_git(reference: str, directory: Path, minor: str = releases.DEFAULT) -> Snapshot:
    """Read the manifests of ``REV`` or ``REV:PATH``. Raises UsageError if git cannot."""
    revision, _, path = reference.partition(":")
    if not revision or revision.startswith("-"):
        raise UsageError(f"invalid git revision: {reference!r}", hint="write it as git:REV or git:REV:PATH")
    require(directory, revision)
    listed = git(directory, "ls-tree", "-r", "-z", "--name-only", "--full-name", revision, "--", path or ".")
    names = sorted(name for name in os.fsdecode(listed).split("\0") if name.endswith(_ENDINGS))
    if not names:
        raise UsageError(
            f"no manifests in git {reference}",
            hint="PATH is relative to the working directory; only .json, .yaml and .yml files are read",
        )
    found = list(contents(directory, [f"{revision}:{name}" for name in names]))
    missing = [unreadable(name, content) for name, content in found if isinstance(content, str)]
    held = [(name, content) for name, content in found if isinstance(content, bytes)]
    read = from_texts(held, Request((), wanted=API_GROUP, limits=STATE))
    return from_documents(read._replace(diagnostics=[*missing, *read.diagnostics]), f"git {reference}", minor)
