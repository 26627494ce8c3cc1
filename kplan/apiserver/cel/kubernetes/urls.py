"""URLs in CEL.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/library/urls.go
"""

from dataclasses import dataclass
from urllib.parse import parse_qs

from kplan.apiserver.cel.kubernetes.declared import function
from kplan.apiserver.cel.values import CelError
from kplan.apiserver.gourl import URL, URLError, read_url


@dataclass(frozen=True, slots=True)
class Url:
    """A parsed URL."""

    parts: URL
    cel_type = "kubernetes.URL"


def url_problem(text: str) -> str:
    """Why no request can be sent to a URL; empty if one can."""
    try:
        read_url(text, request=True)
    except URLError as error:
        return str(error)
    return ""


@function("url", "(string) -> url")
def _url(text: str) -> Url:
    try:
        read_url(text, request=True)
        return Url(read_url(text))
    except URLError as error:
        raise CelError(f"URL parse error during conversion from string: {error}") from None


@function("isURL", "(string) -> bool")
def _is_url(text: str) -> bool:
    return not url_problem(text)


@function("getScheme", "url.() -> string")
def _get_scheme(value: Url) -> str:
    return value.parts.scheme


@function("getHost", "url.() -> string")
def _get_host(value: Url) -> str:
    return value.parts.host


@function("getHostname", "url.() -> string")
def _get_hostname(value: Url) -> str:
    return value.parts.hostname


@function("getPort", "url.() -> string")
def _get_port(value: Url) -> str:
    return value.parts.port


@function("getEscapedPath", "url.() -> string")
def _get_path(value: Url) -> str:
    return value.parts.escaped_path


@function("getQuery", "url.() -> map(string, list(string))")
def _get_query(value: Url) -> dict[str, list[str]]:
    return parse_qs(value.parts.query, keep_blank_values=True)
