"""What a flag of a verb is, and the flags that many of kubectl's verbs share, each defined once.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go, staging/src/k8s.io/cli-runtime/pkg/genericclioptions
"""

from enum import Enum
from typing import Final

from kplan.namedtuples import NamedTuple

INERT: Final = "Accepted as in kubectl"
"""How the help of a flag without an effect begins."""


class Kind(Enum):
    """What a flag's value is; the names are pflag's."""

    STRING = "string"
    BOOL = "bool"
    INT = "int"
    INT32 = "int32"
    DURATION = "duration"
    GO_DURATION = "durationValue"
    """One of Go's own flag package, which does not say what is wrong with a value."""
    STRINGS = "strings"
    """Repeatable; each value may hold several, joined by commas."""
    STRING_ARRAY = "stringArray"
    """Repeatable; a comma is part of the value."""


class Flag(NamedTuple):
    """One flag of a command line."""

    name: str
    help: str
    kind: Kind = Kind.STRING
    short: str = ""
    metavar: str = ""
    """The placeholder of the value in the help."""
    default: str = ""
    bare: str = ""
    """The value if none is given (NoOptDefVal); empty if one is needed."""
    required: bool = False

    @property
    def takes_value(self) -> bool:
        """Whether the word that follows is its value."""
        return not self.without_value

    @property
    def without_value(self) -> str:
        """The value if none is given; empty if one is needed."""
        return "true" if self.kind is Kind.BOOL else self.bare

    @property
    def inert(self) -> bool:
        """Whether it is read and has no effect; its help says so, and why."""
        return self.help.startswith(INERT)

    @property
    def repeatable(self) -> bool:
        """Whether it may be given several times."""
        return self.kind in (Kind.STRINGS, Kind.STRING_ARRAY)


def switch(name: str, text: str, short: str = "", *, default: bool = False) -> Flag:
    """A flag that is there or not."""
    return Flag(name, text, Kind.BOOL, short, default=str(default).lower())


HELP: Final = switch("help", "Show this message and exit.", "h")
NAMESPACE: Final = Flag("namespace", "Namespace of the objects.", short="n", metavar="NAME")
ALL_NAMESPACES: Final = switch("all-namespaces", "Objects of every namespace.", "A")
SELECTOR: Final = Flag(
    "selector",
    "Only objects whose labels match: key=value, key!=value, key in (a,b), key, !key.",
    short="l",
    metavar="SELECTOR",
)
FIELD_SELECTOR: Final = Flag(
    "field-selector",
    "Only objects whose fields match, as status.phase!=Running; which fields a kind has depends on the kind.",
    metavar="SELECTOR",
)
ALL: Final = switch("all", "Select all objects of the kind in the namespace.")
FILENAME: Final = Flag(
    "filename",
    "File, directory, glob or '-' for standard input; repeatable.",
    Kind.STRINGS,
    "f",
    "PATH",
)
RECURSIVE: Final = switch("recursive", "Read directories recursively.", "R")
DRY_RUN: Final = Flag(
    "dry-run",
    "Show what would happen without changing anything: client does not ask the API server, server does.",
    metavar="none|client|server",
    default="none",
    bare="unchanged",
)
FIELD_MANAGER: Final = Flag("field-manager", "Name that owns the fields.", metavar="NAME")
CHUNK_SIZE: Final = Flag(
    "chunk-size",
    "Accepted as in kubectl: a state is always read as a whole.",
    Kind.INT,
    metavar="N",
    default="500",
)
POD_RUNNING_TIMEOUT: Final = Flag(
    "pod-running-timeout",
    "Accepted as in kubectl: simulated pods need no waiting.",
    Kind.DURATION,
    metavar="DURATION",
    default="1m0s",
)
NAME_OUTPUT: Final = Flag("output", "Format of the output: name.", short="o", metavar="name")
IMPERSONATION: Final = (
    Flag("as", "User to send the requests as, such as system:serviceaccount:NAMESPACE:NAME.", metavar="USER"),
    Flag("as-group", "Group of the user given with --as; repeatable.", Kind.STRING_ARRAY, metavar="GROUP"),
    Flag("as-uid", "UID of the user given with --as.", metavar="UID"),
)
KUSTOMIZE: Final = Flag(
    "kustomize",
    "Folder with a kustomization, which is built; not together with -f.",
    short="k",
    metavar="DIR",
)
FILES: Final = (FILENAME, KUSTOMIZE, RECURSIVE)
