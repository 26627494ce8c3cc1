"""URLs as Go reads them, and what it says of texts that are none.

Upstream: Go's net/url (Parse, ParseRequestURI), which staging/src/k8s.io/apiserver/pkg/cel/library/urls.go and
staging/src/k8s.io/apiserver/pkg/util/webhook/validation.go read URLs with
"""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import unquote_to_bytes

from kplan.apiserver.field import go_quote
from kplan.apiserver.goaddress import address_problem
from kplan.namedtuples import NamedTuple

_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2}).{0,2}", re.DOTALL)
_IN_HOST: Final = re.compile(r"""[A-Za-z0-9\-_.~!$&'()*+,;=:\[\]<>"%]|[^\x00-\x7f]""")
_PATH: Final = re.compile(r"[A-Za-z0-9\-_.~!$&'()*+,;=:@/\[\]]|%..", re.DOTALL)
_ALWAYS_PLAIN: Final = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~$&+,/:;=@"
)


class URLError(Exception):
    """A text that is no URL; the text is Go's."""


class URL(NamedTuple):
    """The parts of a URL; path and query as they are written."""

    scheme: str
    user: str
    host: str
    path: str
    query: str
    fragment: str
    opaque: bool
    """Whether what comes after the scheme is no path."""

    @property
    def hostname(self) -> str:
        """The host without its port and brackets."""
        name = self.host[: -len(self.port) - 1] if self._has_port() else self.host
        return name[1:-1] if name.startswith("[") and name.endswith("]") else name

    @property
    def port(self) -> str:
        """The port; empty if none is written."""
        return self.host.rpartition(":")[2] if self._has_port() else ""

    @property
    def escaped_path(self) -> str:
        """The path with everything escaped that has to be."""
        if self.path == "*" or not _PATH.sub("", self.path):
            return self.path
        return "".join(
            chr(byte) if byte in _ALWAYS_PLAIN else f"%{byte:02X}" for byte in unquote_to_bytes(self.path)
        )

    def _has_port(self) -> bool:
        return re.search(r":\d*$", self.host, re.ASCII) is not None


@lru_cache(maxsize=256)
def read_url(text: str, *, request: bool = False) -> URL:
    """Parse a URL; with ``request`` as an HTTP request would, without a fragment. Raises URLError."""
    head, fragment = (text, "") if request else _cut(text, "#")
    try:
        url = _parse(head, request=request)
        _check_escapes(fragment)
    except URLError as error:
        raise URLError(f"parse {go_quote(text)}: {error}") from None
    return url._replace(fragment=fragment)


def _cut(text: str, mark: str) -> tuple[str, str]:
    head, _, rest = text.partition(mark)
    return head, rest


def _parse(text: str, *, request: bool) -> URL:
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise URLError("net/url: invalid control character in URL")
    if request and not text:
        raise URLError("empty url")
    if text == "*":
        return URL("", "", "", text, "", "", opaque=False)
    scheme, rest = _scheme(text)
    rest, query = _cut(rest, "?")
    if not rest.startswith("/"):
        if scheme:
            return URL(scheme, "", "", "", query, "", opaque=True)
        if request:
            raise URLError("invalid URI for request")
        if ":" in rest.partition("/")[0]:
            raise URLError("first path segment in URL cannot contain colon")
    user = host = ""
    if rest.startswith("//") and (scheme or not (request or rest.startswith("///"))):
        authority, slash, path = rest[2:].partition("/")
        rest = slash + path
        user, at, host = authority.rpartition("@")
        host = _host(scheme, host)
        _check_user(user if at else "")
    _check_escapes(rest)
    return URL(scheme, user, host, rest, query, "", opaque=False)


def _scheme(text: str) -> tuple[str, str]:
    if text.startswith(":"):
        raise URLError("missing protocol scheme")
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", text)
    return (found[1].lower(), text[found.end() :]) if found else ("", text)


def _host(scheme: str, host: str) -> str:
    bracket = host.rfind("[")
    if bracket > 0:
        raise URLError("invalid IP-literal")
    if bracket == 0:
        return _literal(host)
    if ":" in host:
        at = host.find(":") if scheme in {"http", "https"} else host.rfind(":")
        _check_port(host[at:])
    return _unescaped(host)


def _literal(host: str) -> str:
    """An address of IPv6 in brackets, and perhaps a port."""
    end = host.rfind("]")
    if end < 0:
        raise URLError("missing ']' in host")
    _check_port(host[end + 1 :])
    address = _unescaped(host[1:end])
    if problem := address_problem(address):
        raise URLError(f"invalid host: {problem}")
    if ":" not in address:
        raise URLError("invalid IP-literal")
    return f"[{address}]{host[end + 1 :]}"


def _check_port(text: str) -> None:
    if text and not re.fullmatch(r":\d*", text, re.ASCII):
        raise URLError(f"invalid port {go_quote(text)} after host")


def _unescaped(host: str) -> str:
    place = 0
    while place < len(host):
        if host[place] == "%":
            _check_escapes(host[place : place + 3])
            if int(host[place + 1], 16) < 8 and host[place : place + 3] != "%25":
                raise URLError(f"invalid URL escape {go_quote(host[place : place + 3])}")
            place += 3
            continue
        if not _IN_HOST.match(host[place]):
            raise URLError(f"invalid character {go_quote(host[place])} in host name")
        place += 1
    return unquote_to_bytes(host).decode("utf-8", "replace")


def _check_user(user: str) -> None:
    if re.search(r"[^A-Za-z0-9\-._:~!$&'()*+,;=%@]", user):
        raise URLError("net/url: invalid userinfo")
    for part in user.split(":", 1):
        _check_escapes(part)


def _check_escapes(text: str) -> None:
    bad = _BAD_ESCAPE.search(text)
    if bad:
        raise URLError(f"invalid URL escape {go_quote(bad[0])}")
