"""Which names look as if what they name were a credential."""

import re
from typing import Final

MASK: Final = "***"
HIDDEN: Final = "\ufdd0"
"""Marks one hidden sign while a text is still looked at; Unicode has no letter there, and promises that there never will be one."""
STARRED: Final = "\ufdd1"
"""The same within a word, in which there may be no blanks."""
_WORDS: Final = (
    r"(?:pass(?:words?|wd|phrase|code)|(?<!by)(?<!com)(?<!tres)pass|pwd|masterauth|tokens?|credentials?|authorization"
    r"|secret(?:[_.-]key[_.-]base)?|(?:api|access|private|secret|signing|encryption)[_.-]?key)"
)
_NAME: Final = rf"(?:.*[_.-]|.*[a-z](?=[A-Z]))?{_WORDS}(?:[_.-]?\d+|[_.-]value)?"
_FIELDS: Final = frozenset({"automountserviceaccounttoken", "serviceaccounttoken", "secret"})
"""Fields of the API that only sound like it."""
_OPEN_NOTHING: Final = r"(?:(?:.*[_.-])?(?:initial[_.-]?cluster|cancellation|page|continue|continuation)[_.-]?token|(?:proxy|fastcgi|uwsgi|scgi|grpc|memcached)_pass)"
"""Tokens that tell clusters, pages and requests apart, and what a proxy passes requests to."""


def looks_secret(name: str) -> bool:
    """Whether a name says that its value is a credential: DB_PASSWORD, api-token, accessKey."""
    return (
        name.lower() not in _FIELDS
        and may_tell(name)
        and re.fullmatch(_NAME, name, re.IGNORECASE | re.DOTALL) is not None
        and not opens_nothing(name)
    )


def opens_nothing(name: str) -> bool:
    """Whether what a name names is no credential, though its last word says so."""
    return re.fullmatch(_OPEN_NOTHING, name, re.IGNORECASE) is not None


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
        or "masterauth" in lowered
        or "identified by" in lowered
    )
