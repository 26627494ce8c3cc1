"""How the command line writes a file: beside its place and then renamed, so that nobody sees half of it."""

import os
from contextlib import suppress
from pathlib import Path


def write_text(path: str, text: str, *, private: bool = False) -> None:
    """Write a file whole or not at all; a link goes on leading where it led, a device or pipe is written to as it is.

    A ``private`` file is for its owner only.
    """
    place = Path(os.path.realpath(path))
    if place.exists() and not place.is_file():
        Path(path).write_text(text, encoding="utf-8", errors="replace")
        return
    beside = place.with_name(f"{place.name}.{os.getpid()}.part")
    try:
        with beside.open("x", encoding="utf-8", errors="replace") as file:
            file.write(text)
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
