"""All stages on one screen: load, open the state, admit; simulate and plan build on them.

Commands and library users call these; nothing else knows every stage.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kplan.api.decode import decode
from kplan.api.object import Object
from kplan.diagnostics import Diagnostic, in_order
from kplan.manifest.loader import load_paths

if TYPE_CHECKING:
    from kplan.lint.selection import LintOptions


@dataclass(frozen=True, slots=True)
class Loaded:
    """The objects of the user's files in reading order, and what could not be read."""

    objects: Sequence[Object] = ()
    diagnostics: Sequence[Diagnostic] = field(default=())


def load(
    paths: Iterable[str], *, recursive: bool = False, stdin: Callable[[int], bytes] | None = None
) -> Loaded:
    """Read files, directories, globs and standard input into objects."""
    read = load_paths(list(paths), recursive=recursive, stdin=stdin)
    decoded = decode(read.documents)
    return Loaded(tuple(decoded.objects), (*read.diagnostics, *decoded.diagnostics))


@dataclass(frozen=True, slots=True)
class Linted:
    """What lint has to say, sorted, and how many objects it looked at."""

    diagnostics: Sequence[Diagnostic]
    checked: int


def lint(
    loaded: Loaded, options: "LintOptions", *, kubernetes: str = "1.36", more: Iterable[Diagnostic] = ()
) -> Linted:
    """Check objects against the rules; ``more`` are findings of other stages to select and suppress alongside."""
    from kplan.lint.linter import lint as run  # noqa: PLC0415 - commands that do not lint load no rules
    from kplan.lint.selection import settle  # noqa: PLC0415
    from kplan.schema.catalog import Catalog  # noqa: PLC0415

    sources = {item.origin.source.name: item.origin.source for item in loaded.objects if item.origin}
    found = [*loaded.diagnostics, *run(loaded.objects, Catalog.for_version(kubernetes), options), *more]
    return Linted(in_order(settle(found, list(sources.values()), options)), len(loaded.objects))
