"""Passwords in the files that programs log in with, or let others log in by: pgpass, htpasswd, netrc,
docker's auths, HAProxy, Redis.

Each is told by its shape alone, whatever the file is called, so that lint and every output judge alike. A
shape fits the text of a file, one line of it, and the JSON of an object that holds it, in which a line ends
with a backslash and an n.
"""

import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from typing import Final

from kplan.masking.names import STARRED
from kplan.masking.values import is_harmless

_CRYPT: Final = r"[./A-Za-z0-9]"
_HASH: Final = (
    rf"\$(?:2[abxy]\$\d\d\${_CRYPT}{{53}}"  # bcrypt
    rf"|(?:apr1|1)\${_CRYPT}{{1,8}}\${_CRYPT}{{22}}"  # MD5, Apache's and crypt's
    rf"|5\$(?:rounds=\d+\$)?{_CRYPT}{{1,16}}\${_CRYPT}{{43}}"  # SHA-256
    rf"|6\$(?:rounds=\d+\$)?{_CRYPT}{{1,16}}\${_CRYPT}{{86}}"  # SHA-512
    rf"|y\${_CRYPT}+\${_CRYPT}+\${_CRYPT}{{43}}"  # yescrypt
    r"|7\$\d+\$[\w+/=]+\$[\w+/]{80,}={0,2}"  # Mosquitto's PBKDF2
    r"|argon2(?:id|i|d)\$v=\d+\$m=\d+,t=\d+,p=\d+\$[\w+/]+\$[\w+/]+)(?![\w./])"
)
"""What crypt(3), Apache, Mosquitto and Argon2 make of a password: it can be guessed from that."""
_DIGEST: Final = r"\{S?SHA(?:256|512)?\}[A-Za-z0-9+/]{27,}={0,2}"
_BEGINS: Final = r"(?:^|[\s\"']|\\n)"
_GAP: Final = r"(?:\s|\\+[nt])+"
_WORD: Final = r"(?P<password>(?![$<{%*>])(?:(?!\\+[nt\"'])[^\s\"'])+)"
"""A password up to the blank or the quote behind it, which is no variable."""
_HOST: Final = r"(?:[\w.*-]+:\d{4,5}|(?:\*|localhost|[\w-]+(?:\.[\w-]+)+):\*)"
_PGPASS: Final = rf"(?P<before>{_BEGINS}{_HOST}:[\w.*-]+:[\w.*@-]+:)(?P<password>(?![$<{{%*])(?:\\:|[^\s:\"'\\])+)(?=[ \t]*(?:[\n\"'\\>]|$))"
"""A line of ~/.pgpass: host, port, database, user and password."""
_NETRC: Final = rf"(?P<before>(?:machine{_GAP}\S+?|default){_GAP}login{_GAP}\S+?{_GAP}password{_GAP}){_WORD}"
_HAPROXY: Final = rf"(?P<before>stats(?<!\wstats)[ \t]+auth[ \t]+[^\s:\"']+:){_WORD}"
_USERLIST: Final = rf"(?P<before>user(?<!\wuser)[ \t]+[\w.@-]+[ \t]+insecure-password[ \t]+){_WORD}"
_ACL: Final = rf"(?P<before>(?:user(?<!\wuser)|SETUSER)[ \t]+[\w.@-]+[ \t]+(?:on|off)[ \t]+(?:[^\s>]\S*[ \t]+){{0,20}}>){_WORD}"
"""A user of Redis: ``user app on >s3cr3t ~* +@all``."""
_DOCKER: Final = "auth"
"""The key under which docker and npm keep a login: name and password in base64.

It is in many texts, so no pattern is compiled for it.
"""
_BASE64: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
_QUOTES: Final = "\\\"' \t"
_NPM: Final = rf"(?P<before>_(?:authToken|password)(?<![\w.-]_authToken)(?<![\w.-]_password)\s*=\s*){_WORD}"
_POOLER: Final = r"(?P<before>\"[^\"\s\\]+\\*\"[ \t]+\\*\")(?P<password>md5[0-9a-f]{32})(?=\\*\")"
"""A user of PgBouncer."""
_DIRECTIVE: Final = rf"(?P<before>{_BEGINS}(?:requirepass|masterauth|bindpw|rootpw|sentinel[ \t]+auth-pass[ \t]+\S+)[ \t]+[\"']?){_WORD}"
_OF_A_HASH: Final = "the hash of a password"
_FORMS: Final[Sequence[tuple[Sequence[Sequence[str]], str, str]]] = (
    ((("$2a$",), ("$2b$",), ("$2x$",), ("$2y$",), ("$apr1$",), ("$1$",), ("$5$",), ("$6$",), ("$7$",), ("$y$",), ("$argon2",)), _HASH, _OF_A_HASH),
    ((("{SHA",), ("{SSHA",)), _DIGEST, _OF_A_HASH),
    (((":5432:",), (":*:",), ("pgpass", ":")), _PGPASS, "a password, as in a file .pgpass"),
    ((("login", "password"),), _NETRC, "a password, as in a file .netrc"),
    ((("stats", "auth"),), _HAPROXY, "a password for the statistics of HAProxy"),
    ((("insecure-password",),), _USERLIST, "a password for HAProxy"),
    (((" on >",), ("SETUSER ", " >")), _ACL, "a password for Redis"),
    ((('auth"',), ("auth'",), ("auth\\",), ("auth:",), ("auth=",), ("auth =",)), _DOCKER, "a login in base64"),
    ((("_authToken",), ("_password",)), _NPM, "a login for npm"),
    ((('"md5',),), _POOLER, _OF_A_HASH),
    ((("requirepass",), ("masterauth",), ("bindpw",), ("rootpw",), ("auth-pass",)), _DIRECTIVE, "a password in a setting"),
)  # fmt: skip
"""Letters that such a text has (all of one group), how it is written, and what it holds."""
_LONGEST: Final = 4096
_LINES: Final = 3
"""Lines over which a login of ~/.netrc may go."""


