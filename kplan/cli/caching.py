"""``--no-cache``, and where the cache is: KPLAN_CACHE_DIR, else kplan's folder among those of the user's caches."""

import os
from collections.abc import Callable, Sequence
from os.path import expanduser, isabs, join
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kplan.cli import settings

if TYPE_CHECKING:
    from kplan.cache.folder import Folder
    from kplan.inputs.request import Request
    from kplan.pipeline.recalling import Make
    from kplan.report import Report

F = TypeVar("F", bound=Callable[..., Any])

DIRECTORY: Final = "KPLAN_CACHE_DIR"
DISABLED: Final = "KPLAN_NO_CACHE"


def option(command: F) -> F:
    """``--no-cache``."""
    return settings.option(
        "--no-cache", is_flag=True, envvar=DISABLED,
        help=f"Use no results of earlier runs, and keep none for later ones. Also: {DISABLED}=1.",
    )(command)  # fmt: skip


def folder() -> "Folder":
    """The folder of the cache."""
    from kplan.cache.folder import Folder

    return Folder(_path())


def recalled(requests: "Sequence[Request | None]", about: Any, run: "Make") -> "Report":
    """The report of a run, or of an earlier run if nothing has changed since."""
    from kplan.pipeline.recalling import Run
    from kplan.pipeline.recalling import recalled as found

    here = os.getcwd()  # noqa: PTH109 - pathlib takes 4 ms of every start
    return found(folder(), Run(here, about, [one for one in requests if one is not None]), run)


def _path() -> str:
    if named := os.environ.get(DIRECTORY):
        return os.path.abspath(named)  # noqa: PTH100 - pathlib takes 4 ms of every start
    base = os.environ.get("XDG_CACHE_HOME", "")
    return join(base if isabs(base) else join(expanduser("~"), ".cache"), "kplan")  # noqa: PTH111, PTH117, PTH118 - likewise
