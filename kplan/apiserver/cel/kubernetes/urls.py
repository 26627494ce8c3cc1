"""URLs in CEL.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/library/urls.go
"""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlsplit

from kplan.apiserver.cel.kubernetes.declared import function
from kplan.apiserver.cel.values import CelError


@dataclass(frozen=True, slots=True)
class Url:
    """A parsed URL."""

    text: str
    parts: SplitResult
    cel_type = "kubernetes.URL"


def read_url(text: str) -> Url | None:
    """A URL with a scheme or an absolute path; None where the text is none."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    absolute = bool(parts.scheme) or text.startswith("/")
    return Url(text, parts) if absolute and not re.search(r"[\x00-\x20\x7f]", text) else None


@function("url", "(string) -> url")
def _url(text: str) -> Url:
    found = read_url(text)
    if found is None:
        raise CelError(
            f'URL parse error during conversion from string: parse "{text}": invalid URI for request'
        )
    return found


@function("isURL", "(string) -> bool")
def _is_url(text: str) -> bool:
    return read_url(text) is not None


@function("getScheme", "url.() -> string")
def _get_scheme(value: Url) -> str:
    return value.parts.scheme


@function("getHost", "url.() -> string")
def _get_host(value: Url) -> str:
    return value.parts.netloc.rpartition("@")[2]


@function("getHostname", "url.() -> string")
def _get_hostname(value: Url) -> str:
    return re.sub(r":\d*$", "", _get_host(value)).strip("[]")


@function("getPort", "url.() -> string")
def _get_port(value: Url) -> str:
    match = re.search(r":(\d*)$", _get_host(value))
    return match[1] if match else ""


@function("getEscapedPath", "url.() -> string")
def _get_path(value: Url) -> str:
    return value.parts.path


@function("getQuery", "url.() -> map(string, list(string))")
def _get_query(value: Url) -> dict[str, list[str]]:
    return parse_qs(value.parts.query, keep_blank_values=True)
