"""Passwords that well-known programs take in short options: ``curl -u user:password``, ``mysql -ppassword``,
``redis-cli -a password``.

What ``-p`` means depends on the program, so its name has to stand before the option, in the same
line or in the same list.
"""

import re
from collections.abc import Sequence
from typing import Final

from kplan.masking.assignments import marked_as
from kplan.masking.values import is_harmless

_VALUE: Final = r"""(?:\\"[^"\\]*\\"|"[^"]*"|'[^']*'|[^\s"',\]\\]+)"""
_GAP: Final = r"""(?:["']?\s*,\s*["']?|\s+)"""
"""What is between an option and its value: blanks, or the comma of a list."""
_USER: Final = rf"""(?<![\w-])(?P<key>(?:-u(?:{_GAP})?|--user(?:=|{_GAP}))["']?[\w.@$(){{}}-]+:)(?P<value>[^\s"',\]\\]+)"""
_ATTACHED: Final = rf"(?<![\w-])(?P<key>-p)(?P<value>{_VALUE})"
_APART: Final = rf"(?<![\w-])(?P<key>-[{{}}](?:{_GAP})?)(?P<value>(?!-){_VALUE})"
_PROGRAMS: Final = (
    (r"\b(?:mysql|mysql(?:admin|dump|import|show|check|sh)|mariadb(?:-\w+)?)\b", _ATTACHED),
    (
        r"\b(?:sshpass|mongo|mongosh|mongodump|mongorestore|(?:docker|podman|nerdctl|buildah|oras|crane|helm registry) login)\b",
        _APART.format("p"),
    ),
    (r"\bredis-(?:cli|benchmark)\b", _APART.format("a")),
    (r"\bldap(?:search|add|modify|whoami|delete|passwd)\b", _APART.format("w")),
)
"""Programs, and how they take a password."""
_REACH: Final = 16
"""Lines up in which the program of a list of arguments is looked for."""
_SHORT: Final = r"""[ \t]*- +["']?(?P<option>-[apuw]|--user)["']?[ \t]*$"""
_ITEM: Final = r"[ \t]*- +(?P<item>\S.*)"


def without_logins(line: str) -> str:
    """A line with the values of such options marked."""
    if "-u" in line and ":" in line:
        line = re.sub(_USER, _hidden, line)
    for program, option in _PROGRAMS:
        if (named := re.search(program, line)) is not None:
            line = line[: named.end()] + re.sub(option, _hidden, line[named.end() :])
    return line


def without_listed_login(line: str, lines: Sequence[str], at: int) -> str:
    """An item of a list, the line ``at``, marked if the items above it are a program and its option,
    as :func:`without_logins` does in a line.
    """
    item, short = re.match(_ITEM, line), re.match(_SHORT, lines[at - 1]) if at else None
    if item is None or not (short or item["item"].lstrip("\"'").startswith("-p")):
        return line
    above = " ".join(one.strip().removeprefix("- ").strip("\"'") for one in lines[max(0, at - _REACH) : at])
    named = [found for program, _ in _PROGRAMS for found in re.findall(program, above)]
    given = " ".join([*named[:1], *([short["option"]] if short else [])])
    shown = without_logins(f"{given} {item['item']}")
    return line[: item.start("item")] + shown[len(given) + 1 :]


def _hidden(match: re.Match[str]) -> str:
    return match[0] if is_harmless(match["value"]) else match["key"] + marked_as(match["value"])
