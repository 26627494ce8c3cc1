"""The commands whose way is known: those of the shell itself, and programs that every image has.

Upstream: none; these are the utilities of POSIX, with busybox' and GNU's texts.
"""

import re
from collections.abc import Callable, Sequence
from posixpath import normpath
from typing import Final

from kplan.api.whole import whole
from kplan.kubelet.shell.conditions import holds
from kplan.kubelet.shell.endings import EndError, ForEverError, LeftError, ReturnError
from kplan.kubelet.shell.files import is_there
from kplan.kubelet.shell.session import MORE, Session
from kplan.kubelet.shell.words import UnknownError

DATE: Final = "\0date"
"""Stands for the time at which a line is printed."""
_QUICK: Final = frozenset(
    {"env", "free", "hostname", "id", "printenv", "ps", "pwd", "uname", "uptime", "whoami"}
)  # fmt: skip
"""Programs that end at once and succeed."""
_UNITS: Final = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_PI: Final = re.compile(r"print bpi\((\d+)\)")
_PI_SECONDS: Final = 5.0
_LONGEST: Final = 1_000
"""Numbers that ``seq`` counts."""


def run(session: Session, words: Sequence[str]) -> int:
    """The status of a command. Raises UnknownError if it is not known what it does."""
    name, rest = session.shown(words[0]).rpartition("/")[2], words[1:]
    if name in ("[", "[[", "test"):
        return int(not holds(session, name, [session.shown(word) for word in rest]))
    if name in _QUICK:
        session.prints_more = True
        return 0
    known = _COMMANDS.get(name)
    if known is None:
        raise UnknownError(name)
    return known(session, rest)


def _true(_session: Session, _rest: Sequence[str]) -> int:
    return 0


def _false(_session: Session, _rest: Sequence[str]) -> int:
    return 1


def _exit(session: Session, rest: Sequence[str]) -> int:
    if rest:
        code = whole(session.shown(rest[0]))
        if code is None:
            raise UnknownError(rest[0])
        session.status = code % 256
    raise EndError


def _echo(session: Session, rest: Sequence[str]) -> int:
    while rest and rest[0] in ("-n", "-e", "-ne", "-en"):
        rest = rest[1:]
    session.say(*" ".join(rest).split("\n"))
    return 0


def _printf(session: Session, rest: Sequence[str]) -> int:
    text = session.shown(rest[0]) if rest and MORE not in rest[0] else MORE
    if text in ("%s\\n", "%s\n"):
        session.say(*rest[1:])
    elif "%" in text or MORE in text:
        session.prints_more = True
    else:
        session.say(*text.replace("\\n", "\n").removesuffix("\n").split("\n"))
    return 0


def _date(session: Session, rest: Sequence[str]) -> int:
    if rest or session.depth:
        session.prints_more = True
    else:
        session.lines.append((session.time, DATE))
    return 0


def _sleep(session: Session, rest: Sequence[str]) -> int:
    for text in rest:
        if text in ("infinity", "inf"):
            raise ForEverError
        found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)([smhd]?)", session.shown(text))
        if found is None:
            raise UnknownError(text)
        session.time += float(found[1]) * _UNITS[found[2]]
    return 0 if rest else 1


def _touch(session: Session, rest: Sequence[str]) -> int:
    for path in rest:
        if not path.startswith("-"):
            session.touch(path)
    return 0


def _remove(session: Session, rest: Sequence[str]) -> int:
    paths = [path for path in rest if not path.startswith("-")]
    options = "".join(word for word in rest if word.startswith("-"))
    status = 0
    for path in paths:
        if "f" not in options and session.present.get(session.place(path)) is False:
            status = 1
        session.touch(path, there=False)
    return status


def _move(session: Session, rest: Sequence[str]) -> int:
    match rest:
        case (old, new) if session.present.get(session.place(old)) and not new.endswith("/"):
            session.touch(old, there=False)
            session.touch(new)
            return 0
        case _:
            raise UnknownError("mv")


def _read(name: str) -> Callable[[Session, Sequence[str]], int]:
    """A program that shows files."""

    def command(session: Session, rest: Sequence[str]) -> int:
        paths = [session.shown(path) for path in rest if not path.startswith("-")]
        if not paths and name == "cat":
            raise UnknownError(name)
        status = 0
        for path in paths:
            there = is_there(session, path)
            if there is None:
                raise UnknownError(path)
            if not there:
                status = 2 if name == "ls" and not session.room.busybox else 1
                session.say(_absent(session, name, path))
            else:
                session.prints_more = True
        session.prints_more = session.prints_more or not paths
        return status

    return command


def _absent(session: Session, name: str, path: str) -> str:
    why = f"{path}: No such file or directory"
    if session.room.busybox:
        return f"cat: can't open '{path}': No such file or directory" if name == "cat" else f"{name}: {why}"
    if name == "ls":
        return f"ls: cannot access '{path}': No such file or directory"
    return f"{name}: cannot stat '{path}': No such file or directory" if name == "stat" else f"{name}: {why}"


def _wait(session: Session, _rest: Sequence[str]) -> int:
    session.wait()
    return 0


