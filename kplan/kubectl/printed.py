"""What a kubectl command leaves behind: an exit code and the two streams."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kplan.apiserver.errors import StatusError
from kplan.errors import aggregate
from kplan.kubectl.visit import Visit
from kplan.kubectl.wording import ClientError, errors_text


@dataclass(slots=True)
class Printed:
    """Collects what a command prints."""

    exit: int = 0
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    text: str = ""
    """Text that is printed unchanged, after the lines."""
    visit: Visit | None = None
    """What a walk over the user's objects came upon, for a program that says it at its places instead."""

    def say(self, line: str) -> None:
        """Print a line."""
        self.out.append(line)

    def warn(self, line: str) -> None:
        """Print a line about trouble."""
        self.err.append(line)

    def pass_on(self, warnings: Iterable[str]) -> None:
        """Print what the server warns of; kubectl repeats no warning."""
        lines = [f"Warning: {text}" for text in warnings]
        self.err += [line for line in dict.fromkeys(lines) if line not in self.err]

    def fail(self, line: str, code: int = 1) -> None:
        """Print a line about trouble and end with a code."""
        self.err.append(line)
        self.exit = code

    def refuse(self, errors: Sequence[StatusError | ClientError], *, nested: bool = False) -> None:
        """End with everything the server, or kubectl, would not do, behind what the server said of it before.

        ``nested`` if kubectl holds it as a list within a list.
        """
        for refusal in errors:
            self.pass_on(refusal.warnings if isinstance(refusal, StatusError) else ())
        if errors:
            self.fail(errors_text(errors, nested=nested).removesuffix("\n"))

    def complain(self, groups: Sequence[list[str]], *, alone: bool = True) -> None:
        """End with what went wrong with each object: one problem that is ``alone`` as an error,
        several line by line (checkErr).
        """
        if alone and len(groups) == 1 and len(groups[0]) == 1:
            self.fail(f"error: {groups[0][0]}")
            return
        for line in groups[0] if len(groups) == 1 else map(aggregate, groups):
            self.fail(line)

    @property
    def stdout(self) -> str:
        """The output."""
        return "".join(f"{line}\n" for line in self.out) + self.text

    @property
    def stderr(self) -> str:
        """The error output."""
        return "".join(f"{line}\n" for line in self.err)
