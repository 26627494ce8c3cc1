"""Which values are credentials, by the names that they go under: one judgement for objects and for lines.

All that lint calls a secret in plain text is one, and so is what any other name of a credential is given, unless it
stands for something else.
"""

import re
from typing import Final

from kplan.masking.literals import is_file, is_literal, is_placeholder, is_read, names_a_secret
from kplan.masking.names import looks_secret, may_tell
from kplan.masking.values import is_harmless, unquoted

_COUNTED: Final = r"(?i:.*tokens|(?:.*[_.-])?(?:max|min|num)(?:imum|ber)?(?:[_.-]|(?-i:(?=[A-Z]))).*)"
"""Names of numbers, of whatever is counted."""
_FEW: Final = 3
"""Digits that no password has so few of."""
_PLAIN_URL: Final = r"[a-z][a-z0-9+.-]*://[\w.-]+(?::\d+)?(?:/[\w./~-]*)?"
_SWITCH: Final = r"[a-z][a-z-]*"
"""What ``authorization`` is given if it is a setting."""
_NAMED: Final = r"(?!(?i:[0-9a-f]{8}-[0-9a-f]{4}-))(?:[a-z0-9][a-z0-9.-]*/)?[a-z0-9]+(?:[-.][a-z0-9]+)+"
"""The name of an object, of more than one word."""
_NAMES_ONE: Final = r"(?i:.*(?:secrets?|credentials?))"
_VALUE_OF_ONE: Final = (
    r"(?i:.*(?:client|shared|app|consumer|api|jwt|hmac|signing|session|cookie|encryption)[_.-]?secret)"
)
"""Fields that hold a secret, and do not name one."""
_KEY_OF_ONE: Final = r".*(?:[sS]ecret|[pP]rivate|[aA]ccess|[aA]pi)Key"
_KEY: Final = r"[\w.-]+\.(?:key|pem|crt)"
_OTHERS: Final = r"(?i:checksum/|.*/(?:checksum|hash|sha256)|vault\.hashicorp\.com/|.*(?:checksum|hash|sha256|digest)[_.-]?\w*)"
"""Annotations with the digest of a Secret, or with the place of one."""


def is_given(name: str, value: str) -> bool:
    """Whether a value is a credential under a name, that of a variable, an option, an entry or a key in a text."""
    if not may_tell(name) or not (inner := unquoted(value)):
        return False
    return _is_literal(name, inner) or (looks_secret(name) and not _stands_for_something(name, inner))


def is_held(field: str, value: str) -> bool:
    """The same of a field of an object, which may as well name a Secret or a key of one."""
    if not may_tell(field):
        return False
    if (
        re.fullmatch(_NAMES_ONE, field)
        and not re.fullmatch(_VALUE_OF_ONE, field)
        and re.fullmatch(_NAMED, value)
    ):
        return False
    if re.fullmatch(_KEY_OF_ONE, field) and (looks_secret(value) or re.fullmatch(_KEY, value)):
        return False
    return is_given(field, value)


def is_noted(annotation: str, value: str) -> bool:
    """The same of an annotation, by what its name is without its prefix."""
    return (
        may_tell(annotation)
        and not re.match(_OTHERS, annotation)
        and is_held(annotation.rpartition("/")[2], value)
    )


def _is_literal(name: str, value: str) -> bool:
    spelled = name.replace("-", "_").replace(".", "_")
    return is_literal(name, value) or (spelled != name and is_literal(spelled, value))


def _stands_for_something(name: str, value: str) -> bool:
    """Whether a value is no credential at all, whatever it is called."""
    if value.isdecimal():
        return len(value) <= _FEW or re.fullmatch(_COUNTED, name) is not None
    return (
        is_harmless(value)
        or is_placeholder(value)
        or is_read(value)
        or names_a_secret(name, value)
        or is_file(value)
        or re.fullmatch(_PLAIN_URL, value) is not None
        or (name.lower().endswith("authorization") and re.fullmatch(_SWITCH, value) is not None)
    )
