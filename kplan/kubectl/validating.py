"""``--validate``: how strictly the server reads the fields.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go (GetValidationDirective)
"""

from typing import Final

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.flags import Flag

VALIDATE: Final = Flag(
    "validate",
    "Check of the fields: strict, warn or ignore.",
    metavar="MODE",
    default="strict",
    bare="strict",
)
_VALUES = {
    "": "Strict",
    "true": "Strict",
    "strict": "Strict",
    "warn": "Warn",
    "false": "Ignore",
    "ignore": "Ignore",
}


def field_validation(arguments: Arguments) -> str:
    """The directive. Raises UsageError."""
    text = arguments.text("validate")
    if text not in _VALUES:
        raise UsageError(
            f'invalid - validate option "{text}"; must be one of: strict (or true), warn, ignore (or false)'
        )
    return _VALUES[text]
