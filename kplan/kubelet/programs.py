"""Containers whose command alone says what they do: ``sh -c "touch /tmp/ok; sleep 30; exit 1"``, ``sleep 60``, ``true``.

Only a command whose every statement is known is played; of any other nothing is said.

Upstream: none; these are the programs of a shell.
"""

import re
import shlex
from collections.abc import Sequence
from typing import Final

from kplan.api.object import Json
from kplan.api.whole import whole
from kplan.namedtuples import NamedTuple

_SHELLS: Final = frozenset({"sh", "bash", "ash", "dash"})
_BARE: Final = frozenset({"busybox", "alpine", "ubuntu", "debian", "centos", "fedora", "perl"})
"""Images without an entry point: their arguments are a command."""
_NAME: Final = re.compile(r"^.*/|[:@].*$")
_SEPARATORS: Final = frozenset({";", "\n", "&&"})
_REDIRECTED: Final = frozenset({">", ">>"})
DATE: Final = "\0date"
"""Placeholder for the time at which a line is printed."""
_QUICK: Final = frozenset(
    {"date", "env", "free", "hostname", "id", "mkdir", "printenv", "printf", "ps", "pwd", "uname", "uptime", "whoami"}
)  # fmt: skip
"""Programs that end at once and succeed."""
_THERE: Final = re.compile(
    r"/|/(?:bin|dev|etc|home|proc|root|sbin|sys|tmp|usr|var)/?|/etc/(?:hostname|hosts|os-release|resolv\.conf)|/proc/(?:cpuinfo|meminfo|mounts|version)"
)
"""What every image has, or every container is given."""
_SIGNS: Final = frozenset("|<>()&;`$")
_UNITS: Final = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SHORTEST: Final = 0.5
"""Seconds that even a container with nothing to do takes."""
_PI: Final = re.compile(r"print bpi\((\d+)\)")
_PI_SECONDS: Final = 5.0


class Program(NamedTuple):
    """What one run of a container does, in seconds since its start."""

    seconds: float = 0.0
    """How long it runs."""
    exit_code: int = 0
    for_ever: bool = False
    lines: tuple[tuple[float, str], ...] = ()
    """When it prints what; ``DATE`` is the time then."""
    prints_more: bool = False
    """Whether it prints something that is not known."""
    files: tuple[tuple[float, str, bool], ...] = ()
    """When each file is created or removed."""

    @property
    def run(self) -> float:
        """How long the container runs."""
        return max(self.seconds, _SHORTEST)

    def has(self, path: str, at: float) -> bool | None:
        """Whether a file is there at a time; None if the program never touches it."""
        known = [there for when, name, there in self.files if name == path and when <= at]
        if known:
            return known[-1]
        return None if all(name != path for _, name, _ in self.files) else False


def program_of(container: Json) -> Program | None:
    """What a container's command does; None if it has none, or one that is not known."""
    if not container.get("command") and not container.get("args"):
        return None
    words = [str(word) for word in (*(container.get("command") or ()), *(container.get("args") or ()))]
    plain = _NAME.sub("", str(container.get("image") or "")) in _BARE
    if not container.get("command") and not (words and (plain or words[0].rpartition("/")[2] in _SHELLS)):
        return None
    mounts = tuple(str(one.get("mountPath") or "") for one in container.get("volumeMounts") or ())
    if len(words) == 3 and words[0].rpartition("/")[2] in _SHELLS and words[1] in ("-c", "-ec"):
        return _script(words[2], mounts)
    return _played([words], mounts)


def _script(text: str, mounts: Sequence[str]) -> Program | None:
    """A script of plain statements."""
    lexer = shlex.shlex(text.replace("\n", ";"), posix=True, punctuation_chars=";&|<>()")
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        words = list(lexer)
    except ValueError:
        return None
    statements: list[list[str]] = [[]]
    for word in words:
        if word in _SEPARATORS:
            statements.append([])
        elif word not in _REDIRECTED and set(word) & _SIGNS and not _is_shown(word, statements[-1]):
            return None
        else:
            statements[-1].append(word)
    return _played([one for one in statements if one], mounts)


def _is_shown(word: str, statement: Sequence[str]) -> bool:
    """Whether a text that is only printed contains shell syntax, whatever it expands to."""
    return bool(statement) and statement[0] == "echo" and not set(word) <= _SIGNS


def _played(statements: Sequence[Sequence[str]], mounts: Sequence[str]) -> Program | None:
    """One statement after the other; the code of the last one is the container's."""
    done = Program()
    for statement in statements:
        following = _into_file(done, statement, mounts)
        if following is None:
            return None
        done = following
        if done.for_ever or statement[0] == "exit":
            break
    return done


def _into_file(done: Program, words: Sequence[str], mounts: Sequence[str]) -> Program | None:
    """What a statement adds, whose output may go to a file."""
    if _REDIRECTED.isdisjoint(words):
        return _after(done, words, mounts)
    if len(words) < 3 or words[-2] not in _REDIRECTED or not _REDIRECTED.isdisjoint(words[:-2]):
        return None
    following = _after(done, words[:-2], mounts)
    if following is None:
        return None
    file = (done.seconds, words[-1], True)
    return following._replace(lines=done.lines, prints_more=done.prints_more, files=(*following.files, file))


def _after(done: Program, words: Sequence[str], mounts: Sequence[str] = ()) -> Program | None:
    """What a statement adds."""
    name, rest = words[0].rpartition("/")[2], list(words[1:])
    match name:
        case "true" | ":":
            return done._replace(exit_code=0)
        case "false":
            return done._replace(exit_code=1)
        case "exit" if not rest:
            return done
        case "exit" if (code := whole(rest[0])) is not None:
            return done._replace(exit_code=code % 256)
        case "echo":
            shown = " ".join(word for word in rest if word not in ("-n", "-e"))
            if set(shown) & set("$`"):
                return done._replace(exit_code=0, prints_more=True)
            return done._replace(exit_code=0, lines=(*done.lines, (done.seconds, shown)))
        case "date" if not rest:
            return done._replace(exit_code=0, lines=(*done.lines, (done.seconds, DATE)))
        case "cat" | "ls" | "df" if (rest or name != "cat") and all(_is_there(path, mounts) for path in rest):
            return done._replace(exit_code=0, prints_more=True)
        case _ if name in _QUICK:
            return done._replace(exit_code=0, prints_more=done.prints_more or name != "mkdir")
        case "sleep" if rest:
            return _slept(done, rest[0])
        case "touch" | "rm":
            now = [(done.seconds, path, name == "touch") for path in rest if not path.startswith("-")]
            return done._replace(exit_code=0, files=(*done.files, *now))
        case "perl" if found := _PI.search(" ".join(rest)):
            end = done.seconds + _PI_SECONDS
            return done._replace(exit_code=0, seconds=end, lines=(*done.lines, (end, _pi(int(found[1])))))
        case _:
            return None


def _is_there(path: str, mounts: Sequence[str]) -> bool:
    """Whether a path is in every container, or within a volume, which whoever names it has filled."""
    return (
        path.startswith("-")
        or _THERE.fullmatch(path) is not None
        or any(path == mount or path.startswith(f"{mount.rstrip('/')}/") for mount in mounts if mount)
    )


def _slept(done: Program, text: str) -> Program | None:
    if text in ("infinity", "inf"):
        return done._replace(for_ever=True)
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text)
    if found is None:
        return None
    return done._replace(exit_code=0, seconds=done.seconds + float(found[1]) * _UNITS[found[2]])


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
