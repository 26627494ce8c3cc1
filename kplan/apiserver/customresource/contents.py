"""What schemas are by their content: most definitions of the world are copies of few, or differ in one version.

A key tells schemas apart by what they hold, in its order and with its types, so what was worked out for one holds for all.
"""

import marshal
from typing import Any


def content(value: Any) -> bytes | None:
    """The key of a value of plain JSON; None for one that remembers more than JSON does."""
    try:
        return marshal.dumps(value, 2)
    except ValueError:
        return None
