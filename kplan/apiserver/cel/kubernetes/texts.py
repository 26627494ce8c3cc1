"""Searching in texts by regular expressions, and escaping keys for JSON pointers in CEL.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/library/{regex,jsonpatch}.go
"""

from typing import TYPE_CHECKING

from kplan.apiserver.cel.kubernetes.declared import function
from kplan.apiserver.cel.values import CelError
from kplan.apiserver.regexes import RegexError, compile_regex

if TYPE_CHECKING:
    import re


def _compiled(pattern: str) -> "re.Pattern[str]":
    try:
        return compile_regex(pattern)
    except RegexError as error:
        raise CelError(f"Illegal regex: {error}") from None


@function("find", "string.(string) -> string")
def _find(text: str, pattern: str) -> str:
    match = _compiled(pattern).search(text)
    return match[0] if match else ""


@function("findAll", "string.(string) -> list(string)", "string.(string, int) -> list(string)")
def _find_all(text: str, pattern: str, count: int = -1) -> list[str]:
    found = [match[0] for match in _compiled(pattern).finditer(text)]
    return found if count < 0 else found[:count]


@function("jsonpatch.escapeKey", "(string) -> string")
def _escape_key(text: str) -> str:
    return text.replace("~", "~0").replace("/", "~1")
