"""Lines of manifests with what looks like a credential left out."""

import re
from typing import Final

from kplan.masking.names import MASK, looks_secret, may_tell

_ENTRY: Final = r"""(?P<key>(?P<quote>["']?)(?P<name>[\w.-]+)(?P=quote)\s*:\s*)(?P<value>"(?:\\.|[^"\\])*"?|'(?:''|[^'])*'?|[\[{][^\]}]*|[^\s"'{\[&*!|>#,][^,}\]#]*)"""
_ENV_NAME: Final = r"""["']?name["']?\s*:\s*["']?([\w.-]+)"""
_VARIABLE: Final = r"^(?P<key>[ \t]*(?P<name>[\w.-]+)(?:=|:[ \t]+))(?!<set to the key)\S.*$"


def concealed_line(line: str, *, neighbours: tuple[str, ...] = ()) -> str:
    """A line of a manifest with the values of credentials masked, as wide as before; ``neighbours`` may name an env."""
    if ":" not in line or not any(may_tell(text) for text in (line, *neighbours)):
        return line
    names = [name for text in (line, *neighbours) for name in re.findall(_ENV_NAME, text)]
    literal = any(map(looks_secret, names))

    def masked(match: re.Match[str]) -> str:
        name, value = match["name"], match["value"]
        if looks_secret(name) or (literal and name.startswith("valu") and name != "valueFrom"):
            return match["key"] + MASK.ljust(len(value))
        if value[0] in "[{":
            return match["key"] + value[0] + re.sub(_ENTRY, masked, value[1:])
        return match[0]

    return re.sub(_ENTRY, masked, line)


def concealed_listing(text: str) -> str:
    """Lines ``NAME=value`` and ``NAME: value`` of variables, with the values of credentials masked."""

    def masked(match: re.Match[str]) -> str:
        return match["key"] + MASK if looks_secret(match["name"]) else match[0]

    return re.sub(_VARIABLE, masked, text, flags=re.MULTILINE)
