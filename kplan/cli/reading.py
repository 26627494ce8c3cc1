"""Options that say what is read (files, excludes, limits), and the request they amount to."""

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from kplan.cli.settings import configuration, configured, gathered, option
from kplan.errors import UsageError
from kplan.namedtuples import NamedTuple

if TYPE_CHECKING:
    from kplan.inputs.request import Chart, Depth, Request
    from kplan.manifest.limits import Limits

F = TypeVar("F", bound=Callable[..., Any])

_KEPT: Final = "kplan.reading"
_FIELDS: Final = {"depth": "max_depth", "values": "max_nodes", "files": "max_files"}
_PLAYED: Final = {"pods": "maxPods", "steps": "maxSteps"}
"""Limits of a simulation, as a scenario file names them."""


def _keep(context: click.Context, parameter: click.Parameter, given: Any) -> None:
    context.meta[f"{_KEPT}.{parameter.name}"] = given


def _kept(name: str, default: Any) -> Any:
    return click.get_current_context().meta.get(f"{_KEPT}.{name}", default)


def filtered(command: F) -> F:
    """``--exclude``, ``--show-skipped``, ``--max-file-size``, ``--limit`` and the choice of a configuration."""
    command = configured(command)
    command = limited(command)
    command = option(
        "--max-file-size", "max_file_size", type=click.IntRange(1), default=64, show_default=True, metavar="MIB",
        expose_value=False, callback=_keep, setting="limits.max-file-size", help="Largest file to read.",
    )(command)  # fmt: skip
    command = option(
        "--show-skipped", is_flag=True, expose_value=False, callback=_keep,
        help="List the files that are skipped because they are not manifests, or excluded.",
    )(command)  # fmt: skip
    return option(
        "--exclude", multiple=True, metavar="PATTERN", expose_value=False, callback=_keep, setting="exclude",
        help="Skip files and folders that match this pattern, in the syntax of .gitignore; repeatable.",
    )(command)  # fmt: skip


def built(command: F) -> F:
    """``-k DIR`` and ``--no-build``: what is built before it is read."""
    command = option(
        "--no-build", "no_build", is_flag=True, expose_value=False, callback=_keep,
        help="Read the files of kustomizations as they are.",
    )(command)  # fmt: skip
    return option(
        "-k", "--kustomize", "kustomize", multiple=True, metavar="DIR", expose_value=False, callback=_keep,
        help="Folder with a kustomization, which is built as kubectl kustomize does; repeatable.",
    )(_rendered(command))  # fmt: skip


_CHARTS: Final = (
    ("values", "FILE", "File of values for --helm; repeatable, later ones win."),
    ("set", "NAME=VALUE", "Value for --helm, as helm template takes it; repeatable, overrides --values."),
    (
        "helm-api-version",
        "GROUP/VERSION",
        "Further API version that the cluster serves, for --helm; repeatable.",
    ),
)
_RELEASE: Final = (
    ("helm-release", "Release that --helm renders; by default named as the chart's folder."),
    ("helm-namespace", "Namespace that --helm renders for."),
)


def _rendered(command: F) -> F:
    """``--helm CHART`` and what goes with it."""
    for name, word, text in reversed(_CHARTS):
        command = option(
            f"--{name}",
            _word(name),
            multiple=True,
            metavar=word,
            expose_value=False,
            callback=_keep,
            help=text,
        )(command)
    for name, text in reversed(_RELEASE):
        command = option(
            f"--{name}", _word(name), metavar="NAME", expose_value=False, callback=_keep, help=text
        )(command)
    return option(
        "--helm", "helm", multiple=True, metavar="CHART", expose_value=False, callback=_keep,
        help="Chart on this machine, rendered with your helm; nothing is fetched; repeatable.",
    )(command)  # fmt: skip


def _word(name: str) -> str:
    return name.replace("-", "_")


def limited(command: F) -> F:
    """``--limit``, once."""
    if any("--limit" in one.opts for one in getattr(command, "__click_params__", ())):
        return command
    return option(
        "--limit", "limit", multiple=True, metavar="NAME=N", expose_value=False, callback=_keep,
        help="Change a limit, of the input: depth=200 and values=16777216 of one document, files=200000 in all; of a simulation: "
        "pods=2000 that one owner asks for, steps=N (6,000 and 100 for every object); repeatable.",
    )(command)  # fmt: skip


class Files(NamedTuple):
    """What ``-f`` names, whether folders are read with all that is below them,
    and what a verb of kubectl has behind ``-k``.
    """

    filenames: Sequence[str]
    recursive: bool = False
    kustomizations: Sequence[str] = ()

    def request(self, depth: "Depth") -> "Request":
        """What is to be read. Raises UsageError."""
        return request(self.filenames, depth, folders=self.kustomizations)


_INPUTS: Final = "Default: the inputs set in the configuration."


def files(command: Callable[..., int], otherwise: str = _INPUTS) -> Callable[..., int]:
    """``-f PATH``, ``-k DIR`` (repeatable) and ``-R``, with all that says how files are read; a command gets ``files``.

    ``otherwise`` says what is read if none of them is given.
    """
    filename = option(
        "-f", "--filename", "filenames", multiple=True, metavar="PATH",
        help=f"File, folder, glob or '-' for standard input; repeatable. {otherwise}",
    )  # fmt: skip
    recursive = option("-R", "--recursive", is_flag=True, help="Read folders recursively.")
    return gathered("files", Files, filename, recursive, filtered, built)(command)


