"""``--validate``: how strictly the server reads the fields.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go (GetValidationDirective)
"""

from typing import Final

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.decoding import Decoder
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


def decoder_of(arguments: Arguments) -> Decoder:
    """How the documents of files are read that are going to be sent. Raises UsageError."""
    ignores = field_validation(arguments) == "Ignore"
    return Decoder.UNSTRUCTURED if ignores else Decoder.VALIDATED


def field_validation(arguments: Arguments) -> str:
    """The directive. Raises UsageError."""
    text = arguments.text("validate")
    if text not in _VALUES:
        raise UsageError(
            f'invalid - validate option "{text}"; must be one of: strict (or true), warn, ignore (or false)'
        )
    return _VALUES[text]
