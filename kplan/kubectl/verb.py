"""What a verb of kubectl is: a value that says how it is called and what it does; and what it works on.

Decided: a query only looks and needs no more than a server; a change runs on a cluster whose time can go by.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from kplan.api.object import Object
from kplan.apiserver.attributes import ADMIN, User
from kplan.apiserver.client import Client
from kplan.apiserver.server import Server
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.flags import Flag
from kplan.kubectl.printed import Printed
from kplan.kubectl.watching import Future
from kplan.namedtuples import NamedTuple
from kplan.simulation.engine import Engine

if TYPE_CHECKING:
    from kplan.simulation.scenario import Scenario


class Given(NamedTuple):
    """The objects of the user's files."""

    objects: Sequence[Object]
    broken: bool = False
    """Whether something could not be read, which has been said."""


class Files(Protocol):
    """Reads the files of ``-f``."""

    def __call__(self, filenames: Sequence[str], *, recursive: bool) -> Given:
        """Read them. Raises UsageError or ClientError if there is nothing to read."""


class Outages(Protocol):
    """Takes nodes offline and back."""

    def fail(self, names: Sequence[str], back_after: float | None = None) -> Printed:
        """Take nodes offline, for so many seconds if that is given."""

    def recover(self, names: Sequence[str]) -> Printed:
        """Bring nodes back."""


class Edited(NamedTuple):
    """What a user left in an editor, and the file that still holds it."""

    text: str
    path: str


class Editor(Protocol):
    """The user's editor, which opens files of its own."""

    program: str
    """How the program is called that opens it."""

    def open(self, text: str, suffix: str) -> Edited:
        """Have a text edited, in a file with a suffix. Raises UsageError if the editor fails."""

    def forget(self, path: str) -> None:
        """Remove a file."""


@dataclass(frozen=True, slots=True)
class Context:
    """What every verb works on."""

    server: Server
    files: Files
    user: User = field(default=ADMIN, kw_only=True)
    """Who sends the requests."""
    told: list[str] = field(default_factory=list, kw_only=True)
    """Lines for standard error that precede those of the verb; reading its files may add to them."""
    future: Future | None = field(default=None, kw_only=True)
    """Plays the cluster to rest, for who watches it; None if nobody can."""
    ask: Callable[[str], str] | None = field(default=None, kw_only=True)
    """Shows a question and reads the answer; None if there is nobody to ask."""
    stdin: Callable[[int], bytes] | None = field(default=None, kw_only=True)
    """Reads at most so many bytes of standard input; None if there is none."""
    editor: Editor | None = field(default=None, kw_only=True)
    """None if there is nobody to edit."""
    assumed: "Callable[[], Scenario] | None" = field(default=None, kw_only=True)
    """Tells what is assumed of images, if that is not the usual; few verbs ask."""

    @property
    def scenario(self) -> "Scenario":
        """What is assumed of images."""
        from kplan.simulation.scenario import Scenario  # noqa: PLC0415 - few verbs ask

        return self.assumed() if self.assumed is not None else Scenario()

    @property
    def now(self) -> datetime:
        """The server's time; ages count back from it."""
        return self.server.now()


@dataclass(frozen=True, slots=True)
class StoredContext(Context):
    """A copy of a state on which no controller works: what they would do at once is done for them."""

    progress: Callable[[int, int], None] | None = None
    """Told how many of how many objects have had their turn."""


@dataclass(frozen=True, slots=True)
class LiveContext(Context):
    """A cluster whose time goes by when a verb waits."""

    client: Client
    engine: Engine
    outages: Outages
    patience: int = 3600
    """Seconds of simulated time after which a wait that has no end is over."""


class Query(NamedTuple):
    """A verb that only looks; its name and summary are in the roster."""

    usage: str
    """The words that follow the name: ``NODE...``."""
    about: str
    """Its help: one line, and more below."""
    run: Callable[[Arguments, Context], Printed]
    flags: tuple[Flag, ...] = ()
    examples: tuple[str, ...] = ()
    """Whole command lines without the program's name."""
    gate: bool = False
    """Whether its exit code is an answer, as that of ``auth can-i`` is."""
    of_kinds: bool = False
    """Whether it asks about kinds alone, so that it does not matter which objects there are."""


class Change(NamedTuple):
    """A verb that changes the cluster; what follows is played."""

    usage: str
    about: str
    run: Callable[[Arguments, LiveContext], Printed]
    flags: tuple[Flag, ...] = ()
    examples: tuple[str, ...] = ()
    gate: bool = False
    """Whether it may fail for another reason than a refusal, as a drain that finds no end."""


Verb = Query | Change
