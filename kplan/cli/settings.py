"""Options that the environment and the configuration may set:
command line, environment, file, default, in this order.
"""

import os
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from click.core import ParameterSource

from kplan.cli import lean
from kplan.errors import UsageError

if TYPE_CHECKING:
    from kplan.config.reading import Configuration

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T", bound=tuple[Any, ...])

_KEPT: Final = "kplan.configuration"
_PATHS: Final = "kplan.configuration.path"
VARIABLE: Final = "KPLAN_CONFIG"
ISOLATED: Final = "--isolated"


class Option(lean.Option):
    """An option that says itself which key of the configuration sets it, and whether its value is a path there."""

    def __init__(self, *declared: Any, setting: str = "", path: bool = False, **given: Any) -> None:
        super().__init__(*declared, **given)
        self.setting = setting
        self.is_path = path

    def consume_value(self, ctx: click.Context, opts: Mapping[str, Any]) -> tuple[Any, ParameterSource]:
        """The value from the command line or the environment, else from the configuration, else the default."""
        value, source = super().consume_value(ctx, opts)
        if not self.setting or source not in (ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP):
            return value, source
        found = configuration().get(self.setting)
        if found is None or found == []:
            return value, source
        return self._from_here(found), ParameterSource.DEFAULT_MAP

    def _from_here(self, found: Any) -> Any:
        """A value of the configuration, its paths as they are from the working directory."""
        if isinstance(found, list):
            return tuple(self._from_here(one) for one in found)
        return configuration().relative(found) if self.is_path else found


def option(*declared: str, **given: Any) -> Callable[[F], F]:
    """An option of a command; ``setting`` names the key of the configuration that sets it."""
    made: Callable[[F], F] = click.option(*declared, cls=Option, **given)
    return made


def gathered(
    name: str, kind: type[T], *options: Callable[[Any], Any]
) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Options that a command gets as one value under this name: a named tuple with a field for each option."""

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        @wraps(command)
        def run(**given: Any) -> int:
            others = {one: value for one, value in given.items() if one not in _fields(kind)}
            return command(**{name: part(kind, given)}, **others)

        for option in reversed(options):
            run = option(run)
        return run

    return decorate


def part(kind: type[T], given: Mapping[str, Any]) -> T:
    """The options that one value holds, of all that were given."""
    return kind(**{field: given[field] for field in _fields(kind) if field in given})


def _fields(kind: type[tuple[Any, ...]]) -> tuple[str, ...]:
    found: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]  # of named tuples
    return found


def configuration() -> "Configuration":
    """The configuration of the running command, read once. Raises DiagnosedError and UsageError."""
    meta = click.get_current_context().find_root().meta
    if _KEPT not in meta:
        path = _path(meta.get(_PATHS))
        if path is None:
            meta[_KEPT] = _NONE
        else:
            from kplan.config.reading import read

            meta[_KEPT] = read(path)
    found: Configuration = meta[_KEPT]
    return found


def _tell_of_second(path: str) -> None:
    """Say that a second file beside the configuration is not read; ``kplan config`` says it of all others itself."""
    from kplan.config.files import second

    if (other := second(path)) and click.get_current_context().info_name != "config":
        click.echo(
            f"Warning: {os.path.relpath(other)} is not read: {path.rpartition('/')[2]} comes first", err=True
        )


def is_isolated() -> bool:
    """Whether every configuration file is ignored."""
    return bool(click.get_current_context().find_root().meta.get(_PATHS) == ISOLATED)


def is_named() -> bool:
    """Whether an option or the environment names the configuration file. Raises UsageError if it is not there."""
    given = click.get_current_context().find_root().meta.get(_PATHS)
    return given != ISOLATED and bool(_named(given))


def _path(given: str | None) -> str | None:
    """The file to read. Raises UsageError if one is named that is not there."""
    from kplan.config.files import find

    if given == ISOLATED:
        return None
    if named := _named(given):
        return named
    found = find(os.getcwd())  # noqa: PTH109 - pathlib takes 4 ms of every start
    if found:
        _tell_of_second(found)
    return found


def finder() -> Callable[[str], str | None]:
    """How the configuration of a folder is found: nearby, or the one that is named, or none. Raises UsageError."""
    from kplan.config.files import find

    named = "" if is_isolated() else _named(click.get_current_context().find_root().meta.get(_PATHS))
    return (lambda _: named or None) if named or is_isolated() else find


def _named(given: str | None) -> str:
    """The file that the option or the environment names, else nothing. Raises UsageError."""
    named = given or os.environ.get(VARIABLE)
    if not named:
        return ""
    if not os.path.exists(named):  # noqa: PTH110 - likewise
        raise UsageError(f"{named}: configuration file not found", hint="see --config and KPLAN_CONFIG")
    return os.path.abspath(named)  # noqa: PTH100 - likewise


class _Nothing:
    """Stands for a configuration if there is none, without loading what reads one."""

    path = ""
    directory = ""
    values: Mapping[str, Any] = {}
    places: Mapping[str, str] = {}

    def get(self, key: str) -> Any:
        """Nothing is said."""
        del key

    def relative(self, path: str) -> str:
        """Paths are as they are."""
        return path


_NONE: Final[Any] = _Nothing()


def _note(context: click.Context, parameter: click.Parameter, given: Any) -> None:
    if given:
        context.find_root().meta[_PATHS] = ISOLATED if parameter.name == "isolated" else given


def configured(command: F) -> F:
    """``--config`` and ``--isolated``, once: which configuration counts."""
    if any("--config" in one.opts for one in getattr(command, "__click_params__", ())):
        return command
    command = option(
        ISOLATED, is_flag=True, is_eager=True, expose_value=False, callback=_note,
        help="Ignore all configuration files.",
    )(command)  # fmt: skip
    return option(
        "--config", metavar="FILE", is_eager=True, expose_value=False, callback=_note,
        help="Configuration file. Default: the nearest .kplan.yaml or pyproject.toml in this folder or above.",
    )(command)  # fmt: skip
