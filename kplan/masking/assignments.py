"""Credentials that a line of a manifest gives to a program: ``PGPASSWORD=...``, ``--token=...``, ``"password": "..."`` within a text.

Whether it is one is told by the name alone; ``--password-file`` names a file, and ``DB_PASSWORD=$(cat x)`` holds nothing.
"""

import re
from typing import Final

from kplan.masking.names import MASK, looks_secret

_TEXT: Final = r"""\\"[^"\\]*\\"|"[^"]*"|'[^']*'"""
_ASSIGNED: Final = rf"""(?<![\w.$-])(?P<key>-{{0,2}}(?P<name>[A-Za-z][\w.-]*)=)(?P<value>{_TEXT}|[^\s"',;&|()\[\]{{}}<>=\\][^\s"',;&|)\]}}\\]*)"""
_LISTED: Final = rf"""(?<![\w.-])(?P<key>--?(?P<name>[A-Za-z][\w.-]*)["']?\s*,\s*)(?P<value>{_TEXT}|[^\s"',\[\]{{}}-][^,\]}}]*)"""
"""An option and its value, as two items of a list in brackets."""
_WITHIN: Final = rf"""(?P<key>\\?"(?P<name>[A-Za-z][\w.-]*)\\?"\s*:\s*)(?P<value>{_TEXT})"""
"""An entry of JSON that is a text of YAML."""
_OPTION: Final = r"""[ \t]*- +["']?--?(?P<name>[A-Za-z][\w.-]*)["']?[ \t]*$"""
_ITEM: Final = r"(?P<key>[ \t]*- +)(?P<value>[^\s#-].*)$"
_STANDS_FOR: Final = r"\$[a-z_]\w*|\$\{[^}]*\}?|\$\(.*\)|\$\([^)]*|\{\{.*?\}\}|<[^<>]*>|\*+"
_HARMLESS: Final = rf"(?i:true|false|yes|no|on|off|none|null|\d*|(?:~|\.{{1,2}})?/[\w./@:~-]*|{_STANDS_FOR})"
"""Switches, numbers, paths, and what is another text's place as a whole: a credential may have any of these characters in it."""


def without_assigned(line: str) -> str:
    """A line with the values masked that names and options of credentials are given in it, as wide as before."""
    if "=" in line:
        line = re.sub(_ASSIGNED, _hidden, line)
    if "-" in line and "," in line:
        line = re.sub(_LISTED, _hidden, line)
    return re.sub(_WITHIN, _hidden, line) if '":' in line else line


def after_option(line: str, before: str) -> str:
    """An item of a list masked, where the line ``before`` it is an option that takes a credential."""
    option, item = re.match(_OPTION, before), re.match(_ITEM, line)
    return line if option is None or item is None or not looks_secret(option["name"]) else _masked(item)


def _hidden(match: re.Match[str]) -> str:
    return _masked(match) if looks_secret(match["name"]) else match[0]


def _masked(match: re.Match[str]) -> str:
    value = match["value"]
    quote = value[: 2 if value.startswith("\\") else 1] if value[0] in "\\\"'" else ""
    inner = value[len(quote) : len(value) - len(quote)]
    if re.fullmatch(_HARMLESS, inner.strip()):
        return match[0]
    return match["key"] + f"{quote}{MASK}{quote}".ljust(len(value))
