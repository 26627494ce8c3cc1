"""Whether a refusal is about immutable fields alone: the texts by which the API server says that a field cannot change.

Upstream: staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go and pkg/apis/*/validation
"""

import re
from collections.abc import Iterable
from typing import Final

from kplan.apiserver.errors import StatusError

_IMMUTABLE: Final = re.compile(
    r"field is immutable|may not change once set|may not be changed in an update|is immutable after creation"
    r"|updates to statefulset spec for fields other than|pod updates may not change fields other than"
    r"|pod updates may not add or remove containers|updates to \w+ are forbidden"
    r"|cannot change roleRef|is immutable$|field can not be less than (?:previous value|status\.capacity)"
)

_ADDRESS: Final = ("spec.clusterIP", "spec.clusterIPs[0]")
"""The field of a Service that a manifest has, and the one that the API server names for it."""
_SPARED: Final = re.compile(r"(?:fields other than|is immutable after creation except) ([^\n]*)")
_NAMED: Final = re.compile(r"['`](?:spec\.)?([^'`, ][^'`]*)['`](?! \()")
_OF_CLAIMS: Final = re.compile(r"(resources\.requests|volumeAttributesClassName)\b")
"""What may change of a claim, in a text without quotes."""


def immutable_paths(refusal: StatusError) -> tuple[str, ...]:
    """The immutable fields that a refusal names; none if it also has other reasons."""
    if refusal.code != 422 or not refusal.causes:
        return ()
    if not all(_IMMUTABLE.search(cause.message) for cause in refusal.causes):
        return ()
    return tuple(dict.fromkeys(cause.field for cause in refusal.causes))


def narrowed(refusal: StatusError, paths: Iterable[str], changed: Iterable[str]) -> tuple[str, ...]:
    """The changed fields that are meant, if the refusal names a whole object and the fields of it that may change."""
    found: dict[str, None] = {}
    places = list(changed)
    spelled = {_plain(place): place for place in places}
    if _ADDRESS[0] in places:
        spelled[_plain(_ADDRESS[1])] = _ADDRESS[0]
    for path in (spelled.get(_plain(path), path) for path in paths):
        spared = [
            re.compile(re.escape(f"{path}.{name}").replace(r"\[\*\]", r"\[[^]]*\]") + r"(?![A-Za-z])")
            for cause in refusal.causes
            if cause.field == path and (listed := _SPARED.search(cause.message))
            for name in _NAMED.findall(listed[1]) or _OF_CLAIMS.findall(listed[1])
        ]
        below = [place for place in places if place.startswith((f"{path}.", f"{path}["))]
        meant = [place for place in below if not any(one.match(place) for one in spared)]
        found |= dict.fromkeys(meant if spared and meant else [path])
    return tuple(found)


def _plain(path: str) -> str:
    """A path whose keys are all written alike: ``requests.storage`` for ``requests[storage]``."""
    return path.replace("[", ".").replace("]", "")
