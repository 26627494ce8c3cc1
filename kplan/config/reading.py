"""A configuration's file to checked values, each with the place it was given at."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from os.path import basename, dirname
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kplan.config import problems
from kplan.config.files import PYPROJECT
from kplan.config.model import Config, sections
from kplan.diagnostics import DiagnosedError, Diagnostic, Location, Severity
from kplan.errors import UsageError
from kplan.manifest.loader import UnreadableError, load_file, read_bytes
from kplan.manifest.parser import REPEATED_KEY


@dataclass(frozen=True, slots=True)
class Configuration:
    """Checked values by key: ``namespace``, ``lint.select``."""

    path: str = ""
    """The file; empty if there is none."""
    values: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    """By key, file and line; of a list of mappings also of its items: ``plan.policies[0].expr``."""

    @property
    def directory(self) -> str:
        """The folder of the file, which its paths are relative to."""
        return dirname(self.path)  # noqa: PTH120 - read at every start

    def get(self, key: str) -> Any:
        """The value of a key; None if the file does not say it."""
        return self.values.get(key)

    def relative(self, path: str) -> str:
        """A path of the file as it is from the working directory."""
        if Path(path).is_absolute():
            return path
        found = os.path.relpath(os.path.join(self.directory, path))  # noqa: PTH118 - as users see it
        return found + "/" if path.endswith("/") else found


def read(path: str) -> Configuration:
    """Read and check a configuration. Raises DiagnosedError with everything that is wrong in it."""
    shown = path if path == os.devnull else os.path.relpath(path)
    value, places = _toml(path, shown) if basename(path) == PYPROJECT else _yaml(path, shown)  # noqa: PTH119 - likewise
    try:
        model = Config.model_validate(value)
    except ValidationError as error:
        raise DiagnosedError(problems.diagnostics(error, value, Config, places)) from error
    given = model.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    values = dict(_flat(given))
    return Configuration(path, values, {key: str(places(steps)) for key, steps in _located(values)})


def _located(values: Mapping[str, Any]) -> Iterable[tuple[str, Sequence[str | int]]]:
    """Every key with the way to it; in a list of mappings also those of its items."""
    for key, value in values.items():
        steps = key.split(".")
        yield key, steps
        if isinstance(value, dict):
            yield from _nested(key, value, steps)
        for number, item in enumerate(value if isinstance(value, list) else ()):
            if isinstance(item, dict):
                yield f"{key}[{number}]", [*steps, number]
                yield from ((f"{key}[{number}].{name}", [*steps, number, name]) for name in item)


def _nested(
    key: str, value: Mapping[str, Any], steps: Sequence[str | int]
) -> Iterable[tuple[str, Sequence[str | int]]]:
    for name, item in value.items():
        yield f"{key}.{name}", [*steps, name]
        if isinstance(item, dict):
            yield from _nested(f"{key}.{name}", item, [*steps, name])


def _flat(given: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for key, value in given.items():
        if key in sections():
            yield from ((f"{key}.{inner}", item) for inner, item in value.items())
        else:
            yield key, value


def _yaml(path: str, shown: str) -> "tuple[Any, Any]":
    loaded = load_file(shown)
    if loaded.diagnostics:
        raise DiagnosedError([_fatal(one) for one in loaded.diagnostics])
    if not loaded.documents:
        return {}, lambda _: Location(shown)
    if len(loaded.documents) > 1 or not isinstance(loaded.documents[0].value, dict):
        raise UsageError(
            f"{shown}: a configuration must be a single mapping", hint="see docs/configuration.md"
        )
    document = loaded.documents[0]

    del path
    return document.value, problems.placed(document)


def _fatal(one: Diagnostic) -> Diagnostic:
    """What is wrong with a text; no part of a configuration is left out, as kubectl leaves out parts of manifests."""
    told = one._replace(severity=Severity.ERROR)
    return told._replace(help="keep one of them") if one.rule == REPEATED_KEY else told


def _toml(path: str, shown: str) -> "tuple[Any, Any]":
    import tomllib  # noqa: PLC0415 - only where the configuration stands in a project file

    try:
        text = read_bytes(path).decode()
        table = tomllib.loads(text)["tool"]["kplan"]
    except UnreadableError as refusal:
        raise DiagnosedError([refusal.diagnostic]) from refusal
    except (ValueError, KeyError, RecursionError) as error:
        raise UsageError(f"{shown}: {error}", hint="it has no table tool.kplan, or is not TOML") from error
    if not isinstance(table, dict):
        raise UsageError(f"{shown}: tool.kplan is no table", hint="see docs/configuration.md")

    def place(steps: Iterable[str | int]) -> Location:
        return Location(shown, _line(text, [str(step) for step in steps]))

    return table, place


def _line(text: str, steps: list[str]) -> int:
    """The line, from 1, of a key in a TOML text: of the nearest of its parents that can be found."""
    lines = text.splitlines()
    table = next((number for number, line in enumerate(lines) if line.startswith("[tool.kplan")), 0)
    found = table
    for step in steps:
        headings = [f"[tool.kplan.{step}]", f"[[tool.kplan.{step}]]"]
        for number in range(table, len(lines)):
            line = lines[number].strip()
            if line in headings or line.partition("=")[0].strip().strip("\"'") == step:
                found = number
                break
    return found + 1