def _set(session: Session, rest: Sequence[str]) -> int:
    for word in rest:
        if re.fullmatch(r"[-+][A-Za-z]+", word) and "e" in word:
            session.strict = word[0] == "-"
        elif word == "errexit":
            session.strict = True
        elif not re.fullmatch(r"[-+][uxovf]+|pipefail|nounset|xtrace", word):
            raise UnknownError(word)
    return 0


def _export(session: Session, rest: Sequence[str]) -> int:
    for word in rest:
        name, sign, value = word.partition("=")
        if sign:
            session.variables[name] = value
    return 0


def _left(*, again: bool) -> Callable[[Session, Sequence[str]], int]:
    def command(_session: Session, rest: Sequence[str]) -> int:
        if rest:
            raise UnknownError("more than one loop")
        raise LeftError(again=again)

    return command


def _change_folder(session: Session, rest: Sequence[str]) -> int:
    """Of a folder that is not named from the root on it has to be known that it is there."""
    path = session.shown(rest[0]) if rest else ""
    if not path.startswith("/"):
        if session.folder is None or not path or path == "-":
            raise UnknownError("cd")
        path = normpath(f"{session.folder}/{path}")
        if path != "/" and not session.present.get(path) and not f"{session.folder}/".startswith(f"{path}/"):
            raise UnknownError("cd")
    session.folder = path.rstrip("/")
    return 0


def _return(session: Session, rest: Sequence[str]) -> int:
    if not session.in_function:
        raise UnknownError("return")
    if rest:
        code = whole(session.shown(rest[0]))
        if code is None:
            raise UnknownError(rest[0])
        session.status = code % 256
    raise ReturnError


def _local(session: Session, rest: Sequence[str]) -> int:
    for word in rest:
        name, sign, value = word.partition("=")
        if not name.isidentifier() or (not sign and session.look(name)):
            raise UnknownError("local")  # whether it begins with the value outside is up to the shell
        session.own(name)
        session.variables[name] = value
    return 0


def _exec(session: Session, rest: Sequence[str]) -> int:
    if not rest:
        return 0
    session.status = run(session, rest)
    raise EndError


def _seq(session: Session, rest: Sequence[str]) -> int:
    if not 1 <= len(rest) <= 3 or not all(re.fullmatch(r"-?\d{1,9}", session.shown(word)) for word in rest):
        raise UnknownError("seq")
    numbers = [int(word) for word in rest]
    first = numbers[0] if len(numbers) > 1 else 1
    step = numbers[1] if len(numbers) == 3 else 1
    every = range(first, numbers[-1] + (1 if step > 0 else -1), step) if step else range(0)
    if len(every) > _LONGEST:
        raise UnknownError("seq")
    session.say(*map(str, every))
    return 0


def _expr(session: Session, rest: Sequence[str]) -> int:
    value = session.computed(" ".join(session.shown(word) for word in rest))
    session.say(str(value))
    return int(value == 0)


def _let(session: Session, rest: Sequence[str]) -> int:
    values = [session.computed(session.shown(word)) for word in rest]
    return int(not values or values[-1] == 0)


def _tail(_session: Session, rest: Sequence[str]) -> int:
    if "/dev/null" in rest and any(word in ("-f", "-F") for word in rest):
        raise ForEverError
    raise UnknownError("tail")


def _perl(session: Session, rest: Sequence[str]) -> int:
    found = _PI.search(" ".join(rest))
    if found is None:
        raise UnknownError("perl")
    session.time += _PI_SECONDS
    session.say(_pi(int(found[1][:9])))
    return 0


def _pi(digits: int) -> str:
    """So many digits of pi, the 3 among them, as a big float of so many digits prints it (Machin's formula)."""
    digits = min(digits, 10_000)
    one: int = 10 ** (digits + 10)

    def arctan(of: int) -> int:
        term = total = one // of
        number, sign = 3, -1
        while term:
            term //= of * of
            total += sign * (term // number)
            number, sign = number + 2, -sign
        return total

    value = 4 * (4 * arctan(5) - arctan(239))
    rounded = str((value + 5 * 10**10) // 10**11)
    return f"{rounded[0]}.{rounded[1:]}" if len(rounded) > 1 else rounded


_COMMANDS: Final[dict[str, Callable[[Session, Sequence[str]], int]]] = {
    "true": _true, ":": _true, "false": _false, "exit": _exit, "echo": _echo, "printf": _printf, "date": _date,
    "sleep": _sleep, "touch": _touch, "mkdir": _touch, "rm": _remove, "rmdir": _remove, "unlink": _remove, "mv": _move,
    "cat": _read("cat"), "ls": _read("ls"), "stat": _read("stat"), "df": _read("df"), "set": _set, "export": _export,
    "trap": _true, "cd": _change_folder, "umask": _true, "sync": _true, "wait": _wait, "break": _left(again=False),
    "continue": _left(again=True), "exec": _exec, "seq": _seq, "expr": _expr, "let": _let, "tail": _tail, "perl": _perl,
    "return": _return, "local": _local,
}  # fmt: skip