def request(
    paths: Sequence[str],
    depth: "Depth",
    *,
    tolerant: bool = False,
    force: bool = False,
    folders: Sequence[str] = (),
) -> "Request":
    """What is to be read: what is given, else the inputs of the configuration. Raises UsageError.

    A path is shown as it is from here in every format, without the ``./`` that somebody may have typed.
    """
    from kplan.inputs.request import Request

    found = configuration()
    folders = (*folders, *_kept("kustomize", ()))
    charts = _charts()
    if not paths and not folders and not charts:
        paths, folders, charts = _configured("path"), _configured("kustomize"), _configured_charts()
    return Request(
        _plain(paths), depth, tuple(_kept("exclude", ())), found.directory or ".", force, tolerant, limits=limits(),
        stdin=read_standard_input if "-" in paths else None, kustomizations=_plain(folders),
        charts=charts,
        build=not _kept("no_build", False),
    )  # fmt: skip


def _plain(paths: Sequence[str]) -> tuple[str, ...]:
    """Paths without a ``./`` in front, except if the rest would mean something else: ``-`` is standard input."""
    return tuple(path if path.startswith("./-") else path.removeprefix("./") or "." for path in paths)


def _configured(kind: str) -> tuple[str, ...]:
    """The inputs of one kind, as they are from the working directory."""
    found = configuration()
    return tuple(found.relative(one[kind]) for one in found.get("inputs") or () if kind in one)


def _charts() -> "tuple[Chart, ...]":
    """The charts of the command line, each with all its values."""
    from kplan.inputs.request import Chart

    paths = _plain(_kept("helm", ()))
    for name, *_ in (*_CHARTS, *_RELEASE):
        if _kept(_word(name), None) and not paths:
            raise UsageError(f"--{name} goes with --helm", hint="name the chart with --helm CHART")
    release = _kept("helm_release", None) or ""
    if release and len(paths) > 1:
        raise UsageError(
            "--helm-release names the release of one chart", hint="name the inputs in the configuration"
        )
    several = {name: tuple(_kept(name, ())) for name in ("values", "set", "helm_api_version")}
    return tuple(
        Chart(
            path, release, _kept("helm_namespace", None) or "", several["values"], sets=several["set"],
            api_versions=several["helm_api_version"], kubernetes=_kubernetes(),
        )
        for path in paths
    )  # fmt: skip


def _kubernetes() -> str:
    """The first minor that the command is about; empty if it is about none."""
    minors = click.get_current_context().params.get("kubernetes_versions") or [""]
    return str(minors[0])


def _configured_charts() -> "tuple[Chart, ...]":
    """The charts among the configuration's inputs."""
    from kplan.inputs.request import Chart

    found = configuration()
    charts = [one["helm"] for one in found.get("inputs") or () if "helm" in one]
    return tuple(
        Chart(
            found.relative(one["chart"]), one.get("release", ""), one.get("namespace", ""),
            tuple(found.relative(file) for file in one.get("values", ())),
            sets=tuple(one.get("set", ())), api_versions=tuple(one.get("api-versions", ())),
            kubernetes=_kubernetes(),
        )
        for one in charts
    )  # fmt: skip


def read_standard_input(size: int) -> bytes:
    """Read and remember it. Raises UsageError if it was read before."""
    kept = click.get_current_context().meta
    if f"{_KEPT}.stdin" in kept:
        raise UsageError(
            "standard input can be read only once", hint="pass the state or the manifests as a file"
        )
    kept[f"{_KEPT}.stdin"] = data = sys.stdin.buffer.read(size)
    return data


def standard_input() -> bytes:
    """What was read from standard input."""
    found: bytes = _kept("stdin", b"")
    return found


def is_building() -> bool:
    """Whether kustomizations or charts were named on the command line."""
    return bool(_kept("kustomize", ()) or _kept("helm", ()))


def shows_skipped() -> bool:
    """Whether ``--show-skipped`` was given."""
    return bool(_kept("show_skipped", False))


def limits() -> "Limits":
    """How much the running command reads. Raises UsageError."""
    from kplan.manifest.limits import Limits

    given: Mapping[str, Any] = _limits(_FIELDS)
    configured_limits = {
        field: value for name, field in _FIELDS.items() if (value := configuration().get(f"limits.{name}"))
    }
    return Limits.of_files(_kept("max_file_size", 64) << 20)._replace(**{**configured_limits, **given})


def played() -> Mapping[str, int]:
    """How much the running command simulates at most, if it says so. Raises UsageError."""
    return _limits(_PLAYED)


def _limits(fields: Mapping[str, str]) -> dict[str, int]:
    """Those of the given limits that are among these fields."""
    given = [_limit(text) for text in _kept("limit", ())]
    return {fields[name]: number for name, number in given if name in fields}


def _limit(text: str) -> tuple[str, int]:
    """A limit and its value."""
    from kplan.manifest.limits import DEEPEST

    name, _, number = text.partition("=")
    if name not in {**_FIELDS, **_PLAYED} or not re.fullmatch("0*[1-9][0-9]{0,8}", number):
        names = ", ".join(f"{known}=N" for known in (*_FIELDS, *_PLAYED))
        raise UsageError(f"--limit {text}: unknown limit", hint=f"write one of {names}")
    if name == "depth" and int(number) > DEEPEST:
        raise UsageError(f"--limit {text}: at most {DEEPEST} levels can be read")
    return name, int(number)
