"""Which names look as if what they name were a credential."""

import re
from typing import Final

MASK: Final = "***"
_WORDS: Final = r"(?:pass(?:words?|wd|phrase|code)?|pwd|tokens?|credentials?|authorization|secret(?:[_.-]key[_.-]base)?|(?:api|access|private|secret|signing|encryption)[_.-]?key)"
_NAME: Final = rf"(?:.*[_.-]|.*[a-z](?=[A-Z]))?{_WORDS}(?:[_.-]?\d+|[_.-]value)?"
_FIELDS: Final = frozenset({"automountserviceaccounttoken", "serviceaccounttoken", "secret"})
"""Fields of the API that only sound like it."""


def looks_secret(name: str) -> bool:
    """Whether a name says that its value is a credential: DB_PASSWORD, api-token, accessKey."""
    return (
        name.lower() not in _FIELDS
        and may_tell(name)
        and re.fullmatch(_NAME, name, re.IGNORECASE | re.DOTALL) is not None
    )


def may_tell(text: str) -> bool:
    """Whether a text can hold such a name at all: most lines cannot, and are looked at no further."""
    return tells(text.lower())


def tells(lowered: str) -> bool:
    """The same of a text in small letters."""
    return (
        "pass" in lowered
        or "pwd" in lowered
        or "token" in lowered
        or "credential" in lowered
        or "authorization" in lowered
        or "secret" in lowered
        or "key" in lowered
    )
