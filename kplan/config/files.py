"""Where a configuration may stand, and the nearest one upwards."""

from os.path import dirname, exists, isfile, join, relpath
from typing import Final

NAMES: Final = (".kplan.yaml", ".kplan.yml")
PYPROJECT: Final = "pyproject.toml"
_LARGEST: Final = 16 << 20
_TABLE: Final = b"\n[tool.kplan"


def find(directory: str) -> str | None:
    """The path of the nearest configuration of a directory or those above it; None if there is none."""
    while True:
        for name in NAMES:
            if exists(path := join(directory, name)):  # noqa: PTH110, PTH118 - pathlib takes 4 ms of every start
                return path
        if _has_table(path := join(directory, PYPROJECT)):  # noqa: PTH118 - likewise
            return path
        parent = dirname(directory)  # noqa: PTH120 - likewise
        if parent == directory:
            return None
        directory = parent


def second(path: str) -> str:
    """The file with the other ending beside a configuration, which is then not read; empty if there is none."""
    first, other = NAMES
    beside = f"{path.removesuffix(first)}{other}"
    return beside if path.endswith(f"/{first}") and exists(beside) else ""  # noqa: PTH110 - likewise


def beside(path: str) -> list[str]:
    """The configurations in the folder of one that are not read because it comes first,
    as they are from the working directory.
    """
    project = join(dirname(path), PYPROJECT)  # noqa: PTH118, PTH120 - likewise
    others = [second(path), project if project != path and _has_table(project) else ""]
    return [relpath(one) for one in others if one]


def _has_table(path: str) -> bool:
    """Whether a project file has a table of kplan's."""
    try:
        if not isfile(path):  # noqa: PTH113 - likewise; opening a pipe would wait for its writer
            return False
        with open(path, "rb") as file:  # noqa: PTH123 - likewise
            data = file.read(_LARGEST)
    except OSError:
        return False
    if b"kplan" not in data:
        return False
    import tomllib  # noqa: PLC0415 - most project files do not speak of kplan

    try:
        return "kplan" in tomllib.loads(data.decode()).get("tool", {})
    except (ValueError, AttributeError, TypeError):
        return _TABLE in data
