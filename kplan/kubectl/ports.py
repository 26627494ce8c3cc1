"""Ports as the command line gives them.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_service.go (parsePorts)
"""

import re

from kplan.apiserver.dns import is_valid_port_name
from kplan.errors import UsageError


def port_number(text: str) -> int:
    """A port's number. Raises UsageError."""
    if not re.fullmatch(r"[0-9]+", text):
        raise UsageError(f'strconv.ParseUint: parsing "{text}": invalid syntax')
    if int(text) >= 2**16:
        raise UsageError(f'strconv.ParseUint: parsing "{text}": value out of range')
    return int(text)


def port_or_name(text: str) -> int | str:
    """A port's number, or its name. Raises UsageError."""
    if re.fullmatch(r"[+-]?[0-9]+", text):
        number = int(text)
        if not 1 <= number <= 65535:
            raise UsageError("must be between 1 and 65535, inclusive")
        return number
    if problems := is_valid_port_name(text):
        raise UsageError(",".join(problems))
    return text