def login_in(text: str) -> str:
    """What login a text holds; empty if it holds none."""
    return next((what for pattern, what in _asked(text) if any(_found(pattern, text))), "")


def marked_logins(text: str) -> str:
    """A text with the passwords of such logins marked."""
    for pattern, _ in _asked(text):
        parts, done = list[str](), 0
        for begun, end in _found(pattern, text):
            parts += [text[done:begun], STARRED * (end - begun)]
            done = end
        text = "".join([*parts, text[done:]]) if parts else text
    return text


def marked_below(lines: Sequence[str], at: int) -> str:
    """The line ``at`` marked where lines above it begin a login that it ends."""
    above = "\n".join(lines[max(0, at + 1 - _LINES) : at])
    return marked_logins(f"{above}\n{lines[at]}")[len(above) + 1 :]


def _asked(text: str) -> Iterator[tuple[str, str]]:
    for groups, pattern, what in _FORMS:
        if any(all(word in text for word in words) for words in groups):
            yield pattern, what


def _found(pattern: str, text: str) -> Iterator[tuple[int, int]]:
    """Where passwords begin and end."""
    if pattern is _DOCKER:
        yield from _found_in_base64(text)
        return
    for found in re.finditer(pattern, text, re.MULTILINE):
        name = "password" if found.re.groups else 0
        if not is_harmless(found[name]):
            yield found.span(name)


def _found_in_base64(text: str) -> Iterator[tuple[int, int]]:
    at = text.find(_DOCKER)
    while at >= 0:
        begun = _value_of(text, at)
        end = begun
        while end < len(text) and text[end] in _BASE64:
            end += 1
        if end > begun and _is_login(text[begun:end]):
            yield begun, end
        at = text.find(_DOCKER, max(end, at + 1))


def _value_of(text: str, at: int) -> int:
    """Where the value begins that the key at a place is given; the place itself if it is no key."""
    if at and (text[at - 1].isalnum() or text[at - 1] in ".-"):
        return at
    sign = _past(text, at + len(_DOCKER))
    return _past(text, sign + 1) if text[sign : sign + 1] in (":", "=") else at


def _past(text: str, at: int) -> int:
    """The next place without a quote, a backslash or a blank."""
    while at < len(text) and text[at] in _QUOTES:
        at += 1
    return at


def _is_login(text: str) -> bool:
    """Whether a text in base64 says a name and a password."""
    if not 8 <= len(text) <= _LONGEST:
        return False
    try:
        said = b64decode(text, validate=True).decode("ascii")
    except ValueError:
        return False
    name, _, password = said.partition(":")
    return bool(name and password) and said.isprintable() and " " not in said
