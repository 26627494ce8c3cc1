"""Lines of manifests with what looks like a credential left out."""

import re
from typing import Final

from kplan.masking.names import MASK, looks_secret, may_tell
from kplan.masking.shapes import is_secret, masked

_ENTRY: Final = r"""(?P<key>(?P<quote>["']?)(?P<name>[\w.-]+)(?P=quote)\s*:\s*)(?P<value>"(?:\\.|[^"\\])*"?|'(?:''|[^'])*'?|[\[{][^\]}]*|[^\s"'{\[&*!|>#,][^,}\]#]*)"""
_ENV_NAME: Final = r"""["']?name["']?\s*:\s*["']?([\w.-]+)"""
_VARIABLE: Final = r"^(?P<key>[ \t]*(?P<name>[\w.-]+)(?:=|:[ \t]+))(?P<value>(?!<set to the key)\S.*)$"


def concealed_line(line: str, *, neighbours: tuple[str, ...] = ()) -> str:
    """A line of a manifest with the values of credentials masked, as wide as before; ``neighbours`` may name an env."""
    line = masked(line)
    if ":" not in line or not any(may_tell(text) for text in (line, *neighbours)):
        return line
    names = [name for text in (line, *neighbours) for name in re.findall(_ENV_NAME, text)]
    literal = any(map(looks_secret, names))

    def hidden(match: re.Match[str]) -> str:
        name, value = match["name"], match["value"]
        if looks_secret(name) or (literal and name.startswith("valu") and name != "valueFrom"):
            return match["key"] + MASK.ljust(len(value))
        if value[0] in "[{":
            return match["key"] + value[0] + re.sub(_ENTRY, hidden, value[1:])
        return match[0]

    return re.sub(_ENTRY, hidden, line)


def concealed_listing(text: str) -> str:
    """Lines ``NAME=value`` and ``NAME: value`` of variables, with the values of credentials masked."""

    def hidden(match: re.Match[str]) -> str:
        value = match["value"]
        secret = looks_secret(match["name"]) or is_secret(value)
        return match["key"] + MASK if secret else match[0]

    return re.sub(_VARIABLE, hidden, text, flags=re.MULTILINE)
