"""Where the stored state of a directory is, without reading it.

Lint asks in every run and mostly finds nothing, so it should not have to load a database for that.
"""

from os import X_OK, access, getcwd
from os.path import dirname, exists, isdir, isfile, islink, join, relpath
from typing import Final

HOME: Final = join(".kplan", "state.db")  # noqa: PTH118 - pathlib takes 4 ms of every start


def find(directory: str) -> str | None:
    """The file of a directory, or the nearest above, up to the repository's root; one that is
    behind a link does not count.

    Who takes a state from elsewhere says so with ``--state``: what somebody else's repository holds must not choose it.
    """
    while not _is_there(path := join(directory, HOME)) or is_link(path):  # noqa: PTH118 - likewise
        above = dirname(directory)  # noqa: PTH120 - likewise
        if above == directory or exists(join(directory, ".git")):  # noqa: PTH110, PTH118 - likewise
            return None
        directory = above
    return path


def _is_there(path: str) -> bool:
    """Whether there is a file, or a folder for it that nobody may look into:
    then reading says why it cannot be read.
    """
    folder = dirname(path)  # noqa: PTH120 - likewise
    return isfile(path) or (isdir(folder) and not access(folder, X_OK))  # noqa: PTH112, PTH113 - likewise


def as_given(directory: str, path: str) -> str:
    """A path that is meant from a directory, for reading and for messages:
    as a user gave it if that is the working directory.
    """
    return path if directory == getcwd() else join(directory, path)  # noqa: PTH109, PTH118 - likewise


def as_seen(directory: str, path: str) -> str:
    """An absolute path of a directory or above, as it is from there if that is the working directory."""
    return relpath(path) if directory == getcwd() else path  # noqa: PTH109 - likewise


def is_link(path: str) -> bool:
    """Whether a state's file, or the folder it is in, is a symbolic link."""
    return islink(path) or islink(dirname(path))  # noqa: PTH114, PTH120 - likewise
