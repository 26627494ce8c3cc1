"""The user's editor: what KUBE_EDITOR names, or EDITOR, or vi, as for kubectl.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/util/editor/editor.go
"""

import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import click

from kplan.errors import UsageError
from kplan.kubectl.verb import Edited

_DEFAULT = "vi"


class UsersEditor:
    """Opens files that nobody else can read."""

    program = "kplan"

    def open(self, text: str, suffix: str) -> Edited:
        """Have a text edited. Raises UsageError if the editor cannot be started or fails."""
        named = os.environ.get("KUBE_EDITOR") or os.environ.get("EDITOR")
        if not named and not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise UsageError(f"{_DEFAULT} needs a terminal", hint="EDITOR names another editor")
        command = named or _DEFAULT
        if "/" not in command and shutil.which(command.split(maxsplit=1)[0]) is None:
            raise UsageError(f'unable to launch the editor "{command}"', hint="EDITOR names one")
        handle, path = tempfile.mkstemp(prefix=f"{self.program}-edit-", suffix=suffix)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        try:
            click.edit(filename=path, editor=command)
        except click.ClickException as error:
            self.forget(path)
            raise UsageError(f'there was a problem with the editor "{command}"') from error
        data = Path(path).read_bytes()
        return Edited(data.decode("utf-8", "replace").replace("\r\n", "\n"), path)

    def forget(self, path: str) -> None:
        """Remove a file."""
        with suppress(OSError):
            Path(path).unlink()
