"""Which names look as if what they name were a credential, and text with such values left out."""

import re
from typing import Final

MASK: Final = "***"
_WORDS: Final = r"(?:pass(?:word|wd|phrase|code)?|pwd|token|credentials?|secret|(?:api|access|private|secret|signing|encryption)[_.-]?key)"
_NAME: Final = rf"(?:.*[_.-]|.*[a-z](?=[A-Z]))?{_WORDS}(?:[_.-]?\d+)?"
_TELLING: Final = ("pass", "pwd", "token", "credential", "secret", "key")
"""A name that means a credential has one of these in it: most lines have none, and are looked at no further."""
_FIELDS: Final = frozenset({"automountserviceaccounttoken", "serviceaccounttoken", "secret"})
"""Fields of the API that only sound like it."""
_ENTRY: Final = r"""(?P<key>(?P<quote>["']?)(?P<name>[\w.-]+)(?P=quote)\s*:\s*)(?P<value>"(?:\\.|[^"\\])*"?|'(?:''|[^'])*'?|[^\s"'{\[&*!|>#,][^,}\]#]*)"""
_GO: Final = r"""(?P<key>Name:\s*\\?"(?P<name>[^"\\]*)\\?",\s*Value:\s*)(?P<value>\\?"(?:\\.|[^"\\])*")"""
_ENV_NAME: Final = r"""["']?name["']?\s*:\s*["']?([\w.-]+)"""


def looks_secret(name: str) -> bool:
    """Whether a name says that its value is a credential: DB_PASSWORD, api-token, accessKey."""
    return name.lower() not in _FIELDS and re.fullmatch(_NAME, name, re.IGNORECASE) is not None


def _may_tell(text: str) -> bool:
    lowered = text.lower()
    return any(word in lowered for word in _TELLING)


def concealed_line(line: str, *, neighbours: tuple[str, ...] = ()) -> str:
    """A line of a manifest with the values of credentials masked, as wide as before; ``neighbours`` may name an env."""
    if ":" not in line or not any(_may_tell(text) for text in (line, *neighbours)):
        return line
    names = [name for text in (line, *neighbours) for name in re.findall(_ENV_NAME, text)]
    literal = any(map(looks_secret, names))

    def masked(match: re.Match[str]) -> str:
        name = match["name"]
        if not (looks_secret(name) or (literal and name == "value")):
            return match[0]
        return match["key"] + MASK.ljust(len(match["value"]))

    return re.sub(_ENTRY, masked, line)


def concealed_dump(text: str) -> str:
    """A text with the literals of env entries that look like credentials masked in Go values."""
    if "Value:" not in text:
        return text
    return re.sub(
        _GO, lambda match: match["key"] + f'"{MASK}"' if looks_secret(match["name"]) else match[0], text
    )
