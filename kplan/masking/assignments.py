"""Credentials that a line of a manifest gives to a program: ``PGPASSWORD=...``, ``--token ...``, ``"password": "..."`` within a text.

Whether it is one is told by the name alone; ``--password-file`` names a file, and ``DB_PASSWORD=$(cat x)`` holds nothing.
"""

import re
from typing import Final

from kplan.masking.names import MASK, looks_secret
from kplan.masking.values import Values, is_harmless

_TEXT: Final = r"""\\"[^"\\]*\\"|"[^"]*"|'[^']*'"""
_ASSIGNED: Final = r"(?<![\w.$-])-{0,2}(?P<name>[A-Za-z][\w.-]*)=(?!=)"
_GIVEN: Final = r"(?<![\w.$-])--?(?P<name>[A-Za-z][\w.-]*) +(?![-\s])"
_LISTED: Final = rf"""(?<![\w.-])(?P<key>--?(?P<name>[A-Za-z][\w.-]*)["']?\s*,\s*)(?P<value>{_TEXT}|[^\s"',\[\]{{}}-][^,\]}}]*)"""
"""An option and its value, as two items of a list in brackets."""
_WITHIN: Final = rf"""(?P<key>\\?"(?P<name>[A-Za-z][\w.-]*)\\?"\s*:\s*)(?P<value>{_TEXT})"""
"""An entry of JSON that is a text of YAML."""
_OPTION: Final = r"""[ \t]*- +["']?--?(?P<name>[A-Za-z][\w.-]*)["']?[ \t]*$"""
_ITEM: Final = r"(?P<key>[ \t]*- +)(?P<value>[^\s#-].*)$"


def without_assigned(line: str) -> str:
    """A line with the values masked that names and options of credentials are given in it, as wide as before."""
    if "=" in line:
        line = _hidden_after(_ASSIGNED, line)
    if "-" in line and "," in line:
        line = re.sub(_LISTED, _hidden, line)
    if "-" in line and not line.lstrip().startswith("#"):
        line = _hidden_after(_GIVEN, line)
    return re.sub(_WITHIN, _hidden, line) if '":' in line else line


def after_option(line: str, before: str) -> str:
    """An item of a list masked, where the line ``before`` it is an option that takes a credential."""
    option, item = re.match(_OPTION, before), re.match(_ITEM, line)
    return line if option is None or item is None or not looks_secret(option["name"]) else _masked(item)


def _hidden_after(names: str, line: str) -> str:
    """A line with what follows the names of credentials masked, up to where the text that it stands in lets it end."""
    pattern, parts, done, at = re.compile(names), [], 0, 0
    values: Values | None = None
    while (found := pattern.search(line, at)) is not None:
        at = found.end()
        if not looks_secret(found["name"]):
            continue
        values = values or Values(line)
        value = values.begun(found.start(), at)
        if value and not is_harmless(value):
            parts += [line[done:at], shown_as(value)]
            done = at + len(value)
        at += len(value)
    return "".join([*parts, line[done:]]) if parts else line


def shown_as(value: str) -> str:
    """What stands for a value, in its quotes and as wide as it."""
    quote = value[: 2 if value.startswith("\\") else 1] if value[0] in "\\\"'" else ""
    return f"{quote}{MASK}{quote}".ljust(len(value))


def _hidden(match: re.Match[str]) -> str:
    return _masked(match) if looks_secret(match["name"]) else match[0]


def _masked(match: re.Match[str]) -> str:
    value = match["value"]
    return match[0] if is_harmless(value) else match["key"] + shown_as(value)
