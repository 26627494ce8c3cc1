"""Lines of manifests with what looks like a credential left out."""

import re
from collections.abc import Container, Iterator, Sequence
from typing import Final

from kplan.masking.assignments import after_option, marked_as, without_assigned
from kplan.masking.commands import without_listed_login, without_logins
from kplan.masking.judging import is_given, is_held
from kplan.masking.logins import marked_below
from kplan.masking.manifests import without_data
from kplan.masking.names import HIDDEN, MASK, looks_secret, may_tell, tells_file
from kplan.masking.shapes import is_secret, marked, may_log_in
from kplan.masking.signs import shown
from kplan.masking.values import ended, unquoted
from kplan.namedtuples import NamedTuple

_ENTRY: Final = (
    r"""(?P<key>(?P<quote>["']?)(?P<name>[\w./-]+)(?P=quote)\s*:\s*(?:[&!][^\s,\]}]*\s+)*)"""
    r"""(?P<value>"(?:\\.|[^"\\])*"?|'(?:''|[^'])*'?|[\[{][^\]}]*|[^\s"'{\[&*!|>#,][^,}\]#]*)"""
)
"""A key and its value: in double or single quotes, in brackets, or plain; in a map in braces there may be several."""
_PLAIN: Final = (
    r"""(?P<key>[ \t]*(?:- +)*(?P<quote>["']?)(?P<name>[\w./-]+)(?P=quote)[ \t]*:[ \t]+(?:[&!]\S*[ \t]+)*)"""
    r"""(?P<value>[^\s"'{\[&*!|>#].*)"""
)
"""A line that is a key and a text without quotes and brackets, in which every sign is part of the text."""
_WORD: Final = (
    r"(?P<key>(?<![\w.-])(?P<name>[A-Za-z][\w.-]*):[ ](?:(?i:bearer|basic)[ ])?)"
    r"""(?P<value>(?=[^\s"',;]*[\d!-/:-@A-Z])[^\s"',;]+)"""
)
_CAMEL: Final = r"[a-z]+[a-z0-9]*[A-Z]\w*"
"""A key as of a configuration file, and not of a variable."""
_NESTED: Final = r"(?<![\w.-])(?P<name>[\w.-]+)[ \t]*:=?[ \t]*(?=\S)"
"""The key of an entry in a text: in quotes, or behind another key in a line that is no YAML."""
_ENV_NAME: Final = r"""\\*["']?name\\*["']?\s*:\s*\\*["']?([\w.-]+)"""
_VALUE: Final = r"""(?P<key>\\+"(?:value|default)\\+"\s*:\s*)(?P<value>\\+"(?:(?!\\*").)*\\+")"""
"""The value of a variable in JSON that is a text itself."""
_TELLING: Final = ("value", "pass", "pwd", "token", "credential", "authorization", "secret", "key")
_CONTINUED: Final = (
    r"(?i)(?P<lead>[ \t]*(?:- +)*)[\"']?"
    r"(?P<name>value|[\w.-]*(?:pass|pwd|token|credential|authorization|secret|key)[\w.-]*)"
    r"[\"']?[ \t]*:(?P<rest>(?:[ \t].*)?)$"
)
"""The keys whose values may be credentials and go on in the lines below;
in each of them is one of the telling words.
"""
_PROPERTIES: Final = r"^(?:[&!]\S*\s+)+"
"""The anchor and the tag before a value."""
_BLOCK: Final = r"[|>][-+\d]*(?:\s+#.*)?"
_FIELD: Final = r"""(?:- +)*["']?[\w./-]+["']?\s*:(?:\s|$)"""
_KEY_LINES: Final = r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?!.*-----END).*\n(?P<key>(?:(?!.*-----).*\n)+)"
_REACH: Final = 32
"""Lines up and down in which the name of a variable is looked for."""
_VARIABLE: Final = r"^(?P<key>[ \t]*(?P<name>[\w.-]+)(?:=|:[ \t]+))(?P<value>(?!<set to the key)\S.*)$"


def concealed_line(line: str, *, neighbours: tuple[str, ...] = ()) -> str:
    """A line of a manifest with the values of credentials masked, as wide as before; ``neighbours`` may name an env."""
    return shown(_marked_line(line, neighbours))


def concealed_lines(lines: Sequence[str]) -> list[str]:
    """All lines of a text, each as :func:`concealed_at` shows it."""
    hidden = continued(lines)
    return [concealed_at(lines, at, hidden) for at in range(len(lines))]


def marked_lines(lines: Sequence[str]) -> list[str]:
    """All lines of a text within an object, with every hidden sign marked."""
    hidden = continued(lines)
    return [marked_at(lines, at, hidden, within=True) for at in range(len(lines))]


def concealed_at(lines: Sequence[str], at: int, hidden: Container[int]) -> str:
    """One of the lines of a text, as :func:`concealed_line` shows it;
    ``hidden`` are those that :func:`continued` found.
    """
    return shown(marked_at(lines, at, hidden))


