"""Kinds of YAML nodes, and the words about one of another kind than was looked for.

Upstream: vendor/sigs.k8s.io/kustomize/kyaml/yaml/fns.go (InvalidNodeKindError)
"""

from typing import Any, Final

from kplan.kustomize.errors import KustomizeError
from kplan.manifest.writer import to_yaml

_SCALAR: Final = "ScalarNode"


class WrongKindError(KustomizeError):
    """A node of another kind than was looked for."""


def kind_of(value: Any) -> str:
    """The kind of a value's node."""
    if isinstance(value, dict):
        return "MappingNode"
    return "SequenceNode" if isinstance(value, list) else _SCALAR


def require_kind(value: Any, wanted: type[Any]) -> None:
    """Refuse a value of another kind; null is of every kind."""
    expected = kind_of(wanted())
    if value is not None and kind_of(value) != expected:
        raise WrongKindError(wrong_kind(expected, value))


def wrong_kind(expected: str, value: Any) -> str:
    """The words for a value that is no node of the kind that was expected."""
    found = f"wrong node kind: expected {expected} but got {kind_of(value)}"
    return f"{found}: node contents:\n{to_yaml(value)}"
