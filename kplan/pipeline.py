"""All stages on one screen: load, open the state, admit; simulate and plan build on them.

Commands and library users call these; nothing else knows every stage.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from kplan.api.decode import decode
from kplan.api.object import Object
from kplan.diagnostics import Diagnostic
from kplan.manifest.loader import load_paths


@dataclass(frozen=True, slots=True)
class Loaded:
    """The objects of the user's files in reading order, and what could not be read."""

    objects: Sequence[Object] = ()
    diagnostics: Sequence[Diagnostic] = field(default=())


def load(paths: Iterable[str], *, recursive: bool = False, stdin: Callable[[int], bytes] | None = None) -> Loaded:
    """Read files, directories, globs and standard input into objects."""
    read = load_paths(list(paths), recursive=recursive, stdin=stdin)
    decoded = decode(read.documents)
    return Loaded(tuple(decoded.objects), (*read.diagnostics, *decoded.diagnostics))
