"""The group of all commands; each loads only to run or to show its own help."""

from typing import TYPE_CHECKING

import click

from kplan import __version__
from kplan.cli.lean import Command, Option
from kplan.cli.roster import COMMANDS
from kplan.errors import KplanError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_MEANT = {
    "build": "kustomize",
    "check": "lint",
    "validate": "lint",
    "test": "lint",
    "template": "lint --helm",
}
"""What other tools call a command that kplan has."""
_HALF = ("apply", "cluster-info", "config")
"""Commands of which kubectl has more below than kplan."""
_OWN = ("-h", "--help", "-V", "--version")
"""Options of the group itself."""
_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class LazyGroup(Command, click.Group):
    """A group that knows its commands by name and summary, and imports one when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the roster's order."""
        del ctx
        return [command.name for command in COMMANDS]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import the command's module; a name that is no command is None."""
        del ctx
        for command in COMMANDS:
            if name == command.name or name in command.aliases:
                return command.load()
        return None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read ``help get`` as ``get --help``, and flags before a command as kubectl does, behind its name."""
        if args[:1] == ["help"]:
            args = [*args[1:], "--help"]
        elif args and args[0].startswith("-") and args[0] not in _OWN:
            args = self._flags_last(ctx, args)
        return super().parse_args(ctx, args)

    def _flags_last(self, ctx: click.Context, args: list[str]) -> list[str]:
        """A line whose flags stand before the command, with them behind it; as it is if no command follows."""
        from kplan.kubectl.invocation import flags_before

        before, rest = flags_before(args)
        for count in (3, 2, 1):
            if len(rest) >= count and self.get_command(ctx, " ".join(rest[:count])) is not None:
                return [*rest[:count], *before, *rest[count:]]
        return args

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """The first words of commands, and the options of the group."""
        from kplan.cli.begun import following

        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*following("", incomplete), *options]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command of three words, two or one; if there is none, name the most similar one."""
        for count in (3, 2):
            name = " ".join(args[:count])
            several = self.get_command(ctx, name) if len(args) >= count else None
            if several is not None:
                return name, several, args[count:]
        if ctx.resilient_parsing:  # a shell completes, and would print a message between the user's keys
            from kplan.cli.begun import begun

            found = begun(args) or self.get_command(ctx, args[0]) or click.Command("", add_help_option=False)
            return args[0], found, [] if len(args) == 1 else args[1:]
        _show_group(ctx, args)
        _refuse_in_group(ctx, args)
        name = args[0]
        if name == "options":
            from kplan.cli.globaloptions import show

            show(ctx)
        if name in _HALF and len(args) > 1:
            from kplan.kubectl.absent import is_absent, reason_of

            if is_absent(args[:2]):
                ctx.fail(reason_of(args))
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            self._refuse(ctx, args)
        return super().resolve_command(ctx, args)

    def _refuse(self, ctx: click.Context, args: list[str]) -> None:
        """Say what is wrong with words that begin no command, and which one may be meant. Raises UsageError."""
        import difflib

        from kplan.kubectl.absent import reason_of

        name = args[0]
        group = [one for one in self.list_commands(ctx) if one.startswith(f"{name} ")]
        if group:
            words = ", ".join(one.removeprefix(f"{name} ") for one in group)
            ctx.fail(f"'{name}' needs one more word: {words}")
        if reason := reason_of(args):
            ctx.fail(reason)
        meant = _MEANT.get(name)
        near = [meant] if meant else difflib.get_close_matches(name, self.list_commands(ctx), 1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        ctx.fail(f"no such command '{name}'{hint}")

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; it is no error that nobody reads on, for which click would leave with 1."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise click.exceptions.Exit(0) from None
        except (click.exceptions.Exit, click.Abort, click.ClickException, KplanError, OSError):
            raise
        except Exception as failure:
            from kplan.cli.damage import name_damage

            name_damage(ctx, failure)
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by section without importing any of them."""
        del ctx
        sections: dict[str, list[tuple[str, str]]] = {}
        for command in COMMANDS:
            sections.setdefault(command.section, []).append((command.name, command.summary))
        for section, rows in sections.items():
            with formatter.section(section):
                formatter.write_dl(rows)


def _show_group(ctx: click.Context, args: list[str]) -> None:
    """Print the help of a group of kubectl's commands if its second word is missing, and leave."""
    asked = args[-1] in ("-h", "--help")
    words = args[:-1] if asked else args
    names = [command.name for command in COMMANDS]
    if len(words) > 2 or not any(name.startswith(f"{args[0]} ") for name in names):
        return
    from kplan.kubectl.groups import group_of, lines

    if group := group_of(words):
        click.echo("\n".join(lines(group, "kplan")), err=not asked)
        ctx.exit(0 if asked else 2)


def _refuse_in_group(ctx: click.Context, args: list[str]) -> None:
    """Refuse a word that a group of kubectl's commands does not have, and name those that it has."""
    names = [command.name for command in COMMANDS]
    if len(args) < 2 or not any(name.startswith(f"{args[0]} ") for name in names):
        return
    from kplan.kubectl.absent import is_absent
    from kplan.kubectl.unknowncommands import split

    group, rest = split(args)
    word = next((one for one in rest if not one.startswith("-")), "")
    members = [name.removeprefix(f"{group} ") for name in names if name.startswith(f"{group} ")]
    if word and members and not is_absent(args[:2]):
        ctx.fail(f"unknown command \"{word}\"; '{group}' has {', '.join(members)}")


def _show_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    """As click's own option does, which loads translations for its words at every start."""
    if asked and not ctx.resilient_parsing:
        click.echo(f"kplan {__version__}")
        ctx.exit()


@click.command(cls=LazyGroup, context_settings=_SETTINGS, no_args_is_help=True)
@click.option(
    "-V",
    "--version",
    cls=Option,
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """Check Kubernetes manifests and show what applying them would do, offline."""
