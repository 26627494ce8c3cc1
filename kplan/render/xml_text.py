"""Texts as XML 1.0 can hold them."""

import re
from typing import Final

_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """The text with U+FFFD in place of what XML cannot hold."""
    return _FORBIDDEN.sub("\ufffd", text)
