"""What commands do first: read the user's files, open the state, and say what is wrong with either."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from kplan.cli import options
from kplan.errors import UsageError
from kplan.schema import releases

if TYPE_CHECKING:
    from datetime import datetime

    from kplan.api.object import Object
    from kplan.diagnostics import Diagnostic
    from kplan.pipeline import Loaded, State
    from kplan.state.store import Store


def load(filenames: Sequence[str], *, recursive: bool) -> "Loaded":
    """Read the objects of ``-f``. Raises UsageError where there is no file to read them from."""
    from kplan import pipeline

    loaded = pipeline.load(
        filenames, recursive=recursive, stdin=sys.stdin.buffer.read, limits=options.limits()
    )
    if nothing := no_manifests(loaded, filenames, recursive=recursive):
        raise UsageError(nothing[0], hint=nothing[1])
    if not loaded.objects and not loaded.diagnostics and filenames:
        click.echo(f"no objects in {', '.join(filenames)}", err=True)
    return loaded


def load_given(
    filenames: Sequence[str], *, recursive: bool, color: str = "auto"
) -> "tuple[Sequence[Object], bool]":
    """The objects of ``-f`` where it is given, and whether some cannot be read, which is said. Raises UsageError."""
    if not filenames:
        return (), False
    loaded = load(filenames, recursive=recursive)
    return loaded.objects, complain(loaded.diagnostics, color)


def load_all(paths: Sequence[str], *, recursive: bool) -> "Loaded":
    """Read the objects of paths for a check, for which it is no error that there are none."""
    from kplan import pipeline

    loaded = pipeline.load(paths, recursive=recursive, stdin=sys.stdin.buffer.read, limits=options.limits())
    if nothing := no_manifests(loaded, paths, recursive=recursive):
        click.echo(f"{nothing[0]}: {nothing[1]}", err=True)
    return loaded


def no_manifests(loaded: "Loaded", paths: Sequence[str], *, recursive: bool) -> tuple[str, str] | None:
    """What to say where directories hold no manifest at all, and what to do about it."""
    if loaded.files or loaded.diagnostics or not paths:
        return None
    deeper = "" if recursive else "; -R also reads the directories below"
    return f"no manifests in {', '.join(paths)}", f"files are read that end in .json, .yaml or .yml{deeper}"


def open_state(
    spec: str | None,
    *,
    kubernetes: str = releases.DEFAULT,
    known: Iterable["Object"] = (),
    namespace: str | None = None,
) -> "State":
    """Open ``--state``; a line on standard error says what stands for it where there is none. Raises UsageError."""
    from pathlib import Path

    from kplan import pipeline

    opened = pipeline.open_state(spec, Path.cwd(), kubernetes=kubernetes, known=known, namespace=namespace)
    if spec is None and not opened.revision:
        click.echo(opened.title, err=True)
    return opened


def view(spec: str | None, *, kubernetes: str = releases.DEFAULT) -> "State":
    """Open ``--state`` to look at it: what is wrong in it is said and does not matter further. Raises UsageError.

    Manifests are shown as the cluster they make: with pods, on nodes that are ready.
    """
    from kplan import pipeline

    opened = open_state(spec, kubernetes=kubernetes)
    complain(opened.diagnostics)
    if opened.fresh:
        opened = pipeline.at_rest(opened, kubernetes=kubernetes)
        click.echo(opened.title, err=True)
    return opened


def last_moment(store: "Store") -> "datetime":
    """The last moment a state knows of; ages count back from it."""
    from datetime import UTC, datetime

    stamps = [value["metadata"].get("creationTimestamp") or "" for value in store]
    for event in store.list("", "Event"):
        observed = (event.get("series") or {}).get("lastObservedTime")
        stamps.append(observed or event.get("lastTimestamp") or event.get("eventTime") or "")
    try:
        return datetime.fromisoformat(max(stamps, default="")).astimezone(UTC)
    except ValueError:
        return datetime.now(UTC)


def complain(found: Iterable["Diagnostic"], color: str = "auto") -> bool:
    """Print diagnostics on standard error; say whether any of them is an error."""
    from kplan.cli import refusals

    return refusals.report(list(found), (), (), color)
