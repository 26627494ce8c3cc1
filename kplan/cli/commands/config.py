"""``kplan config``: what applies here, and where each value comes from."""

import json
import os
from collections.abc import Iterator, Sequence
from typing import Any

import click

from kplan.cli import options, output, settings
from kplan.cli.lean import Command
from kplan.errors import UsageError
from kplan.report import Part, Report
from kplan.report_parts import Table

_EXAMPLES = "\b\nExamples:\n  kplan config\n  kplan config --schema > config.schema.json"


@click.command("config", cls=Command, epilog=_EXAMPLES)
@settings.option("--schema", is_flag=True, help="Print the JSON schema of the configuration file.")
@settings.configured
@output.output(Part.TABLE)
def command(*, schema: bool, outputs: Sequence[output.Output], color: str) -> int:
    """Show the configuration in effect in this folder, key by key, and where each value comes from.

    kplan reads the nearest .kplan.yaml, .kplan.yml or pyproject.toml with [tool.kplan], in this folder or above.
    Command line options override environment variables, these override the file, and the file overrides the defaults.
    """
    from kplan.config import files
    from kplan.config.model import Config

    if schema:
        click.echo(json.dumps(Config.model_json_schema(by_alias=True), indent=2))
        return 0
    found = settings.configuration()
    options.read_policies()
    if found.path:
        for other in () if settings.is_named() else files.beside(found.path):
            click.echo(f"Warning: {other} is not read: {os.path.relpath(found.path)} comes first", err=True)
    elif not settings.is_isolated():
        click.echo(
            "no .kplan.yaml, .kplan.yml or [tool.kplan] in pyproject.toml in this folder or above", err=True
        )
    return output.emit(
        Report(
            "config",
            table=Table(("KEY", "FROM", "VALUE"), [(key, place, value) for key, value, place in _values()]),
        ),
        outputs,
        color,
    )


def _values() -> Iterator[tuple[str, Any, str]]:
    """Every key with its value and where it comes from: a variable, a line of the file, or the default."""
    from kplan.config.model import keys
    from kplan.masking.objects import concealed

    found, options_by_key = settings.configuration(), _options()
    for key in keys():
        option = options_by_key.get(key)
        variable = str(option.envvar or "") if option else ""
        if option and os.environ.get(variable):
            yield key, concealed([_of_variable(option, variable)])[0], variable
        elif key in found.values:
            yield key, concealed([found.values[key]])[0], found.places[key]
        else:
            yield key, None if option is None or _is_nothing(option.default) else option.default, "default"


def _of_variable(option: settings.Option, variable: str) -> Any:
    """What commands take from a variable. Raises UsageError that names it for a value that they would refuse."""
    context = click.Context(click.Command("config"))
    try:
        value = option.process_value(context, option.value_from_envvar(context))
    except UsageError as error:
        raise UsageError(f"{variable}: {error.message}", hint=error.hint) from error
    return list(value) if isinstance(value, tuple) else value


def _options() -> dict[str, settings.Option]:
    """By key of the configuration, the option that is set by it; of several commands the first one's."""
    from kplan.cli.group import cli
    from kplan.cli.roster import COMMANDS

    context = click.Context(cli)
    commands = [cli.get_command(context, entry.name) for entry in COMMANDS]
    options = [one for command in commands if command is not None for one in command.params]
    return {one.setting: one for one in reversed(options) if isinstance(one, settings.Option) and one.setting}


def _is_nothing(value: Any) -> bool:
    """Whether an option has no default; click has values of its own for that."""
    return not isinstance(value, (str, int, list)) or not value
