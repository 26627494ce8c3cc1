"""A value that is not one of a few: in another case, or misspelt."""

import re
from typing import Any, Final

from kplan.api.object import Json
from kplan.fieldpath import FieldPath
from kplan.fixes import Fix
from kplan.lint.meant import one_of

_TEXT: Final = r'.*Unsupported value: ("(?:[^"\\]|\\.)*"): supported values: (.+)'


def correction(message: str, path: FieldPath, value: Json) -> Fix | None:
    """Write the value that was meant."""
    found = re.fullmatch(_TEXT, message)
    if found is None:
        return None
    given: Any = value
    for step in path.steps:
        try:
            given = given[step]
        except (KeyError, IndexError, TypeError):
            return None
    if found[1] != f'"{given}"':  # one that has to be escaped was not meant to be any of them
        return None
    return one_of(path, given, tuple(re.findall(r'"([^"]*)"', found[2])))
