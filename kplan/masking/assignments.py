"""Credentials that a line of a manifest gives to a program: ``PGPASSWORD=...``, ``--token ...``,
``"password": "..."`` within a text.

Whether it is one is told by the name alone; ``--password-file`` names a file, and
``DB_PASSWORD=$(cat x)`` holds nothing.
"""

import re
from typing import Final

from kplan.masking.judging import is_given
from kplan.masking.names import HIDDEN, looks_secret
from kplan.masking.values import Values, is_harmless

_TEXT: Final = r"""\\"[^"\\]*\\"|"[^"]*"|'[^']*'"""
_ALONE: Final = "secret"
"""The name of a secret; as an option and a field of the API that of the Secret."""
_ASSIGNED: Final = r"(?<![\w.$-])-{0,2}(?P<name>[A-Za-z][\w.-]*)=(?!=)"
_SET: Final = (
    r"""(?P<key>(?<![\w.$-])["']?(?P<name>[A-Za-z][\w.-]*)["']?(?:[ \t]+=>?|=>)[ \t]*)"""
    r"""(?P<value>(?![=~])(?:\\"[^"\\]*\\"|"[^"]*"|'[^']*'|[^\s"'=](?:(?![ \t]+[#;]).)*))"""
)
"""A setting with blanks around its sign, which goes on to the end of its line."""
_ENTRY: Final = r"(?P<key>[;#]?[ \t]*(?:export +)?(?P<name>[A-Za-z][\w.-]*)=)(?P<value>[^\s\"'=].*)$"
"""A line that is one setting of a file of variables or properties."""
_COMMAND: Final = r"""\S+[ \t]+[^$|;&/"'<>-]+"""
"""A value of several words that has nothing of a command line in it."""
_DIRECTIVE: Final = (
    r"(?P<key>[ \t]*(?:set[ \t]+\$)?(?P<name>[\w.-]*(?i:pass|password|passwd|masterauth))[ \t]+)"
    r"""(?P<value>"[^"]+"|'[^']+'|(?=\S*[\d!-/:-@A-Z])[^\s=:({]+);?[ \t]*$"""
)
"""A line of a configuration that has a word and its value: ``requirepass s3cr3t``."""
_BROKEN: Final = (
    r"(?P<key>(?<=\\n)[ \t]*(?:export +)?(?P<name>[A-Za-z][\w.-]*)[ \t]*(?P<sign>[=:]| )[ \t]*)"
    r"""(?P<value>[^\s"'\\=:][^"\\]*)"""
)
"""A setting in a text in quotes, in which lines end in ``\\n``."""
_SAID: Final = (
    r"(?P<key>(?i:\bpassword|\bidentified +by(?: +password)?|\bauthorization) +)"
    r"""(?P<value>\\"[^"\\$]+\\"|"[^"$]+"|'[^'$]+')"""
)
"""A password in a statement of SQL, a header in the configuration of a proxy."""
_ELEMENT: Final = r"(?P<key><(?P<name>[\w.:-]+)(?:\s[^<>]*)?>)(?P<value>[^<>\s][^<>]*)(?=</)"
_ATTRIBUTE: Final = (
    r"""(?P<key>\b(?:name|key)=["'](?P<name>[\w.:-]+)["']\s+value=)(?P<value>"[^"]*"|'[^']*')"""
)
"""A credential in XML: an element, and a pair of attributes."""
_GIVEN: Final = r"(?<![\w.$-])--?(?P<name>[A-Za-z][\w.-]*) +(?![-\s])"
_LISTED: Final = rf"""(?<![\w.-])(?P<key>--?(?P<name>[A-Za-z][\w.-]*)["']?\s*,\s*)(?P<value>{_TEXT}|[^\s"',\[\]{{}}-][^,\]}}]*)"""
"""An option and its value, as two items of a list in brackets."""
_WITHIN: Final = rf"""(?P<key>\\*"(?:[\w.-]+/)?(?P<name>[A-Za-z][\w.-]*)\\*"\s*:\s*)(?P<value>{_TEXT})"""
"""An entry of JSON that is a text of YAML."""
_OPTION: Final = r"""[ \t]*- +["']?--?(?P<name>[A-Za-z][\w.-]*)["']?[ \t]*$"""
_ITEM: Final = r"(?P<key>[ \t]*- +)(?P<value>[^\s#-].*)$"


