"""What a command is to read, as its options and the configuration say it."""

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from kplan.manifest.limits import DEFAULT, Limits
from kplan.namedtuples import NamedTuple
from kplan.processes import Processes

if TYPE_CHECKING:
    from kplan.inputs.known import KnownValues
    from kplan.inputs.ledger import Ledger


class Depth(Enum):
    """How far a folder is read."""

    ALL = "all"
    """Folders with everything below them."""
    OWN = "own"
    """Its own files only."""
    OWN_FIRST = "own-first"
    """Its own files; if none of them is a manifest, what lies below."""


class Chart(NamedTuple):
    """A Helm chart to render with the user's helm."""

    path: str
    release: str = ""
    namespace: str = ""
    values: tuple[str, ...] = ()
    """Files of values."""
    inline: str = ""
    """Values that no file holds, as JSON; they count more than those of files."""
    sets: tuple[str, ...] = ()
    """Single values, ``name=value``; they count most."""
    api_versions: tuple[str, ...] = ()
    """What the cluster serves beside Kubernetes' own: ``group/version`` or ``group/version/Kind``."""
    kubernetes: str = ""
    """The minor that it is rendered for; empty for the one that kplan takes by default."""


class Request(NamedTuple):
    """Paths, and how to read them."""

    paths: tuple[str, ...] = ()
    """Files, folders, globs and ``-`` for standard input."""
    depth: Depth = Depth.ALL
    exclude: tuple[str, ...] = ()
    """Patterns of what is not read, in the syntax of .gitignore."""
    root: str = "."
    """The folder that the patterns are relative to."""
    force_exclude: bool = False
    """Whether excludes also hold for files that are named themselves."""
    tolerant: bool = False
    """Whether a file that is named itself may turn out to be no manifest."""
    wanted: str = ""
    """A group whose types are read although tools, not clusters, take them: ``kind.x-k8s.io/``."""
    limits: Limits = DEFAULT
    progress: Callable[[int, int], None] | None = None
    """Told how many of how many files have been read."""
    stdin: Callable[[int], bytes] | None = None
    """Reads at most so many bytes of standard input."""
    kustomizations: tuple[str, ...] = ()
    """Folders that are built."""
    charts: tuple[Chart, ...] = ()
    build: bool = False
    """Whether kustomizations that are found in folders are built, and what they read is not read by itself."""
    ledger: "Ledger | None" = None
    """Records everything that reading looks at, so that a later run can tell whether it has changed."""
    processes: Processes = Processes()
    """How many processes read."""
    values: "KnownValues | None" = None
    """What files read as that were read before."""
