"""Custom kinds, as the definitions in the cluster have them.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/types.go
"""

from collections.abc import Iterable

from kplan.api.metadata import spec_of
from kplan.api.object import Json


def definition_of(group: str, kind: str, definitions: Iterable[Json]) -> Json | None:
    """The definition of a kind, or None."""
    return next(
        (
            one
            for one in definitions
            if spec_of(one).get("group") == group and (spec_of(one).get("names") or {}).get("kind") == kind
        ),
        None,
    )


def scale_names_pods(definition: Json) -> bool:
    """Whether what the subresource scale shows can say which pods it counts."""
    versions = spec_of(definition).get("versions") or ()
    scales = [(version.get("subresources") or {}).get("scale") or {} for version in versions]
    return any(scale.get("labelSelectorPath") for scale in scales)


def has_scale(definition: Json) -> bool:
    """Whether one of the versions has the subresource scale."""
    versions = spec_of(definition).get("versions") or ()
    return any((version.get("subresources") or {}).get("scale") for version in versions)