def without_assigned(line: str) -> str:
    """A line with the values marked that names and options of credentials are given in it."""
    if "=" in line:
        line = _hidden_after(_ASSIGNED, _settings(line))
    elif (found := re.match(_DIRECTIVE, line)) is not None:
        line = _hidden(found) + line[found.end("value") :]
    if "\\n" in line:
        line = re.sub(_BROKEN, _of_line, line)
    if "<" in line:
        line = re.sub(_ELEMENT, _hidden, line)
    if "-" in line and "," in line:
        line = re.sub(_LISTED, _of_option, line)
    if "-" in line and not line.lstrip().startswith("#"):
        line = _hidden_after(_GIVEN, line)
    if "'" in line or '"' in line:
        line = re.sub(_SAID, _said, line)
    return re.sub(_WITHIN, _hidden, line) if '":' in line else line


def after_option(line: str, before: str) -> str:
    """An item of a list marked, if the line ``before`` it is an option that takes a credential."""
    option, item = re.match(_OPTION, before), re.match(_ITEM, line)
    if option is None or item is None or not looks_secret(option["name"]):
        return line
    return _masked(item) if is_given(option["name"], item["value"]) else line


def _settings(line: str) -> str:
    """A line with the values of settings marked that go on to its end."""
    if " =" in line or "\t=" in line or "=>" in line:
        line = re.sub(_SET, _hidden, line)
    if "value=" in line:
        line = re.sub(_ATTRIBUTE, _hidden, line)
    found = re.match(_ENTRY, line)
    if found is None:
        return line
    whole = found["name"].islower() and not found["value"].startswith("$")
    return _hidden(found) if whole or re.fullmatch(_COMMAND, found["value"]) else line


def _hidden_after(names: str, line: str) -> str:
    """A line with what follows the names of credentials masked, up to where the text that it stands in lets it end."""
    pattern, parts, done, at = re.compile(names), [], 0, 0
    values: Values | None = None
    while (found := pattern.search(line, at)) is not None:
        at = found.end()
        name = found["name"]
        if not looks_secret(name) and (name.lower() != _ALONE or found[0].startswith("-")):
            continue
        values = values or Values(line)
        value = values.begun(found.start(), at)
        if value and is_given(name, value):
            parts += [line[done:at], marked_as(value)]
            done = at + len(value)
        at += len(value)
    return "".join([*parts, line[done:]]) if parts else line


def marked_as(value: str) -> str:
    """The replacement for a value, in the value's quotes."""
    quote = value[: 2 if value.startswith("\\") else 1] if value[0] in "\\\"'" else ""
    inner = len(value) - 2 * len(quote)
    return f"{quote}{HIDDEN * inner}{quote}" if inner > 0 and value.endswith(quote) else HIDDEN * len(value)


def _hidden(match: re.Match[str]) -> str:
    return _masked(match) if is_given(match["name"], match["value"]) else match[0]


def _of_line(match: re.Match[str]) -> str:
    if match["sign"] == " " and re.match(_DIRECTIVE, f"{match['name']} {match['value']}") is None:
        return match[0]
    return _hidden(match)


def _of_option(match: re.Match[str]) -> str:
    return _hidden(match) if looks_secret(match["name"]) else match[0]


def _said(match: re.Match[str]) -> str:
    return match[0] if is_harmless(match["value"]) else _masked(match)


def _masked(match: re.Match[str]) -> str:
    return match["key"] + marked_as(match["value"])
