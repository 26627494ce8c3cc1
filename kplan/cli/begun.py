"""What a shell completes behind the first words of a command: the words that may follow."""

from typing import TYPE_CHECKING

import click

from kplan.cli.roster import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.shell_completion import CompletionItem


class Begun(click.Command):
    """The first words of commands, ``rollout`` or ``create``, for completion only;
    the options are those of the words as a command.
    """

    def __init__(self, words: str) -> None:
        whole = next((one.load() for one in COMMANDS if one.name == words), None)
        options = [one for one in whole.params if isinstance(one, click.Option)] if whole else []
        super().__init__(words, params=list(options), add_help_option=bool(whole))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """The words that may follow, and options."""
        return [*following(self.name or "", incomplete), *super().shell_complete(ctx, incomplete)]


def begun(words: list[str]) -> Begun | None:
    """The first words of commands that these are, all of them; None if they are not."""
    name = " ".join(words)
    return Begun(name) if any(one.name.startswith(f"{name} ") for one in COMMANDS) else None


def following(words: str, incomplete: str) -> "Iterator[CompletionItem]":
    """The next words of all commands that begin with some, each once; no command is imported for that."""
    from click.shell_completion import CompletionItem

    lead = f"{words} " if words else ""
    found: dict[str, str] = {}
    for command in COMMANDS:
        if not command.name.startswith(lead):
            continue
        word, more, _ = command.name.removeprefix(lead).partition(" ")
        if word.startswith(incomplete):
            found[word] = found.get(word, "") if more else command.summary
    return (CompletionItem(word, help=text) for word, text in found.items())