def marked_at(lines: Sequence[str], at: int, hidden: Container[int] = (), *, within: bool = False) -> str:
    """The same with every hidden sign marked; of a text ``within`` an object maps are looked into,
    whatever they are called.
    """
    line = lines[at]
    if at in hidden:
        return indented(line)
    if at and may_tell(lines[at - 1]):
        line = after_option(line, lines[at - 1])
    if at and "password" in line and "login" in lines[at - 1]:
        line = marked_below(lines, at)
    if at and line.lstrip().startswith("- ") and (may_log_in(line) or may_log_in(lines[at - 1])):
        line = without_listed_login(line, lines, at)
    return _marked_line(
        line, around(lines, at) if "value" in line or "default" in line else (), within=within
    )


def marked_words(line: str) -> str:
    """A line of prose with the credentials marked that are in it as on a command line,
    and single words behind their name.
    """
    line = marked(line)
    if may_log_in(line):
        line = without_logins(line)
    return re.sub(_WORD, _word, without_assigned(line)) if may_tell(line) else line


def _word(found: re.Match[str]) -> str:
    return (
        found["key"] + HIDDEN * len(found["value"]) if is_given(found["name"], found["value"]) else found[0]
    )


def _marked_line(line: str, neighbours: tuple[str, ...], *, within: bool = False) -> str:
    line = marked(line)
    if may_log_in(line):
        line = without_logins(line)
    if not any(may_tell(text) for text in (line, *neighbours)):
        return line
    line = without_assigned(line)
    if "Secret" in line and "ata" in line:
        line = without_data(line)
    if ":" not in line:
        return line
    names = [name for text in (line, *neighbours) for name in re.findall(_ENV_NAME, text)]
    return _Entries(next(filter(_names_one, names), ""), within).marked(line)


class _Entries(NamedTuple):
    """The entries of a line, which are judged by their names."""

    named: str
    """What a variable around is called, if that says that its value is a credential."""
    within: bool
    """Whether the line stands in a text within an object."""

    def marked(self, line: str) -> str:
        """The line with every hidden sign of its entries marked."""
        if self.named and '\\"' in line:
            line = re.sub(_VALUE, lambda found: found["key"] + HIDDEN * len(found["value"]), line)
        if (plain := re.match(_PLAIN, line)) is not None:
            end = ended(line, plain.start("value"))
            value = line[plain.start("value") : end].rstrip()
            if value and self._holds(plain["name"], value):
                return plain["key"] + HIDDEN * len(value) + line[plain.start("value") + len(value) :]
        return re.sub(_ENTRY, self._entry, line)

    def _entry(self, match: re.Match[str]) -> str:
        name, value = match["name"], match["value"]
        if self._holds(name, value.rstrip()):
            return match["key"] + marked_as(value.rstrip()) + value[len(value.rstrip()) :]
        if value[0] in "[{":
            return match["key"] + value[0] + re.sub(_ENTRY, self._entry, value[1:])
        return match["key"] + _without_nested(value)

    def _holds(self, name: str, value: str) -> bool:
        """Whether a value is a credential: by its own name, or as the value of a variable by the variable's."""
        literal = bool(self.named) and name != "valueFrom" and (name.startswith("valu") or name == "default")
        own = self.named if literal else name.rpartition("/")[2]
        if not _names_one(own):
            return False
        if value[0] in "[{":
            listed = literal or value[0] == "[" or not (self.within or _refers(value))
            return looks_secret(own) and len(value) > 1 and listed
        return is_held(own, unquoted(value)) if re.fullmatch(_CAMEL, own) else is_given(own, value)


def _refers(value: str) -> bool:
    """Whether a map names a Secret."""
    return "Ref:" in value or "secretName" in value


def _names_one(name: str) -> bool:
    return looks_secret(name) or name.lower() == "secret" or tells_file(name)


def _without_nested(value: str) -> str:
    """A value marked from the first entry of a credential in it on."""
    end = len(value) - (len(value) > 1 and value[0] in "\"'" and value[-1] == value[0])
    for key in re.finditer(_NESTED, value[:end]) if ":" in value else ():
        if looks_secret(key["name"]):
            return value[: key.end()] + HIDDEN * (end - key.end()) + value[end:]
    return value


def indented(line: str) -> str:
    """The replacement for a whole line, as wide as the line."""
    content = line.lstrip(" \t")
    return line[: len(line) - len(content)] + HIDDEN * len(content)


def around(lines: Sequence[str], at: int) -> tuple[str, ...]:
    """The other lines of the list item or object that contains a line, which may name its content.

    Where none of them names anything, as of an item that is written over lines of any depth, those close by are given.
    """
    column = _column(lines[at])
    above = [] if _begins_item(lines[at]) else list(_above(lines, at, column))
    below = list(_below(lines, at, column))
    if any(re.search(_ENV_NAME, one) for one in (lines[at], *above, *below)):
        return (*reversed(above), *below)
    return (*lines[max(0, at - 2) : at], *lines[at + 1 : at + 3])


