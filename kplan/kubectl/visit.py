"""One walk over many objects: what could not be handled, and what was said on the way.

kubectl goes on after an object it cannot handle; every command that takes files does, and reports the same way.

Upstream: staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go (ContinueOnErrorVisitor)
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import takewhile

from kplan.api.object import Object
from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Server
from kplan.kubectl.reading import Failure, Info, Options, read
from kplan.kubectl.rounds import in_rounds
from kplan.kubectl.wording import ClientError
from kplan.namedtuples import NamedTuple


class Note(NamedTuple):
    """A line for standard error, and the object it is about."""

    line: str
    origin: Object


@dataclass(slots=True)
class Visit:
    """The failures and notes of a walk over objects; commands add their own results."""

    failures: list[Failure] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    """Warnings, the server's and kubectl's."""
    late: int = 0
    """How many objects came before what they need; kubectl would have to be run again for them."""

    def walk(
        self, objects: Iterable[Object], server: Server, options: Options, act: Callable[[Info], None]
    ) -> None:
        """Act on every object in order; what fails does not stop the rest."""

        def once(some: Iterable[Object]) -> None:
            for item in read(some, server, options):
                if isinstance(item, Failure):
                    self.failures.append(item)
                    continue
                try:
                    act(item)
                except (StatusError, ClientError) as error:
                    self.refuse(item, error)

        self.late = in_rounds(objects, once, self.failures, patient=options.patient)

    def refuse(self, info: Info, error: StatusError | ClientError) -> None:
        """Note a failure and what the server said before it."""
        for warning in error.warnings if isinstance(error, StatusError) else ():
            self.say(info, f"Warning: {warning}")
        self.failures.append(Failure(info.origin, error, info))

    def say(self, info: Info, line: str) -> None:
        """Note a message about an object, once where it comes again as the next one."""
        note = Note(line, info.origin)
        if note not in takewhile(lambda one: one.origin is note.origin, reversed(self.notes)):
            self.notes.append(note)

    @property
    def messages(self) -> list[str]:
        """Lines for standard error as kubectl prints them, each once."""
        return list(dict.fromkeys(note.line for note in self.notes))
