"""Which names look as if what they name were a credential."""

import re
from typing import Final

MASK: Final = "***"
HIDDEN: Final = "\ufdd0"
"""Marks one hidden character while a text is still processed;
Unicode guarantees that this code point is never a letter.
"""
STARRED: Final = "\ufdd1"
"""The same within a word, in which there may be no blanks."""
_WORDS: Final = (
    r"(?:pass(?:words?|wd|phrase|code)|(?<!by)(?<!com)(?<!tres)pass|pwd?|masterauth|tokens?|credentials?|creds"
    r"|authorization|basic[_.-]?auth|redis(?:cli)?[_.-]?auth|erlang[_.-]cookie|secret(?:[_.-]key[_.-]base)?"
    r"|(?:api|access|private|secret|signing|encryption|master|account|storage|license|hmac|fernet|auth)[_.-]?key)"
)
_NAME: Final = rf"(?:.*[_.-]|.*[a-z](?=[A-Z]))?{_WORDS}(?:[_.-]?\d+|[_.-]value)?"
_PATH: Final = r"[\w.~-]*/[\w./~-]*|[\w-]+\.\w{1,8}"
_OF_FILE: Final = "_file"
_FIELDS: Final = frozenset({"automountserviceaccounttoken", "serviceaccounttoken", "secret"})
"""Fields of the API that only sound like it."""
_OPEN_NOTHING: Final = (
    r"(?:(?:.*[_.-])?(?:initial[_.-]?cluster|cancellation|page|continue|continuation)[_.-]?token"
    r"|(?:proxy|fastcgi|uwsgi|scgi|grpc|memcached)_pass)"
)
"""Tokens that tell clusters, pages and requests apart, and what a proxy passes requests to."""


def looks_secret(name: str) -> bool:
    """Whether a name says that its value is a credential: DB_PASSWORD, api-token, accessKey."""
    return (
        name.lower() not in _FIELDS
        and may_tell(name)
        and re.fullmatch(_NAME, name, re.IGNORECASE | re.DOTALL) is not None
        and not opens_nothing(name)
    )


def names_file(value: str) -> bool:
    """Whether a value names a file, as that of DB_PASSWORD_FILE should: /run/secrets/db, token.txt."""
    return re.fullmatch(_PATH, value) is not None


def tells_file(name: str) -> bool:
    """Whether a name says that its value names the file of a credential, which may be the credential by mistake."""
    return name.lower().endswith(_OF_FILE) and looks_secret(name[: -len(_OF_FILE)])


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
        or "pw" in lowered
        or "token" in lowered
        or "cred" in lowered
        or "authorization" in lowered
        or ("auth" in lowered and ("basic" in lowered or "redis" in lowered))
        or "cookie" in lowered
        or "secret" in lowered
        or "key" in lowered
        or "identified by" in lowered
    )
