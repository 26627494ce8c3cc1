"""Lines that a finding shows, with the value that it points at left out."""

import re

from kplan.masking.names import MASK

_VALUE = r"""["']?value["']?\s*:\s*(?!["']?\*\*\*)\S"""
"""A variable of an environment, whose name may tell as little as that of the one that is pointed at."""


def concealed(excerpt: str) -> str:
    """A line with carets below it, and without the value that they mark, as wide as before;
    the line above goes if it has another.
    """
    *above, line, carets = excerpt.split("\n") if excerpt.count("\n") else ("", "", "")
    start, width = carets.find("^"), carets.count("^")
    shown = line[start : start + width]
    if not width:
        return excerpt
    if MASK not in shown:
        quote = shown[0] if width > 1 and shown[0] == shown[-1] and shown[0] in "\"'" else ""
        line = f"{line[:start]}{f'{quote}{MASK}{quote}'.ljust(width)}{line[start + width :]}"
    return "\n".join([*(row for row in above if not re.search(_VALUE, row)), line, carets])
