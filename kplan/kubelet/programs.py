"""What containers do whose command says it all: ``sh -c "touch /tmp/ok; sleep 30; exit 1"``, ``sleep 60``, ``true``.

Only a command whose every statement is known is played; of any other nothing is said.

Upstream: third_party/forked/golang/expansion/expand.go (``$(NAME)`` in commands); the rest are the programs of a shell.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from kplan.api.object import Json
from kplan.kubelet.shell.commands import run
from kplan.kubelet.shell.endings import EndError, ForEverError, LeftError
from kplan.kubelet.shell.grammar import parse
from kplan.kubelet.shell.program import Program
from kplan.kubelet.shell.session import Room, Session
from kplan.kubelet.shell.words import UnknownError
from kplan.namedtuples import NamedTuple

_SHELLS: Final = frozenset({"sh", "bash", "ash", "dash"})
_BARE: Final = frozenset({"busybox", "alpine", "ubuntu", "debian", "centos", "fedora", "perl"})
"""Images without an entry point: their arguments are a command."""
_SHELL_IMAGE: Final = re.compile(
    r"(?:(?:docker\.io/)?(?:library/)?|registry\.k8s\.io/)(?:busybox|alpine|ubuntu|debian|centos|fedora)(?:[:@].*)?"
)
"""Images that run a shell where nothing else is asked for."""
_GNU: Final = frozenset({"ubuntu", "debian", "centos", "fedora", "perl", "nginx", "httpd"})
"""Images with the programs of GNU."""
_OWN: Final = frozenset(
    {
        "exit",
        "set",
        "export",
        "trap",
        "cd",
        "break",
        "continue",
        "exec",
        "let",
        "wait",
        "umask",
        ":",
        "[[",
        "return",
        "local",
    }
)
"""What only a shell knows: no file has such a name."""
_NAME: Final = re.compile(r"^.*/|[:@].*$")
_OPTIONS: Final = re.compile(r"-[aefhiluvx]*c?[aefhiluvx]*")
_REFERENCE: Final = re.compile(r"\$\$|\$\(([^)]*)\)")


class Answer(NamedTuple):
    """What a command in a running container comes to."""

    status: int
    text: str
    """Its first line."""


def program_of(container: Json) -> Program | None:
    """What a container's command does; None where it has none, or one that is not known."""
    if not container.get("command") and not container.get("args"):
        return _idle(container) if _SHELL_IMAGE.fullmatch(str(container.get("image") or "")) else None
    words = [str(word) for word in (*(container.get("command") or ()), *(container.get("args") or ()))]
    plain = _image(container) in _BARE
    if not container.get("command") and not (words and (plain or words[0].rpartition("/")[2] in _SHELLS)):
        return None
    if len(words) == 1 and words[0].rpartition("/")[2] in _SHELLS:
        return _idle(container)
    given = _given(container, words)
    return None if given is None else _program(given, *_surroundings(container))


def _idle(container: Json) -> Program:
    """A shell without a script: it ends when there is nothing more to read, which is at once where nobody can type."""
    return Program(for_ever=bool(container.get("stdin")))


def answer_of(container: Json, program: Program, words: Sequence[str], at: float) -> Answer | None:
    """What a command comes to that is run in a container after so many seconds; None where that is not known."""
    if at > program.until:
        return None
    present: dict[str, bool] = {}
    for when, path, there in program.files:
        if when <= at:
            present[path] = there
        else:
            present.setdefault(path, False)
    given = _given(container, [str(word) for word in words])
    return None if given is None else _answered(given, tuple(present.items()), *_surroundings(container))


def _image(container: Json) -> str:
    return _NAME.sub("", str(container.get("image") or ""))


def _surroundings(
    container: Json,
) -> tuple[tuple[str, ...], tuple[tuple[str, str | None], ...], bool, bool]:
    """Mounts, variables, whether there are no others, and whether the programs are busybox'."""
    mounts = tuple(str(one.get("mountPath") or "") for one in container.get("volumeMounts") or ())
    variables = tuple(
        (
            str(one.get("name")),
            None if one.get("valueFrom") or "$(" in str(one.get("value")) else str(one.get("value") or ""),
        )
        for one in container.get("env") or ()
    )
    image = _image(container)
    return mounts, variables, image in _BARE and not container.get("envFrom"), image not in _GNU


def _given(container: Json, words: Sequence[str]) -> tuple[str, ...] | None:
    """The words of a command with references to the container's variables replaced; None where a value is elsewhere."""
    if not any("$" in word for word in words) or not container.get("env"):
        return tuple(words)
    known = dict(_surroundings(container)[1])

    def value(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        if match[1] not in known:
            return match[0]
        if (found := known[match[1]]) is None:
            raise UnknownError(match[1])
        return found

    try:
        return tuple(_REFERENCE.sub(value, word) if "$(" in word else word for word in words)
    except UnknownError:
        return None


def _script(words: Sequence[str]) -> tuple[str, bool, Sequence[str]] | None:
    """The script of a command that is a shell's, whether an error ends it, and what its parameters are;
    None for another.
    """
    if len(words) < 3 or words[0].rpartition("/")[2] not in _SHELLS:
        return None
    options, rest = "", list(words[1:])
    while rest and rest[0].startswith("-"):
        if not _OPTIONS.fullmatch(rest[0]) and rest[0] != "-euo":
            return None
        options += rest[0]
        if rest.pop(0) == "-euo" and rest and rest.pop(0) != "pipefail":
            return None
    return (rest[0], "e" in options, rest[1:]) if "c" in options and rest else None


@lru_cache(maxsize=256)
def _program(
    words: tuple[str, ...],
    mounts: tuple[str, ...],
    variables: tuple[tuple[str, str | None], ...],
    complete: bool,
    busybox: bool,
) -> Program | None:
    session = _session(words, mounts, variables, complete=complete, busybox=busybox)
    for_ever = False
    try:
        _play(session, words)
    except EndError:
        pass
    except ForEverError:
        for_ever = True
    except (UnknownError, LeftError, RecursionError):
        return None
    done = Program(
        session.time,
        session.status,
        for_ever,
        tuple(sorted(session.lines, key=lambda line: line[0])),
        session.prints_more,
        tuple(session.files),
    )
    return done._replace(until=session.time) if session.endless else done


@lru_cache(maxsize=256)
def _answered(
    words: tuple[str, ...],
    present: tuple[tuple[str, bool], ...],
    mounts: tuple[str, ...],
    variables: tuple[tuple[str, str | None], ...],
    complete: bool,
    busybox: bool,
) -> Answer | None:
    session = _session(words, mounts, variables, complete=complete, busybox=busybox)
    session.present.update(present)
    try:
        _play(session, words)
    except EndError:
        pass
    except (UnknownError, LeftError, ForEverError, RecursionError):
        return None
    return Answer(session.status, session.lines[0][1] if session.lines else "")


def _session(
    words: Sequence[str],
    mounts: tuple[str, ...],
    variables: tuple[tuple[str, str | None], ...],
    *,
    complete: bool,
    busybox: bool,
) -> Session:
    bash = words[0].rpartition("/")[2] == "bash"
    session = Session(Room(mounts, variables, complete, busybox, bash), run)
    if found := _script(words):
        _, session.strict, parameters = found
        session.variables.update({str(number): text for number, text in enumerate(parameters)})
    return session


def _play(session: Session, words: Sequence[str]) -> None:
    if found := _script(words):
        session.run(parse(found[0]))
    elif words[0] in _OWN:
        raise UnknownError(words[0])
    else:
        session.command(words)
