"""Placeholder characters that mark hidden values while a text is still processed, and what is shown for them.

A marked text is as long as the text itself, so that who needs the hidden values finds them at the same places.
"""

import re
from collections.abc import Callable
from typing import Final

from kplan.masking.names import HIDDEN, MASK, STARRED

_REACH: Final = 120
"""Signs of a line that tell its values apart."""
_RUN: Final = f"([{HIDDEN}{STARRED}]+)"
_SHOWN: Final = rf"""(?P<quote>\\?["']|)(?:(?P<word>{STARRED}+)|(?P<text>{HIDDEN}+))(?P<behind>(?P=quote)|)"""


def shown(text: str) -> str:
    """A marked text for everybody's eyes, as wide as before but for hidden values of one or two signs."""
    if HIDDEN not in text and STARRED not in text:
        return text
    return re.sub(_SHOWN, _shown, text)


def replaced(marked: str, text: str, hide: Callable[[str, str], str]) -> str:
    """A text with every hidden value replaced by ``hide``, which is given the line so far and the value."""
    if HIDDEN not in marked and STARRED not in marked:
        return text
    parts, at, line = list[str](), 0, ""
    for piece in re.split(_RUN, marked):
        own = text[at : at + len(piece)]
        at += len(piece)
        if piece[:1] in (HIDDEN, STARRED):
            parts.append(hide(line, own))
            line += MASK
        else:
            parts.append(own)
            line = (line + own).rpartition("\n")[2]
        line = line[-_REACH:]
    return "".join(parts)


def _shown(found: re.Match[str]) -> str:
    if found["word"]:
        return found["quote"] + MASK.ljust(len(found["word"]), "*") + found["behind"]
    return (found["quote"] + MASK + found["behind"]).ljust(len(found[0]))
