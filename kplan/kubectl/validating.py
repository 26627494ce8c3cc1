"""``--validate``: how strictly the server reads the fields.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go (GetValidationDirective)
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from kplan.api.object import Object
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.flags import Flag
from kplan.kubectl.reading import Decoder, Failure, UnknownTypeError, is_listed, list_of

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


def unvalidated(
    given: Iterable[Object], failures: Iterable[Failure], directive: str, now: datetime
) -> list[str]:
    """What kubectl's log has of lists and of objects whose fields the server cannot check,
    where it should warn of them.
    """
    if directive != "Warn":
        return []
    stamp = now.strftime("%m%d %H:%M:%S.%f")
    lists = {list_of(one) for one in given if is_listed(one)}
    unknown = [
        one for one in failures if isinstance(one.error, UnknownTypeError) and not is_listed(one.origin)
    ]
    return [f"W{stamp}       1 schema.go:145] {_SKIPPED}"] * (len(lists) + len(unknown))


def field_validation(arguments: Arguments) -> str:
    """The directive. Raises UsageError."""
    text = arguments.text("validate")
    if text not in _VALUES:
        raise UsageError(
            f'invalid - validate option "{text}"; must be one of: strict (or true), warn, ignore (or false)'
        )
    return _VALUES[text]
