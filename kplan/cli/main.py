"""The command line's entry: fast for ``--version``, and the one place errors end.

Exit codes, the same for every command: 0 clean or no difference; 1 findings, differences or a failed gate;
2 usage, unreadable or invalid input, refused by the API server; 3 internal error; 130 interrupted.
"""

import sys
from collections.abc import Sequence

from kplan import __version__
from kplan.errors import KplanError


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; every error becomes one line and an exit code here and nowhere else."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given in (["--version"], ["-V"]):
        sys.stdout.write(f"kplan {__version__}\n")
        return 0
    import click  # noqa: PLC0415 - 40 ms that --version does not pay

    from kplan.cli.group import cli  # noqa: PLC0415

    try:
        result = cli.main(given, prog_name="kplan", standalone_mode=False)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as wrong:
        wrong.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KplanError as error:
        click.echo(f"error: {error.message}", err=True)
        if error.hint:
            click.echo(f"hint: {error.hint}", err=True)
        return error.exit_code
    except Exception as bug:  # noqa: BLE001 - the boundary
        return _report_bug(bug)
    return result if isinstance(result, int) else 0


def _report_bug(bug: Exception) -> int:
    import traceback  # noqa: PLC0415

    import click  # noqa: PLC0415

    place = traceback.extract_tb(bug.__traceback__)[-1]
    click.echo(f"internal error: {type(bug).__name__}: {bug} ({place.name}, line {place.lineno})", err=True)
    click.echo("hint: this is a bug of kplan; please report it with the command and its input", err=True)
    return 3
