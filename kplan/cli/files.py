"""How the command line writes a file, beside its place and then renamed, so that nobody sees half of it;
and reads one to change it.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from kplan.manifest.loader import STDIN_NAME


def write_text(path: str, text: str, *, private: bool = False) -> None:
    """Write a text as ``write_bytes`` does."""
    write_bytes(path, text.encode("utf-8", "replace"), private=private)


def write_bytes(path: str, data: bytes, *, private: bool = False) -> None:
    """Write a file whole or not at all; a symbolic link keeps its target, a device or pipe is written directly.

    A ``private`` file is for its owner only.
    """
    place = Path(os.path.realpath(path))
    if place.exists() and not place.is_file():
        Path(path).write_bytes(data)
        return
    beside = place.with_name(f"{place.name}.{os.getpid()}.part")
    try:
        with beside.open("xb") as file:
            file.write(data)
        if private:
            beside.chmod(0o600)
        elif place.exists():
            beside.chmod(place.stat().st_mode & 0o7777)
        beside.replace(place)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        error.filename = path
        raise


class Originals:
    """Gives the bytes of files to be changed, each only once, and of none outside of this folder that was not named."""

    def __init__(self, standard_input: bytes, named: Sequence[str] = ()) -> None:
        """``named`` are the files and folders of the command line."""
        self._standard_input = standard_input
        self._within = [Path.cwd().resolve(), *(Path(one).resolve() for one in named)]
        self._seen: set[Path] = set()

    def read(self, name: str) -> bytes | None:
        """The bytes; None if the file is not to be changed."""
        if name == STDIN_NAME:
            return self._standard_input
        real = Path(name).resolve()
        if real in self._seen or not real.is_file():
            return None
        self._seen.add(real)
        if _leads_out(Path(name), real):
            click.echo(f"{name} is a link to {real}, outside of this folder; it is not fixed", err=True)
            return None
        if not any(real.is_relative_to(one) for one in self._within):
            click.echo(f"{name} is outside of this folder and of what was named; it is not fixed", err=True)
            return None
        return real.read_bytes()


def _leads_out(path: Path, real: Path) -> bool:
    """Whether a file's last step is a link to somewhere else than this folder."""
    return path.parent.resolve() / path.name != real and not real.is_relative_to(Path.cwd().resolve())
