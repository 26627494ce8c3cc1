"""A shell that runs statements on a clock of its own: what they print, which files they make, how they end.

Upstream: none; this is the execution environment of a POSIX shell.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from typing import Final

from kplan.kubelet.shell import grammar
from kplan.kubelet.shell.arithmetic import evaluate
from kplan.kubelet.shell.endings import EndError, ForEverError, LeftError, ReturnError
from kplan.kubelet.shell.loops import is_endless, may_leave
from kplan.kubelet.shell.words import Part, UnknownError, Word
from kplan.namedtuples import NamedTuple

MORE: Final = "\0?"
"""Stands in a text for what is not known of it."""
_MOST: Final = 3_000
"""Statements after which a loop that has no end of its own is taken for one that goes on for ever."""
_DEEPEST: Final = 6
_SHELL: Final = re.compile(
    r"(PATH|HOME|HOSTNAME|PWD|OLDPWD|SHLVL|RANDOM|USER|UID|IFS|KUBERNETES_\w*|\w*_(SERVICE|PORT)(_\w*)?)"
)
"""Variables that are set without anybody naming them."""
_PARAMETERS: Final = tuple("123456789#")
_OTHERWISE: Final = re.compile(r"\[\^|\[\[|\\")
"""What shells do not agree on in a pattern."""
_SPECIAL: Final = re.compile(r"[*?\[]")
_NOWHERE: Final = "/dev/null"
_LOGGED: Final = frozenset({"/dev/stdout", "/dev/stderr", "/proc/1/fd/1", "/proc/1/fd/2", "/proc/self/fd/1"})
_GLOB: Final = re.compile(r"[*?]|\[.*\]")
_NUMBERS: Final = re.compile(r"\{(-?\d{1,4})\.\.(-?\d{1,4})\}")


class Room(NamedTuple):
    """What a script finds where it runs."""

    mounts: tuple[str, ...] = ()
    variables: tuple[tuple[str, str | None], ...] = ()
    """Those that the container names; None for a value that is elsewhere."""
    complete: bool = False
    """Whether the image is known to set no others."""
    busybox: bool = True
    """Whether error texts are those of busybox."""
    bash: bool = False


class Session:
    """One shell, or a command that is run without one."""

    def __init__(
        self, room: Room, commands: "Callable[[Session, Sequence[str]], int]", depth: int = 0
    ) -> None:
        """A shell that knows as many ``commands``; ``depth`` is how many others wait for what it prints."""
        if depth > _DEEPEST:
            raise UnknownError("nested too deeply")
        self.room, self.depth, self._commands = room, depth, commands
        self.time = 0.0
        self.status = 0
        self.variables: dict[str, str] = {}
        self.lines: list[tuple[float, str]] = []
        self.prints_more = False
        self.files: list[tuple[float, str, bool]] = []
        self.present: dict[str, bool] = {}
        """Which files are there now, of those that were made or removed."""
        self.folder: str | None = None
        """Where ``cd`` led to; None in the folder in which it began."""
        self.functions: dict[str, grammar.Listed] = {}
        """What the script has named."""
        self._locals: list[dict[str, str | None]] = []
        """For each function that runs, what its own variables were before; None for nothing."""
        self.strict = False
        """Whether an error ends it, as ``set -e`` wants."""
        self._asked = 0
        """How many conditions are being found out, within which no error ends it."""
        self._steps = 0
        self._answered = 0
        """The status of the last script that stands for its output, which is that of an assignment."""
        self.waits = 0.0
        """When all has ended that runs on the side."""
        self.endless = False
        """Whether it is in a loop that goes on for ever, so that only its beginning is known."""

    def run(self, statement: grammar.Statement) -> None:
        """Run a statement. Raises UnknownError, EndError, ForEverError and LeftError."""
        match statement:
            case grammar.Simple():
                self._simple(statement)
            case grammar.Arithmetic(text):
                self.status = int(self.computed(text) == 0)
                self._heed()
            case grammar.Not(command):
                with self._asking():
                    self.run(command)
                self.status = int(not self.status)
            case grammar.Either(left, operator, right):
                with self._asking():
                    self.run(left)
                if (self.status == 0) == (operator == "&&"):
                    self.run(right)
            case grammar.Beside(command):
                self._beside(command)
            case grammar.Listed():
                self._listed(statement)
            case grammar.If(branches):
                self._if(branches)
            case grammar.Loop():
                self._loop(statement)
            case grammar.For(name, words, body):
                self._for(name, words, body)
            case grammar.Case(word, branches):
                self._case(word, branches)
            case grammar.Function(name, body):
                self.functions[name] = body
                self.status = 0

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _MOST:
            raise UnknownError("too many statements")

    def _heed(self) -> None:
        """End after an error if the script wants that."""
        if self.status and self.strict and not self._asked:
            raise EndError

    @contextmanager
    def _asking(self) -> Iterator[None]:
        self._asked += 1
        try:
            yield
        finally:
            self._asked -= 1

    def _listed(self, listed: grammar.Listed) -> None:
        kept = (dict(self.variables), self.folder, dict(self.functions)) if listed.subshell else None
        with self._output(listed.redirected):
            try:
                for one in listed.statements:
                    self.run(one)
            except (EndError, ReturnError):
                if kept is None:
                    raise
        if kept is not None:
            self.variables, self.folder, self.functions = kept
            self._heed()

    def _beside(self, command: grammar.Statement) -> None:
        """Run a statement on the side: what follows begins when it does."""
        begun, kept = self.time, (dict(self.variables), self.folder)
        try:
            self.run(command)
        except (EndError, ReturnError):
            pass
        except ForEverError:
            self.waits = math.inf
        self.waits = max(self.waits, self.time)
        self.time, self.status = begun, 0
        self.variables, self.folder = kept
        if len(self.files) and self.files[-1][0] > begun:
            raise UnknownError("files made on the side")

    def wait(self) -> None:
        """Wait for all that runs on the side. Raises ForEverError."""
        if self.waits == math.inf:
            raise ForEverError
        self.time, self.waits = max(self.time, self.waits), 0.0

    def _if(self, branches: Sequence[tuple[grammar.Listed, grammar.Listed]]) -> None:
        for condition, body in branches:
            if condition.statements:  # else has none
                with self._asking():
                    self.run(condition)
                if self.status:
                    continue
            self.run(body)
            return
        self.status = 0

    def _loop(self, loop: grammar.Loop) -> None:
        endless = is_endless(loop) and not may_leave(loop.body, self.functions)
        begun, last = self.time, 0
        while True:
            if endless and self._steps > _MOST - 100 and self.time > begun:
                self.endless = True
                raise ForEverError
            with self._asking():
                self.run(loop.condition)
            if (self.status == 0) == loop.until:
                self.status = last
                return
            if self._turn(loop.body):
                return
            last = self.status

    def _for(self, name: str, words: Sequence[Word], body: grammar.Listed) -> None:
        every = [field for word in words for field in self.fields(word)]
        self.status = self.status if every else 0
        for field in every:
            self.variables[name] = field
            if self._turn(body):
                return

    def _case(self, word: Word, branches: Sequence[tuple[Sequence[Word], grammar.Listed]]) -> None:
        subject = self._known_text(self.text(word))
        self.status = 0
        for patterns, body in branches:
            if any(fnmatchcase(subject, self._pattern(one)) for one in patterns):
                self.run(body)
                return

    def _pattern(self, word: Word) -> str:
        """A word as a pattern, in which what is quoted stands for itself."""
        values = [(part.quoted, self._known_text(self._value(part))) for part in word]
        if any(_OTHERWISE.search(value) for quoted, value in values if not quoted):
            raise UnknownError("pattern")
        return "".join(_SPECIAL.sub(r"[\g<0>]", value) if quoted else value for quoted, value in values)

    def _turn(self, body: grammar.Listed) -> bool:
        """Run the body of a loop once; returns whether it left the loop."""
        self._step()
        try:
            self.run(body)
        except LeftError as left:
            self.status = 0
            return not left.again
        return False

    def _simple(self, simple: grammar.Simple) -> None:
        self._step()
        self._answered = 0
        for name, word in simple.assigned:
            self.variables[name] = self.text(word)
        words = [field for word in simple.words for field in self.fields(word)]
        self.status = self._answered  # the words may ask for that of the command before
        with self._output(simple.redirected):
            if words:
                self.command(words)
        self._heed()

    def command(self, words: Sequence[str]) -> None:
        """Run a command with its words as they are."""
        if words[0] in self.functions:
            self._call(self.functions[words[0]], words[1:])
        else:
            self.status = self._commands(self, words)

    def _call(self, body: grammar.Listed, given: Sequence[str]) -> None:
        """Run a function with its own parameters and variables."""
        kept = {name: self.variables.get(name) for name in _PARAMETERS}
        self.variables.update(dict.fromkeys(_PARAMETERS, ""))
        self.variables.update(
            {str(number): text for number, text in enumerate(given, 1)}, **{"#": str(len(given))}
        )
        self._locals.append(kept)
        with suppress(ReturnError):
            self._body(body)
        for name, value in self._locals.pop().items():
            if value is None:
                self.variables.pop(name, None)
            else:
                self.variables[name] = value

    def _body(self, body: grammar.Listed) -> None:
        try:
            self.run(body)
        except LeftError as left:
            raise UnknownError("a loop left from a function") from left

    def own(self, name: str) -> None:
        """Let a variable be one of the function that runs. Raises UnknownError outside of one."""
        if not self._locals:
            raise UnknownError("local")
        self._locals[-1].setdefault(name, self.variables.get(name))

    @property
    def in_function(self) -> bool:
        """Whether a function runs."""
        return bool(self._locals)

    def say(self, *lines: str) -> None:
        """Print lines."""
        for line in lines:
            if MORE in line:
                self.prints_more = True
            else:
                self.lines.append((self.time, line))

    def touch(self, path: str, *, there: bool = True) -> None:
        """Make or remove a file."""
        path = self.place(self.shown(path))
        self.present[path] = there
        self.files.append((self.time, path, there))
        if not there:
            for other in [one for one in self.present if one.startswith(f"{path.rstrip('/')}/")]:
                if self.present[other]:
                    self.touch(other, there=False)

    @contextmanager
    def _output(self, redirected: Sequence[tuple[str, Word]]) -> Iterator[None]:
        """What is printed goes where the redirections say."""
        silent, made = False, list[str]()
        for sign, word in redirected:
            target = self.text(word)
            if sign in ("1>&", ">&", "2>&") and target in ("1", "2"):
                continue
            if sign == "<" and target != _NOWHERE:
                raise UnknownError(target)
            if sign == "<" or (sign[0] == "2" and target == _NOWHERE):
                continue
            if target in _LOGGED:
                continue
            silent = silent or sign[0] != "2"
            if target != _NOWHERE:
                made.append(target)
        kept = len(self.lines), self.prints_more
        for path in made:
            self.touch(path)
        yield
        if silent:
            del self.lines[kept[0] :]
            self.prints_more = kept[1]

    def computed(self, text: str) -> int:
        """The value of an arithmetic expression."""
        return evaluate(text, self.variables, self._known)

    def _known(self, name: str) -> str:
        value = self.look(name)
        if MORE in value:
            raise UnknownError(name)
        return value

    def look(self, name: str, default: str | None = None) -> str:
        """The value of a variable, ``MORE`` if that is not known."""
        if name in self.variables:
            return self.variables[name] or (default or "")
        if name == "?":
            return str(self.status)
        named = dict(self.room.variables)
        if name in named:
            value = named[name]
            return MORE if value is None else value or (default or "")
        if not name.isidentifier() or _SHELL.fullmatch(name) or not self.room.complete:
            return MORE
        return default or ""

    def text(self, word: Word) -> str:
        """A word as one text."""
        return "".join(self._value(part) for part in word)

    def fields(self, word: Word) -> Iterator[str]:
        """A word as the words that it comes to."""
        if (
            self.room.bash
            and len(word) == 1
            and word[0].kind == "text"
            and (found := _NUMBERS.fullmatch(word[0].text))
        ):
            first, last = int(found[1]), int(found[2])
            step = 1 if first <= last else -1
            yield from map(str, range(first, last + step, step))
            return
        current, begun = "", False
        for part in word:
            value = self._value(part)
            if part.quoted or part.kind == "text":
                is_glob = part.kind == "text" and not part.quoted and _GLOB.search(value)
                current, begun = current + (MORE if is_glob else value), True
                continue
            pieces = value.split()
            if not pieces:
                continue
            for piece in pieces[:-1]:
                yield current + piece
                current = ""
            current, begun = current + pieces[-1], True
        if begun:
            yield current

    def _value(self, part: Part) -> str:
        match part.kind:
            case "text":
                return part.text
            case "variable":
                return self.look(part.text, part.default)
            case "arithmetic":
                return str(self.computed(part.text))
            case _:
                return self._printed(part.text)

    def _printed(self, script: str) -> str:
        """What a script prints that stands for its output."""
        inner = Session(self.room, self._commands, self.depth + 1)
        inner.variables, inner.present, inner.time = dict(self.variables), dict(self.present), self.time
        inner.folder, inner.functions = self.folder, dict(self.functions)
        inner._steps = self._steps
        try:
            inner.run(grammar.parse(script))
        except EndError:
            pass
        except (UnknownError, ForEverError, LeftError):
            return MORE
        self.time, self._answered, self._steps = inner.time, inner.status, inner._steps
        return (
            MORE
            if inner.prints_more or len(inner.lines) > 1_000
            else "\n".join(text for _, text in inner.lines)
        )

    def _known_text(self, text: str) -> str:
        if MORE in text:
            raise UnknownError(text)
        return text

    def shown(self, word: str) -> str:
        """A word of a command whose way depends on it. Raises UnknownError if it is not known."""
        return self._known_text(word)

    def place(self, path: str) -> str:
        """A path from the root on, after ``cd``."""
        return (
            path
            if self.folder is None or path.startswith("/")
            else f"{self.folder}/{path.removeprefix('./')}"
        )
