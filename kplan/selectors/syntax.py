"""What a label key and a label value may look like, in the API server's words.

Every selector is built from keys and values, so a wrong one is refused here before anything is matched.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go, pkg/api/validate/content
"""

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from kplan.errors import UsageError

_NAME: Final = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE: Final = f"({_NAME})?"
_LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN: Final = rf"{_LABEL}(\.{_LABEL})*"
_ALPHABET: Final = (
    "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
)
_NAME_RULE: Final = f"must consist of {_ALPHABET} (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{_NAME}')"
_VALUE_RULE: Final = (
    f"a valid label must be an empty string or consist of {_ALPHABET} "
    f"(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '({_NAME})?')"
)
_SUBDOMAIN_RULE: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    f"end with an alphanumeric character (e.g. 'example.com', regex used for validation is '{_SUBDOMAIN}')"
)


class SelectorError(UsageError, ValueError):
    """A selector that cannot be read; the text is the API server's."""


@lru_cache(maxsize=8192)
def label_key_errors(key: str) -> Sequence[str]:
    """Say what is wrong with a label key; the same few come again and again."""
    prefix, slash, name = key.partition("/")
    if "/" in name:
        return [
            f"a valid label key {_NAME_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        ]
    errors: list[str] = []
    if not slash:
        name = prefix
    elif not prefix:
        errors.append("prefix part must be non-empty")
    else:
        if len(prefix.encode()) > 253:
            errors.append("prefix part must be no more than 253 bytes")
        if not re.fullmatch(_SUBDOMAIN, prefix):
            errors.append(f"prefix part {_SUBDOMAIN_RULE}")
    if not name:
        errors.append("name part must be non-empty")
    elif len(name.encode()) > 63:
        errors.append("name part must be no more than 63 bytes")
    if not re.fullmatch(_NAME, name):
        errors.append(f"name part {_NAME_RULE}")
    return errors


@lru_cache(maxsize=8192)
def label_value_errors(value: str) -> Sequence[str]:
    """Say what is wrong with a label value."""
    errors: list[str] = []
    if len(value.encode()) > 63:
        errors.append("must be no more than 63 bytes")
    if not re.fullmatch(_VALUE, value):
        errors.append(_VALUE_RULE)
    return errors


def invalid(path: str, value: Any, detail: str) -> str:
    """One refusal, as the API server's field errors print."""
    return f"{path}: Invalid value: {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}: {detail}"
