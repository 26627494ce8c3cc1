"""``kplan config``: what applies here, and where each value comes from."""

import json
from collections.abc import Sequence
from typing import Any

import click

from kplan.cli import output, settings
from kplan.report import Part, Report, Table

_EXAMPLES = "\b\nExamples:\n  kplan config\n  kplan config --schema > config.schema.json"
_VARIABLES = {"state": "KPLAN_STATE", "kubernetes": "KPLAN_KUBERNETES"}


@click.command("config", epilog=_EXAMPLES)
@settings.option("--schema", is_flag=True, help="Print the JSON schema of a configuration.")
@settings.configured
@output.output(Part.TABLE)
def command(*, schema: bool, outputs: Sequence[output.Output], color: str) -> int:
    """Show the configuration that applies in this folder, key by key, and where each value comes from.

    The nearest .kplan.yaml, .kplan.yml or pyproject.toml with [tool.kplan] upwards counts. The command line outweighs the
    environment, that the file, and that the default.
    """
    from kplan.config.model import Config

    if schema:
        click.echo(json.dumps(Config.model_json_schema(by_alias=True), indent=2))
        return 0
    found = settings.configuration()
    rows = [(key, _shown(value), source) for key, value, source in _values()]
    if not found.path:
        click.echo("no .kplan.yaml, .kplan.yml or [tool.kplan] in pyproject.toml here or above", err=True)
    return output.emit(Report("config", table=Table(("KEY", "VALUE", "FROM"), rows)), outputs, color)


def _values() -> list[tuple[str, Any, str]]:
    """Every key with its value and where it comes from: a variable, a line of the file, or nowhere."""
    import os

    from kplan.config.model import keys

    found = settings.configuration()
    rows: list[tuple[str, Any, str]] = []
    for key in keys():
        variable = os.environ.get(_VARIABLES.get(key, ""), "")
        if variable:
            rows.append((key, variable, _VARIABLES[key]))
        elif key in found.values:
            rows.append((key, found.values[key], found.places[key]))
        else:
            rows.append((key, None, "default"))
    return rows


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
