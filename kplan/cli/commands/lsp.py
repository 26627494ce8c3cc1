"""``kplan lsp``: the language server that editors begin."""

import os

import click

from kplan.cli.lean import Command
from kplan.cli.settings import configured, finder
from kplan.errors import UsageError


@click.command("lsp", cls=Command)
@configured
def command() -> int:
    """Serve an editor over standard input and output: diagnostics, hover, completion, fixes.

    docs/editors.md has the settings of VS Code, Neovim and Zed.
    """
    try:
        from kplan.lsp.server import make
        from kplan.lsp.workspace import Workspace
    except ImportError as error:
        raise UsageError(
            "the language server is not installed", hint="python -m pip install 'kplan[lsp]'"
        ) from error
    make(Workspace(os.getcwd(), finder())).start_io()  # noqa: PTH109 - as everywhere in cli
    return 0
