"""Searching in texts by regular expressions, and escaping keys for JSON pointers in CEL.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/library/{regex,jsonpatch}.go
"""

from kplan.apiserver.cel.kubernetes.declared import function
from kplan.apiserver.cel.values import CelError
from kplan.apiserver.goregexp.compiled import Regexp, compile_regex
from kplan.apiserver.goregexp.errors import RegexError


def _compiled(pattern: str) -> Regexp:
    try:
        return compile_regex(pattern)
    except RegexError as error:
        raise CelError(f"Illegal regex: {error}") from None


@function("find", "string.(string) -> string")
def _find(text: str, pattern: str) -> str:
    return _compiled(pattern).find(text)


@function("findAll", "string.(string) -> list(string)", "string.(string, int) -> list(string)")
def _find_all(text: str, pattern: str, count: int = -1) -> list[str]:
    return _compiled(pattern).find_all(text, count)


@function("jsonpatch.escapeKey", "(string) -> string")
def _escape_key(text: str) -> str:
    return text.replace("~", "~0").replace("/", "~1")
