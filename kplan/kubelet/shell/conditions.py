"""``test``, ``[`` and ``[[``.

Upstream: none; these are the conditions of a POSIX shell.
"""

import re
from collections.abc import Sequence
from typing import Final

from kplan.kubelet.shell.files import is_there
from kplan.kubelet.shell.session import Session
from kplan.kubelet.shell.words import UnknownError

_NUMBER: Final = re.compile(r"-?\d{1,18}")


def holds(session: Session, name: str, words: Sequence[str]) -> bool:
    """Whether a condition holds. Raises UnknownError if that is not known."""
    if name != "test":
        if not words or words[-1] != {"[": "]", "[[": "]]"}[name]:
            raise UnknownError(name)
        words = words[:-1]
    match words:
        case ():
            return False
        case ("!", *rest):
            return not holds(session, "test", rest)
        case (text,):
            return bool(text)
        case ("-n", text):
            return bool(text)
        case ("-z", text):
            return not text
        case ("-e" | "-f" | "-d" | "-s" | "-r" | "-w" | "-x" | "-L" as sign, path):
            return _there(session, sign, path)
        case (left, sign, right):
            return _compared(left, sign, right)
        case _:
            raise UnknownError(" ".join(words))


def _there(session: Session, sign: str, path: str) -> bool:
    there = is_there(session, path)
    if there is None or (there and sign in ("-s", "-d", "-x", "-L")):
        raise UnknownError(path)
    return there


def _compared(left: str, sign: str, right: str) -> bool:
    if sign in ("=", "=="):
        return left == right
    if sign == "!=":
        return left != right
    if not (_NUMBER.fullmatch(left) and _NUMBER.fullmatch(right)):
        raise UnknownError(sign)
    first, second = int(left), int(right)
    match sign:
        case "-eq":
            return first == second
        case "-ne":
            return first != second
        case "-lt":
            return first < second
        case "-le":
            return first <= second
        case "-gt":
            return first > second
        case "-ge":
            return first >= second
        case _:
            raise UnknownError(sign)
