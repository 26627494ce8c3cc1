"""The command line's entry: fast for ``--version``, and the one place errors end.

Exit codes, the same for every command: 0 clean or no difference; 1 findings, differences or a failed gate;
2 usage, unreadable or invalid input, refused by the API server; 3 internal error; 130 interrupted.
"""

import errno
import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kplan import __version__
from kplan.errors import KplanError

if TYPE_CHECKING:
    from click import ClickException

    from kplan.diagnostics import DiagnosedError

_COLLECT_SELDOM = (300_000, 50, 1000)
"""A run makes trees of dicts without cycles and keeps most of them: looking for garbage costs an eighth of its time."""

_SPARED = (("PYDANTIC_DISABLE_PLUGINS", "__all__"), ("OPENBLAS_NUM_THREADS", "1"))
"""Told to libraries before they load: pydantic would search all that is installed for plug-ins,
numpy start threads that only wait.
"""

_EXTRA = "Got unexpected extra argument"
_FILES = ("-f", "--filename")
_NUMBERS = {
    "is not a valid integer range": "is not a whole number", "is not a valid integer": "is not a whole number",
    "is not a valid float range": "is not a number", "is not a valid float": "is not a number",
}  # fmt: skip
_FORMAT = ("--format", "--output-format", "--fmt")
"""What other linters call --output."""
_NEVER = ("--exit-zero", "--soft-fail", "--no-fail", "--no-exit-code")
"""What other linters call --fail-on never."""

_DEEPEST = 10_000
"""Calls within calls: 20 for each level that a document may have, with room to spare."""

_ROOM = 200_000
"""What the first call claims to put on its stack. Python keeps the frames of calls in pieces of 16 KB, and where a loop
calls across the end of one, each call asks the system for the next and gives it back, 14,000 times in a lint of 7,500
objects. Behind a call that claims 1.6 MB, of which nothing is touched, all others find room in its piece.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code, at once: freeing what it held would take a sixth of a lint."""
    try:
        _open_closed_streams()
        code = run(arguments)
        if not sys.stdout.closed:  # a language server closes it when its editor leaves
            sys.stdout.flush()
        sys.stderr.flush()
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        code = 0
    except OSError as error:
        code = _unwritable(error)
    os._exit(code)


def _open_closed_streams() -> None:
    """Read nothing from and write nowhere to streams that are closed, and keep other files off their numbers."""
    if None not in (sys.stdin, sys.stdout, sys.stderr):
        return
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(number)
    sys.stdin = sys.stdin or open(0)  # noqa: SIM115 - open until the end, as the other two
    sys.stdout = sys.stdout or open(1, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w")  # noqa: SIM115


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; every error becomes one line and an exit code here and nowhere else."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given in (["--version"], ["-V"]):
        sys.stdout.write(f"kplan {__version__}\n")
        return 0
    _prepare()
    from kplan.cli.group import cli

    try:
        result = cli.main(given, prog_name="kplan", standalone_mode=False)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the boundary
        return _ended_by(error)
    return result if isinstance(result, int) else 0


run.__code__ = run.__code__.replace(co_stacksize=_ROOM)


def _prepare() -> None:
    """Set what holds for the whole process, before anything large is imported."""
    gc.set_threshold(*_COLLECT_SELDOM)
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _DEEPEST))
    for name, value in _SPARED:
        os.environ.setdefault(name, value)
    from kplan.cli.later import import_later

    import_later()


def _ended_by(error: BaseException) -> int:
    """Say what ended a command; the exit code."""
    import click

    from kplan.diagnostics import DiagnosedError

    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.exceptions.NoArgsIsHelpError():
            error.show()
            return 2
        case click.ClickException():
            return _fail(_click_message(error), _click_hint(error))
        case click.Abort() | KeyboardInterrupt():
            click.echo("interrupted", err=True)
            return 130
        case BrokenPipeError():
            return 0
        case DiagnosedError():
            return _diagnosed(error)
        case KplanError():
            return _fail(error.message, error.hint, error.exit_code)
        case OSError():
            return _refused_by_system(error)
        case _:
            return _refused(error) or _report_bug(error)


def _refused_by_system(error: OSError) -> int:
    """Name the file that cannot be read or written; an error without one is about the output, or a bug."""
    if error.filename is None:
        return _unwritable(error) if error.errno else _report_bug(error)
    return _fail(f"{error.filename}: {(error.strerror or str(error)).lower()}", _os_hint(error))


def _fail(message: str, hint: str = "", code: int = 2) -> int:
    return _say(f"error: {message}{f' ({hint})' if hint else ''}", code)


def _say(said: str, code: int = 2) -> int:
    import click

    from kplan.masking.shapes import masked
    from kplan.masking.texts import concealed_text
    from kplan.render.terminal import escaped, inert

    click.echo(masked(concealed_text(inert(escaped(said)))), err=True)
    return code


def _os_hint(error: OSError) -> str:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return "make room on the disk" if full else "check the path and its permissions"


def _diagnosed(error: "DiagnosedError") -> int:
    from kplan.cli.output import say

    say(error.diagnostics)
    return error.exit_code


def _click_message(error: "ClickException") -> str:
    """What click has to say, in the voice of all other errors."""
    text = " ".join(error.format_message().split()).removesuffix(".")
    for theirs, ours in _NUMBERS.items():
        text = text.replace(theirs, ours)
    return text[:1].lower() + text[1:]


def _click_hint(error: "ClickException") -> str:
    context = getattr(error, "ctx", None)
    if context is None:
        return ""
    see = f"see '{context.command_path} --help'"
    takes_files = any("-f" in one.opts for one in context.command.params)
    has_formats = any("-o" in one.opts for one in context.command.params)
    if has_formats and getattr(error, "option_name", "") in _FORMAT:
        return f"formats are named with -o, as in -o json; {see}"
    if getattr(error, "option_name", "") in _NEVER and any(
        "--fail-on" in one.opts for one in context.command.params
    ):
        return f"findings make no difference with --fail-on never; {see}"
    if getattr(error, "option_name", "") in _FILES and any(one.nargs == -1 for one in context.command.params):
        return f"files are named without an option, as in '{context.command_path} deploy/'; {see}"
    extra = takes_files and error.format_message().startswith(_EXTRA)
    return f"files are named with -f; {see}" if extra else see


def _refused(error: BaseException) -> int:
    """Say what an API server over the state, or kubectl, would not do; 0 if the error is of another kind."""
    from kplan.apiserver.errors import StatusError
    from kplan.kubectl.wording import ClientError, error_text

    return _say(error_text(error).removesuffix("\n")) if isinstance(error, (StatusError, ClientError)) else 0


def _unwritable(error: OSError) -> int:
    """Say that the output cannot be written, if that can; or that there is no working directory any more."""
    from contextlib import suppress

    if error.errno == errno.ENOENT and _is_nowhere():
        return _fail("the working directory was removed", "change to another one")
    with suppress(OSError):
        return _fail(f"cannot write the output: {(error.strerror or str(error)).lower()}")
    return 2


def _is_nowhere() -> bool:
    """Whether the working directory is gone."""
    try:
        os.getcwd()  # noqa: PTH109 - only this asks the system
    except FileNotFoundError:
        return True
    return False


def _report_bug(bug: BaseException) -> int:
    import traceback

    import click

    place = traceback.extract_tb(bug.__traceback__)[-1]
    what = f"{type(bug).__name__}: {bug} ({place.name}, line {place.lineno})"
    click.echo(
        f"internal error: {what}; this is a bug in kplan; please report it with the command and its input",
        err=True,
    )
    return 3
