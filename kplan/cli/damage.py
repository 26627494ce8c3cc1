"""If a command fails because of a row in the stored state that no API server would have stored, say which row it is.

Rows are taken as they are: to read all of them would take longer than most commands. So they are
looked at where one fails.
"""

import click

from kplan.errors import UsageError

_STORED = "kplan.stored"


def remember(spec: str | None) -> None:
    """Note the stored state that the running command uses."""
    click.get_current_context().meta[_STORED] = spec


def name_damage(context: click.Context, failure: Exception) -> None:
    """Turn a failure into a UsageError that names the object of the stored state no API server would have stored."""
    if _STORED not in context.meta:
        return
    from pathlib import Path

    from kplan import pipeline

    found = pipeline.damage(context.meta[_STORED], Path.cwd())
    if found:
        raise UsageError(
            f"the stored state is damaged: {found}",
            hint="other revisions may be whole: 'kplan snapshot list' names them",
        ) from failure
