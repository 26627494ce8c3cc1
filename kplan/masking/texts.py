"""What an API server, kubectl or an Event says, with the values left out that it repeats."""

import re
from collections.abc import Iterable
from typing import Final

from kplan.masking.names import MASK, looks_secret

_STRING: Final = r'(?:"(?:\\.|[^"\\])*"|\\+"[^"\\]*\\+")'
_GAP: Final = r"(?:[\s+\-,]|\\+[nt])*"
_PAIR: Final = (
    rf'(?P<key>(?P<quote>\\*"?)[Nn]ame(?P=quote):\s*\\*"(?P<name>[^"\\]*)\\*"{_GAP}(?P=quote)[Vv]alue(?P=quote):\s*)'
    rf'(?P<value>{_STRING})(?P<more>{_GAP}(?P=quote)[Vv]alue(?P=quote):\s*{_STRING})?'
)  # fmt: skip
"""An entry of an environment in Go or in JSON, on one line or on several; of a comparison both values."""
_BEGUN: Final = rf'ame\\*"?:\s*\\*"[^"\\]*\\*"{_GAP}\\*"?[Vv]alue'
"""What every such entry holds. It begins with fixed letters, and is found in a long text in a fiftieth of the time."""
_TYPED: Final = r'(\.env\[name="(?P<name>[^"]*)"\]\.\w+: expected \w+, got ).*'
TELLING: Final = 4
"""Characters from which on a value is looked for in other texts: shorter ones are everywhere."""


def concealed_text(text: str) -> str:
    """A text without the literals of environments that look like credentials."""
    if "alue" not in text or "ame" not in text:
        return text
    if re.search(_BEGUN, text):
        text = re.sub(_PAIR, _pair, text)
    return re.sub(_TYPED, _typed, text)


def without(text: str, values: Iterable[str]) -> str:
    """A text in which these values are masked."""
    for value in sorted({one for one in values if len(one) >= TELLING}, key=len, reverse=True):
        text = text.replace(value, MASK)
    return text


def _pair(match: re.Match[str]) -> str:
    from kplan.masking.shapes import masked  # noqa: PLC0415 - few texts repeat an environment

    values = (match["value"], match["more"] or "")
    if not (looks_secret(match["name"]) or any(masked(one) != one for one in values)):
        return match[0]
    more = re.sub(rf"({_STRING})\Z", lambda last: _quoted(last[1]), match["more"] or "", count=1)
    return match["key"] + _quoted(match["value"]) + more


def _quoted(text: str) -> str:
    quote = text[: text.index('"') + 1]
    return f"{quote}{MASK}{quote}"


def _typed(match: re.Match[str]) -> str:
    return match[1] + MASK if looks_secret(match["name"]) else match[0]
