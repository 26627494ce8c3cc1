"""What commands do first: read the user's files, open the state, and say what stands for either."""

import gc
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import click

from kplan.cli import hidden, options, output, reading
from kplan.cli.progress import ProgressBar
from kplan.diagnostics import DiagnosedError, has_error
from kplan.errors import UsageError
from kplan.inputs.request import Depth, Request
from kplan.schema import releases

if TYPE_CHECKING:
    from datetime import datetime

    from kplan.api.object import Json, Object
    from kplan.diagnostics import Diagnostic
    from kplan.inputs.request import Request
    from kplan.pipeline.loading import Loaded
    from kplan.pipeline.states import State
    from kplan.state.store import Store

_PARTS: Final = 30
"""How many dicts and lists an object consists of, on average."""
_PARTS_OF_A_RUN: Final = 2_000_000
"""How many dicts and lists a simulation of some thousand pods creates:
none is garbage before the end, so collecting finds nothing.
"""
_UNREAD: Final = "kplan.unread-state"


def load(files: reading.Files, *, kubectl: bool = False, required: bool = True) -> "Loaded":
    """Read the objects of ``-f`` or of the configuration's inputs. Raises UsageError if there is nothing to read.

    kubectl's own commands read a folder's own files unless ``--recursive`` is given; kplan's read all below it.
    """
    from kplan import pipeline

    request = files.request(Depth.OWN_FIRST if kubectl and not files.recursive else Depth.ALL)
    given = _named(request)
    if required and not given:
        raise UsageError(
            "nothing to read", hint="name files with -f, a kustomization with -k, or set inputs in .kplan.yaml"
        )  # fmt: skip
    with ProgressBar() as bar:
        loaded = pipeline.load(request._replace(progress=bar.counting("reading files")))
    if nothing := no_manifests(loaded, given):
        raise UsageError(nothing[0], hint=nothing[1])
    _require_text(loaded, given)
    if not loaded.objects and not loaded.diagnostics and given:
        click.echo(f"no objects in {', '.join(given)}", err=True)
    hidden.remember(lambda: (one.value for one in loaded.objects))
    return loaded


def _require_text(loaded: "Loaded", given: Sequence[str]) -> None:
    """Raise UsageError if only standard input was to be read and holds nothing: who wrote to it has failed."""
    if given == ("-",) and not (loaded.objects or loaded.diagnostics or loaded.inputs.skipped):
        raise UsageError("standard input is empty", hint="see whether the command before it failed")


def _named(request: "Request") -> Sequence[str]:
    """Everything that is to be read, as it was named."""
    return (*request.paths, *request.kustomizations, *(chart.path for chart in request.charts))


def load_given(files: reading.Files, color: str = "auto") -> "tuple[Sequence[Object], bool]":
    """The objects of ``-f`` where it is given, and whether some cannot be read, which is said. Raises UsageError."""
    if not files.filenames:
        return (), False
    loaded = load(files, kubectl=True)
    return loaded.sent, report_problems(loaded.diagnostics, color)


def load_all(request: "Request") -> "Loaded":
    """Read the objects of paths for a check, for which it is no error that there are none."""
    from kplan import pipeline

    with ProgressBar() as bar:
        loaded = pipeline.load(request._replace(progress=bar.counting("reading files")))
    _require_text(loaded, _named(request))
    if nothing := no_manifests(loaded, _named(request)):
        click.echo(nothing[0] if loaded.inputs.skipped else f"{nothing[0]}: {nothing[1]}", err=True)
    return loaded


def to_check(paths: Sequence[str], depth: "Depth", *, force_exclude: bool) -> "Request":
    """What a check reads: the paths, else what the configuration names, else all that is here."""
    request = reading.request(paths, depth, tolerant=True, force=force_exclude)
    return request if _named(request) else request._replace(paths=(".",))


def load_context(paths: Sequence[str]) -> "Loaded | None":
    """Read what references are looked up in; None if nothing is named."""
    from kplan import pipeline

    return pipeline.load(around(paths)) if paths else None


def around(paths: Sequence[str]) -> "Request":
    """What is read for references alone."""
    return reading.request(paths, Depth.ALL)._replace(kustomizations=(), charts=())


def reads_folders(files: reading.Files) -> bool:
    """Whether folders are read, so that what they do not name is gone; of single files others may be left."""
    import os

    request = files.request(Depth.ALL)
    whole = request.kustomizations or request.charts
    return bool(whole) or any(os.path.isdir(path) for path in request.paths)  # noqa: PTH112 - as given


def held(state: str | None, kubernetes: str) -> "Sequence[Json]":
    """What a state that is named holds. Raises UsageError and DiagnosedError."""
    import os

    from kplan import pipeline

    return pipeline.in_state(state, os.getcwd(), kubernetes=kubernetes) if state else ()  # noqa: PTH109 - pathlib takes 4 ms of every start


def needs_objects(files: Sequence[str]) -> bool:
    """Whether one of the files of definitions is a catalogue, in which only what objects need is looked up."""
    if not files:
        return False
    from kplan.inputs.catalogues import is_catalogue

    return any(map(is_catalogue, files))


def definitions(files: Sequence[str], objects: "Iterable[Object]", *, stored: bool) -> "Sequence[Json]":
    """CustomResourceDefinitions of the ``stored`` state and of files, and what catalogues of schemas know of objects.

    Raises UsageError and DiagnosedError.
    """
    held = _stored_definitions() if stored else ()
    if not files:
        return held
    from kplan import pipeline
    from kplan.inputs.catalogues import is_catalogue

    catalogues = [path for path in files if is_catalogue(path)]
    others = [path for path in files if path not in catalogues]
    return [*held, *pipeline.catalogued(catalogues, objects), *(_definitions(others) if others else ())]


