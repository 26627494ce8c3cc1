"""Tests on a cluster, and which files beside them are applied or only compared with the result.

Upstream: github.com/kyverno/chainsaw pkg/apis/v1alpha1, github.com/kudobuilder/kuttl pkg/test/step.go
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

ASSERTION: Final = "test assertion"
"""Parts of objects that have to be found, or must not be: no objects themselves."""
_GROUP: Final = "chainsaw.kyverno.io/"
_PARTS: Final = ("try", "catch", "finally", "cleanup")
_COMPARED: Final = ("assert", "error")
_APPLIED: Final = ("apply", "create", "update", "delete")
_OF_KUTTL: Final = r"\d+-(?:assert|errors?)\.ya?ml"


def by_name(name: str) -> bool:
    """Whether a file is named as KUTTL names what it compares with: ``01-assert.yaml``."""
    return ("-assert." in name or "-error" in name) and re.fullmatch(_OF_KUTTL, name) is not None


def is_test(value: Any) -> bool:
    """Whether a document is a test that names files."""
    return isinstance(value, dict) and str(value.get("apiVersion")).startswith(_GROUP)


def compared(test: Mapping[str, Any]) -> Iterator[str]:
    """The files of a test that hold no objects."""
    return _files(test, _COMPARED)


def applied(test: Mapping[str, Any]) -> Iterator[str]:
    """The files of a test that hold objects."""
    return _files(test, _APPLIED)


def _files(test: Mapping[str, Any], operations: tuple[str, ...]) -> Iterator[str]:
    for step in _mappings(_mapping(test.get("spec")).get("steps")):
        for one in (one for part in _PARTS for one in _mappings(step.get(part))):
            names = (_mapping(one.get(operation)).get("file") for operation in operations)
            yield from (name for name in names if isinstance(name, str))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    return map(_mapping, value if isinstance(value, list) else ())
