"""Where a state comes from, one source a file; ``open_state`` reads what ``--state`` says."""

from collections.abc import Callable
from pathlib import Path

from kplan.errors import UsageError
from kplan.schema import releases
from kplan.state import home
from kplan.state.snapshot import Snapshot


def open_state(
    spec: str | None,
    directory: Path,
    minor: str = releases.DEFAULT,
    stdin: Callable[[int], bytes] | None = None,
) -> Snapshot:
    """Open ``--state`` for a Kubernetes minor, or the stored state, or an empty cluster, if it is not given.

    ``stdin`` reads at most so many bytes of standard input, which ``-`` stands for. Raises UsageError.
    """
    if spec is None:
        return _stored(directory) or _empty(minor)
    if spec.startswith("git:"):
        from kplan.state.sources.git import open_git

        return open_git(spec.removeprefix("git:"), directory, minor)
    if spec.startswith("nodes:"):
        return _of_nodes(f"an empty cluster of {spec}", spec.removeprefix("nodes:"), minor)
    from kplan.state.sources import sqlite

    if spec == "-":
        from kplan.state.sources.manifests import open_standard_input

        return open_standard_input(stdin, minor)
    path = Path(home.as_given(str(directory), spec))
    if sqlite.is_database(path):
        return sqlite.Database(path).open()
    if not spec or not path.exists():
        raise UsageError(
            f"no state at {spec or 'an empty path'}",
            hint="--state takes a state file, a dump, a directory of manifests, - for standard input, git:REV[:PATH], a kind cluster configuration or nodes:3x4cpu,8Gi",
        )
    from kplan.state.sources.manifests import open_files

    return open_files(path, minor)


def _stored(directory: Path) -> Snapshot | None:
    """The newest revision of the stored state, if there is one."""
    if home.find(str(directory)) is None:
        return None
    from kplan.state.sources import sqlite

    database = sqlite.find(directory)
    return database.open() if database else None


def _empty(minor: str) -> Snapshot:
    from kplan.state.sources.manifests import DEFAULT_NODES

    title = "no stored state, using an empty cluster of three nodes (4 cpu, 8Gi each)"
    return _of_nodes(title, DEFAULT_NODES, minor)


def _of_nodes(title: str, shapes: str, minor: str) -> Snapshot:
    from kplan.state.sources.default import completed
    from kplan.state.sources.nodes import make_nodes, parse_shapes

    return Snapshot(title, completed(make_nodes(parse_shapes(shapes), minor=minor)))
