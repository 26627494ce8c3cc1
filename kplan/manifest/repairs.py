r"""What go-yaml takes and libyaml does not, written so that both read the same: ``[a::]`` and ``{a:}``, and ``"\'"``.

Upstream: go.yaml.in/yaml/v2 scannerc.go
"""

import re
from typing import Final

from yaml import YAMLError

MOST_REPAIRS: Final = 100
"""Repairs of one document; every one reads it again."""
UNKNOWN_ESCAPE: Final = "found unknown escape character"
_FLOW_COLON: Final = "found unexpected ':'"
_FLOW_PLAIN = r"(?:[^\s,?\[\]{}:#]|:(?!\s|$)|(?<!\s)#|[ \t]+(?![\s#]|:(?:\s|$)|$))+"
_ESCAPED_QUOTE = r"\\(?:'|(?P<other>.))"


def repaired(text: str, error: YAMLError) -> str:
    """Fix what libyaml complains about; the same text if go-yaml refuses it as well."""
    problem = getattr(error, "problem", "")
    if problem == _FLOW_COLON:
        return _quote_flow_scalar(text, error)
    return _unescape_quotes(text, error) if problem == UNKNOWN_ESCAPE else text


def _quote_flow_scalar(text: str, error: YAMLError) -> str:
    mark = error.context_mark  # type: ignore[attr-defined]  # scanner errors have it
    lines = text.split("\n")
    line = lines[mark.line]
    found = re.compile(_FLOW_PLAIN).match(line, mark.column)
    if not found or '"' in found[0] or "\\" in found[0]:
        return text
    lines[mark.line] = f'{line[: mark.column]}"{found[0].rstrip()}"{line[found.end() :]}'
    return "\n".join(lines)


def _unescape_quotes(text: str, error: YAMLError) -> str:
    """Take the backslash from every escaped single quote between the place of the error and the scalar's end."""
    mark = error.problem_mark  # type: ignore[attr-defined]  # scanner errors have it
    if not text.startswith("\\'", mark.index):
        return text
    end = mark.index
    while end < len(text) and text[end] != '"':
        end += 2 if text[end] == "\\" else 1
    scalar = re.sub(_ESCAPED_QUOTE, lambda found: found[0] if found["other"] else "'", text[mark.index : end])
    return text[: mark.index] + scalar + text[end:]