def _stored_definitions() -> "Sequence[Json]":
    """Those of the stored state that happens to be here;
    nobody asked for it, so a damaged one is warned of, once, and left out.
    """
    import os

    from kplan import pipeline

    try:
        return pipeline.definitions(os.getcwd())  # noqa: PTH109 - pathlib takes 4 ms of every start
    except UsageError as error:
        told = click.get_current_context().meta
        if not told.get(_UNREAD):
            told[_UNREAD] = True
            click.echo(f"warning: {error}: kinds that it defines are not known", err=True)
        return ()


def _definitions(files: Sequence[str]) -> "Sequence[Json]":
    """The CustomResourceDefinitions that files hold. Raises UsageError and DiagnosedError."""
    from kplan import pipeline

    loaded = pipeline.load(
        reading.request(files, Depth.ALL)._replace(kustomizations=(), charts=(), build=False)
    )
    if loaded.diagnostics:
        raise DiagnosedError(loaded.diagnostics)
    given = [one.value for one in loaded.objects if one.gvk.kind == "CustomResourceDefinition"]
    if not given:
        raise UsageError(
            f"no CustomResourceDefinition in {', '.join(files)}",
            hint="--crds takes files and folders of them, and catalogues of their JSON schemas",
        )
    return given


def no_manifests(loaded: "Loaded", paths: Sequence[str]) -> tuple[str, str] | None:
    """What to say where folders hold no manifest at all, and what to do about it."""
    read = loaded.inputs.files - len(loaded.inputs.skipped)
    if read or loaded.diagnostics or not paths:
        return None
    where = f"no manifests in {', '.join(paths)}{_chart_hint(loaded)}"
    if loaded.inputs.skipped or loaded.inputs.excluded:
        return where, _what_else(loaded)
    return where, "only files that end in .json, .yaml or .yml are read"


def _chart_hint(loaded: "Loaded") -> str:
    """How a chart is read, if one was given as if it held manifests."""
    from os.path import dirname

    found = next((one.path for one in loaded.inputs.skipped if one.what == "Helm chart"), None)
    return "" if found is None else f"; --helm {dirname(found) or '.'} renders the chart"  # noqa: PTH120 - as given


def _what_else(loaded: "Loaded") -> str:
    """What there is instead of manifests."""
    from kplan.inputs.reading import in_words

    number = len(loaded.inputs.excluded)
    excluded = f"{number} excluded" if number else ""
    return "; ".join(part for part in (in_words(loaded.inputs.skipped), excluded) if part)


def open_state(
    spec: str | None,
    *,
    kubernetes: str = releases.DEFAULT,
    known: Iterable["Object"] = (),
    namespace: str | None = None,
    said: bool = True,
) -> "State":
    """Open ``--state``; a line on standard error, if it is to be ``said``, tells what stands for it if there is none.

    Raises UsageError.
    """
    from pathlib import Path

    from kplan import pipeline

    opened = pipeline.open_state(
        spec, Path.cwd(), kubernetes=kubernetes, known=known, namespace=namespace, stdin=reading.read_standard_input
    )  # fmt: skip
    _collect_seldom(len(opened.store))
    hidden.remember_stored(opened.store)
    if opened.revision:
        from kplan.cli import damage

        damage.remember(spec)
    if said and spec is None and not opened.revision:
        click.echo(opened.title, err=True)
    return opened


def _collect_seldom(objects: int) -> None:
    """Look for garbage the less often the larger a state is:
    what is read of it stays, and a look goes over all of that.
    """
    first, *others = gc.get_threshold()
    gc.set_threshold(max(first, _PARTS_OF_A_RUN, objects * _PARTS), *others)


def view(
    spec: str | None, *, kubernetes: str = releases.DEFAULT, reported: bool = False, played: bool = True
) -> "State":
    """Open ``--state`` to look at it: what is wrong in it is said and does not matter further. Raises UsageError.

    Manifests are shown as the cluster they make: with pods, on nodes that are ready; not if
    nothing is to be ``played``.
    """
    from kplan import pipeline
    from kplan.pipeline.simulating import SimulationOptions

    opened = open_state(spec, kubernetes=kubernetes, said=played)
    if not reported:
        report_problems(opened.diagnostics)
    if opened.fresh and played:
        opened = pipeline.at_rest(opened, SimulationOptions(kubernetes))
        click.echo(opened.title, err=True)
    return opened


def minors_of(state: "State", given: Sequence[str]) -> Sequence[str]:
    """The minors that a command works with: those that are ``given``, else the one that a stored cluster is of."""
    own = state.facts.kubernetes
    return (own,) if own and not options.minors_given() else given


def now_in(state: "State") -> "datetime":
    """The current time of a state: that of its clock, or the last moment it records."""
    from kplan.simulation.clock import as_datetime

    clock = state.facts.clock
    return last_moment(state.store) if clock is None else as_datetime(clock)


def last_moment(store: "Store") -> "datetime":
    """The last moment that a state records; ages are counted back from it."""
    from datetime import UTC, datetime

    stamps = [store.last_creation()]
    for event in store.list("", "Event"):
        observed = (event.get("series") or {}).get("lastObservedTime")
        stamps.append(observed or event.get("lastTimestamp") or event.get("eventTime") or "")
    try:
        return datetime.fromisoformat(max(stamps, default="")).astimezone(UTC)
    except ValueError:
        return datetime.now(UTC)


def report_problems(found: Iterable["Diagnostic"], color: str = "auto") -> bool:
    """Print diagnostics on standard error; say whether any of them is an error."""
    said = list(found)
    output.say(said, color)
    return has_error(said)