def _above(lines: Sequence[str], at: int, column: int) -> Iterator[str]:
    for line in reversed(lines[max(0, at - _REACH) : at]):
        if line.strip() and _column(line) < column and not line.lstrip().startswith("#"):
            return
        yield line
        if _begins_item(line) and _depth(line) < column:
            return


def _below(lines: Sequence[str], at: int, column: int) -> Iterator[str]:
    for line in lines[at + 1 : at + 1 + _REACH]:
        if line.strip() and _depth(line) < column and not line.lstrip().startswith("#"):
            return
        yield line


def continued(lines: Sequence[str]) -> frozenset[int]:
    """The lines, from 0, that only go on with the value of a credential:
    of a block, of a text in quotes, of a private key.
    """
    text = "\n".join(lines)
    if not may_tell(text):
        return frozenset()
    found: set[int] = set()
    for at in _telling(text):
        if at + 1 == len(lines) or not _is_deeper(lines[at + 1], _depth(lines[at])):
            continue  # most have no lines below, which is told in a tenth of the time of the pattern
        match = re.match(_CONTINUED, lines[at])
        if (
            match is not None
            and _is_deeper(lines[at + 1], len(match["lead"]))
            and _is_credential(lines, at, match["name"])
        ):
            found.update(_going_on(lines, at, match))
    starts = _Starts(text)
    for match in re.finditer(_KEY_LINES, text + "\n"):
        first = starts.line(match.start("key"))
        found.update(range(first, first + match["key"].count("\n")))
    return frozenset(found)


def goes_on(lines: Sequence[str], at: int) -> bool:
    """Whether :func:`continued` finds a line, which is looked for among the keys that it stands below;
    private keys aside.
    """
    line, column = lines[at], _depth(lines[at])
    above = at if line.strip() else 0
    while above and column:
        above -= 1
        line = lines[above]
        if not line.strip() or (depth := _depth(line)) >= column:
            continue
        match = re.match(_CONTINUED, line) if _has_telling(line) else None
        if match and len(match["lead"]) < column and _holds(lines, above, match, at):
            return True
        column = depth
    return False


def _holds(lines: Sequence[str], above: int, match: re.Match[str], at: int) -> bool:
    return _is_credential(lines, above, match["name"]) and at in _going_on(lines, above, match)


def _has_telling(line: str) -> bool:
    lowered = line.lower()
    return any(word in lowered for word in _TELLING)


def _telling(text: str) -> set[int]:
    """The lines, from 0, with one of the telling words, looked for one by one,
    in a quarter of the time of a pattern.
    """
    found: set[int] = set()
    lowered = text.lower()  # places in it may be others, lines are the same
    for word in _TELLING:
        starts, at = _Starts(lowered), lowered.find(word)
        while at >= 0:
            found.add(starts.line(at))
            end = lowered.find("\n", at)
            at = lowered.find(word, end) if end >= 0 else -1
    return found


def _is_credential(lines: Sequence[str], at: int, name: str) -> bool:
    if name.lower() != "value":
        return looks_secret(name)
    return any(
        looks_secret(one) for line in (lines[at], *around(lines, at)) for one in re.findall(_ENV_NAME, line)
    )


def _going_on(lines: Sequence[str], at: int, match: re.Match[str]) -> Iterator[int]:
    """The lines below a key that belong to its text; none if an object is below it."""
    rest = re.sub(_PROPERTIES, "", match["rest"].strip())
    column = len(match["lead"])
    is_text = re.fullmatch(_BLOCK, rest) is not None or rest[:1] in ('"', "'")
    for below in range(at + 1, len(lines)):
        line = lines[below]
        if line.strip() and not _is_deeper(line, column):
            return
        if not is_text and (rest[:1] in ("{", "[", "&", "*", "!") or re.match(_FIELD, line.lstrip())):
            return
        if line.strip():
            yield below


def _is_deeper(line: str, column: int) -> bool:
    return not line.strip() or _depth(line) > column


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _column(line: str) -> int:
    """Where what a line says begins, behind the dashes of lists."""
    dashes = re.match(r"[ \t]*(?:- +)*", line)
    return dashes.end() if dashes else 0


def _begins_item(line: str) -> bool:
    return line.lstrip(" \t").startswith("- ")


class _Starts:
    """The line that a character of a text is in, asked for in ascending order."""

    def __init__(self, text: str) -> None:
        self._text, self._seen, self._line = text, 0, 0

    def line(self, at: int) -> int:
        """The line, from 0; places that go back are counted anew."""
        if at < self._seen:
            self._seen = self._line = 0
        self._line += self._text.count("\n", self._seen, at)
        self._seen = at
        return self._line


def concealed_listing(text: str) -> str:
    """Lines ``NAME=value`` and ``NAME: value`` of variables, with the values of credentials masked."""

    def hidden(match: re.Match[str]) -> str:
        value = match["value"]
        secret = is_given(match["name"], value) or is_secret(value)
        return match["key"] + MASK if secret else match[0]

    return re.sub(_VARIABLE, hidden, text, flags=re.MULTILINE)
