"""click's command and option, without what they do at every start only for the sake of help."""

from collections.abc import Sequence
from typing import Any

import click


class Option(click.Option):
    """An option whose help is one line as it is; click would load ``inspect`` to tidy it."""

    def __init__(self, declared: Sequence[str] | None = None, **given: Any) -> None:
        text = given.pop("help", None)
        super().__init__(declared, **given)
        self.help = text


class Command(click.Command):
    """A command whose ``--help`` is such an option too; for click's own, a translation is looked for."""

    _helping: Option | None = None

    def get_help_option(self, ctx: click.Context) -> Option | None:
        """The option, which is the same one whenever it is asked for."""
        names = self.get_help_option_names(ctx)
        if self._helping is None and names and self.add_help_option:
            self._helping = Option(
                [*names, "asked_for_help"], is_flag=True, is_eager=True, expose_value=False, callback=_show_help,
                help="Show this message and exit.",
            )  # fmt: skip
        return self._helping


class Group(click.Group):
    """A group that lists what each of its commands is for in full; click cuts it at 45 characters and adds dots."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """A row a command: the first paragraph of its help."""
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            text = (command.help or "") if command else ""
            rows.append((name, " ".join(text.strip().partition("\n\n")[0].split())))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _show_help(context: click.Context, parameter: click.Parameter, asked: bool) -> None:
    del parameter
    if asked and not context.resilient_parsing:
        click.echo(context.get_help(), color=context.color)
        context.exit()
