"""Whole numbers written as text: in annotations, ports and steps of paths."""

from typing import Final

_LONGEST: Final = 18
"""Digits: more than any field holds, and fewer than make a number slow to read."""


def whole(text: str) -> int | None:
    """The number that a text of ASCII digits stands for; None for every other text, and for numbers no field holds."""
    if len(text) > _LONGEST or not (text.isascii() and text.isdigit()):
        return None
    return int(text)
