"""Which names look as if what they name were a credential, and text with such values left out."""

import re
from typing import Final

MASK: Final = "***"
_WORDS: Final = r"(?:pass(?:word|wd|phrase|code)?|pwd|token|credentials?|secret|(?:api|access|private|secret|signing|encryption)[_.-]?key)"
_NAME: Final = re.compile(rf"(?:.*[_.-]|.*[a-z](?=[A-Z]))?{_WORDS}(?:[_.-]?\d+)?", re.IGNORECASE)
_FIELDS: Final = frozenset({"automountserviceaccounttoken", "serviceaccounttoken", "secret"})
"""Fields of the API that only sound like it."""
_ENTRY: Final = re.compile(
    r"""(?P<key>(?P<quote>["']?)(?P<name>[\w.-]+)(?P=quote)\s*:\s*)(?P<value>"(?:\\.|[^"\\])*"?|'(?:''|[^'])*'?|[^\s"'{\[&*!|>#,][^,}\]#]*)"""
)
_GO: Final = re.compile(
    r"""(?P<key>Name:\s*\\?"(?P<name>[^"\\]*)\\?",\s*Value:\s*)(?P<value>\\?"(?:\\.|[^"\\])*")"""
)
_ENV_NAME: Final = re.compile(r"""["']?name["']?\s*:\s*["']?([\w.-]+)""")


def looks_secret(name: str) -> bool:
    """Whether a name says that its value is a credential: DB_PASSWORD, api-token, accessKey."""
    return name.lower() not in _FIELDS and _NAME.fullmatch(name) is not None


def concealed_line(line: str, *, neighbours: tuple[str, ...] = ()) -> str:
    """A line of a manifest with the values of credentials masked, as wide as before; ``neighbours`` may name an env."""
    if ":" not in line:
        return line
    names = [name for text in (line, *neighbours) for name in _ENV_NAME.findall(text)]
    literal = any(map(looks_secret, names))

    def masked(match: re.Match[str]) -> str:
        name = match["name"]
        if not (looks_secret(name) or (literal and name == "value")):
            return match[0]
        return match["key"] + MASK.ljust(len(match["value"]))

    return _ENTRY.sub(masked, line)


def concealed_dump(text: str) -> str:
    """A text with the literals of env entries that look like credentials masked in Go values."""
    if "Value:" not in text:
        return text
    return _GO.sub(
        lambda match: match["key"] + f'"{MASK}"' if looks_secret(match["name"]) else match[0], text
    )
