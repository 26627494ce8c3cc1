"""``--validate``: how strictly the server reads the fields.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go (GetValidationDirective)
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.flags import Flag
from kplan.kubectl.reading import Decoder, UnknownTypeError

VALIDATE: Final = Flag(
    "validate",
    "Check of the fields: strict, warn or ignore.",
    metavar="MODE",
    default="strict",
    bare="strict",
)
_SKIPPED: Final = (
    "cannot perform warn validation if server-side field validation is unsupported, skipping validation"
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
    return decoder_for(field_validation(arguments))


def decoder_for(directive: str) -> Decoder:
    """Likewise, by the directive."""
    return {"Ignore": Decoder.UNSTRUCTURED, "Warn": Decoder.WARNED}.get(directive, Decoder.VALIDATED)


def unvalidated(errors: Iterable[Exception], directive: str, now: datetime) -> list[str]:
    """What kubectl's log has of objects whose fields the server cannot check, where it should warn of them."""
    stamp = now.strftime("%m%d %H:%M:%S.%f")
    unknown = [one for one in errors if isinstance(one, UnknownTypeError)] if directive == "Warn" else []
    return [f"W{stamp}       1 schema.go:145] {_SKIPPED}" for _ in unknown]


def field_validation(arguments: Arguments) -> str:
    """The directive. Raises UsageError."""
    text = arguments.text("validate")
    if text not in _VALUES:
        raise UsageError(
            f'invalid - validate option "{text}"; must be one of: strict (or true), warn, ignore (or false)'
        )
    return _VALUES[text]
