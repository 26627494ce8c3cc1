"""Errors as kubectl prints them.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from kplan.apiserver.errors import StatusError
from kplan.apiserver.field import go_quote, go_unquote
from kplan.errors import aggregate

if TYPE_CHECKING:
    from datetime import datetime

_NAMED: Final = r'(?s:([^\s."]*)[^\s"]* ("(?:[^"\\]|\\.)*") is (?:%s): )'
_INVALID: Final = _NAMED % "invalid"
_DENIED: Final = _NAMED % "invalid|forbidden"
"""What a policy denies is invalid by its reason, and forbidden in its words."""


def logged(place: str, text: str, now: "datetime") -> str:
    """A warning as klog writes it; ``place`` is the file and line of kubectl that logs it."""
    return f"W{now:%m%d %H:%M:%S.%f}       1 {place}] {text}"


class ClientError(Exception):
    """kubectl itself cannot go on; the text is its own."""


class NestedError(ClientError):
    """kubectl holds what it says as a list of its own, and says nothing before it."""


class ListedError(ClientError):
    """Several errors that kubectl holds as one: about the items of a list, or about all that it could not read."""

    def __init__(self, errors: Sequence[StatusError | ClientError]) -> None:
        self.errors: Final = tuple(errors)
        super().__init__(aggregate(_plain_texts(self.errors)))


class LooseError(ClientError):
    """What is wrong with an item of a list that kubectl holds by itself, as it does that of an object in no list."""


class WholeError(ClientError):
    """What is wrong with a list, said once of the whole of it."""


class WordedError(StatusError):
    """A refusal with what kubectl was doing; of an invalid object kubectl says that only beside other errors."""

    def __init__(self, refusal: StatusError, doing: str) -> None:
        self.whole: str = doing + (refusal.whole if isinstance(refusal, WordedError) else refusal.message)
        message = refusal.message if _match(refusal) else self.whole
        super().__init__(refusal.code, refusal.reason, message, refusal.causes)
        self.warnings = refusal.warnings


def error_text(error: StatusError | ClientError) -> str:
    """What kubectl prints for the one error of a command, newline at the end."""
    if isinstance(error, ListedError):
        return _each(error.errors)
    if isinstance(error, ClientError):
        text = str(error)
        bare = isinstance(error, NestedError)
        return _line(text if bare or text.startswith("error: ") else f"error: {text}")
    if error.reason == "Invalid":
        return _line(_invalid_text(error))
    return _line(server_text(error))


def errors_text(errors: Sequence[StatusError | ClientError], *, nested: bool = False) -> str:
    """What kubectl prints for all errors of a command; ``nested`` if it holds them as a list within a list."""
    if len(errors) == 1 and nested and isinstance(errors[0], ClientError):
        return _line(str(errors[0]))
    if len(errors) == 1:
        return error_text(errors[0])
    return _each(errors)


def behind(
    acted: Sequence[StatusError | ClientError], unread: Sequence[StatusError | ClientError]
) -> list[StatusError | ClientError]:
    """The errors of a walk through files: those about objects, followed by one for what could not be read."""
    return [*acted, ListedError(unread)] if acted and unread else [*acted, *unread]


def each_of(errors: Sequence[StatusError | ClientError]) -> list[StatusError | ClientError]:
    """The errors, those of lists one by one."""
    return [
        one
        for error in errors
        for one in (each_of(error.errors) if isinstance(error, ListedError) else [error])
    ]


def lone(error: StatusError | ClientError) -> StatusError | ClientError:
    """The one error of a list that has no other, if kubectl holds it in nothing else."""
    return error.errors[0] if isinstance(error, ListedError) and len(error.errors) == 1 else error


def _each(errors: Sequence[StatusError | ClientError]) -> str:
    return "".join(f"{server_text(error) if isinstance(error, StatusError) else error}\n" for error in errors)


def _plain_texts(errors: Sequence[StatusError | ClientError]) -> Iterator[str]:
    """What errors say without what kubectl puts before it."""
    return (_whole(error) if isinstance(error, StatusError) else str(error) for error in each_of(errors))


def server_text(error: StatusError) -> str:
    """``Error from server (NotFound): ...``."""
    reason = f" ({error.reason})" if error.reason else ""
    return f"Error from server{reason}: {_whole(error)}"


def _whole(error: StatusError) -> str:
    return error.whole if isinstance(error, WordedError) else error.message


def subject(error: StatusError) -> tuple[str, str]:
    """The kind and name a refusal is about, as its details carry them."""
    found = _match(error)
    return (found[1], go_unquote(found[2])) if found else ("", "")


def _match(error: StatusError) -> re.Match[str] | None:
    return re.match(_DENIED if error.reason == "Invalid" else _INVALID, error.message)


def with_source(error: StatusError | ClientError, verb: str, source: str) -> StatusError | ClientError:
    """Say what kubectl was doing, and with which file."""
    doing = f"error when {verb} {go_quote(source)}: "
    return WordedError(error, doing) if isinstance(error, StatusError) else ClientError(f"{doing}{error}")


def other_namespace(given: str, wanted: str) -> str:
    """The error of kubectl for an object in another namespace than the one given."""
    return (
        f"the namespace from the provided object {go_quote(given)} does not match the namespace {go_quote(wanted)}. "
        f"You must pass '--namespace={given}' to perform this operation."
    )


def _invalid_text(error: StatusError) -> str:
    kind, name = subject(error)
    head = f"The {kind} {go_quote(name)} is invalid" if kind or name else "The request is invalid"
    causes = list(dict.fromkeys(f"{cause.field}: {cause.message}" for cause in error.causes))
    if not causes:
        return head if kind or name else f"{head}: {error.message}"
    if len(causes) == 1:
        return f"{head}: {causes[0]}\n"
    return f"{head}: \n" + "".join(f"* {cause}\n" for cause in causes)


def _line(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"
