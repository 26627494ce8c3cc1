"""``kplan cache``: what is kept of earlier runs, and forgetting it."""

import click

from kplan.cli import caching
from kplan.cli.lean import Group
from kplan.sentences import counted

_EXAMPLES = "\b\nExamples:\n  kplan cache info\n  kplan cache clear"


@click.group("cache", cls=Group, epilog=_EXAMPLES)
def command() -> None:
    """Show or remove what is kept of earlier runs, so that the next one is quick.

    It is in KPLAN_CACHE_DIR, else in kplan/ under XDG_CACHE_HOME or ~/.cache, and never more than 256 MiB: what was
    used longest ago goes first.
    """


@command.command("info")
def info() -> int:
    """Show where the cache is, and how much is in it."""
    folder = caching.folder()
    entries = folder.entries()
    size = sum(one.size for one in entries)
    click.echo(f"{folder.path}: {counted(len(entries), 'entry')}, {size / (1 << 20):.1f} MiB")
    return 0


@command.command("clear")
def clear() -> int:
    """Remove everything from the cache."""
    folder = caching.folder()
    click.echo(f"removed {counted(folder.clear(), 'entry')} from {folder.path}")
    return 0
