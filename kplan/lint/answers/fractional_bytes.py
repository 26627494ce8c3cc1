"""An amount of bytes in thousandths: ``512m`` of memory, where ``512M`` was probably meant."""

import re
from typing import Final

from kplan.api.object import Json
from kplan.fieldpath import FieldPath
from kplan.fixes import Fix, put, unsafe

_TEXT: Final = r'.*: fractional byte value "([1-9][0-9]*)m" is invalid, must be an integer'


def correction(message: str, path: FieldPath, value: Json) -> Fix | None:
    """Write millions for thousandths."""
    del value
    found = re.fullmatch(_TEXT, message)
    return unsafe(f"write it as {found[1]}M", put(path, f"{found[1]}M")) if found and path.steps else None
