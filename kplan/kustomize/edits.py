"""What Argo CD and Flux add to the kustomization of a folder before they build it, and the one they
make where there is none.

Upstream: github.com/argoproj/argo-cd util/kustomize/kustomize.go, github.com/fluxcd/pkg
    kustomize/kustomize_generator.go
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kplan.kustomize.files import Loader

Edits = Mapping[str, Any]

_BY_NAME: Final = frozenset({"images", "replicas"})
"""Lists in which a later entry takes the place of the one of the same name."""
_NAMES: Final = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})
_MANIFESTS: Final = (".yaml", ".yml")


def edited(value: dict[str, Any], edits: Edits) -> dict[str, Any]:
    """A kustomization with what is added to it."""
    result = dict(value)
    for field, added in edits.items():
        if field in _BY_NAME:
            named = {one.get("name") for one in added}
            result[field] = [
                *(one for one in result.get(field) or () if one.get("name") not in named),
                *added,
            ]
        elif isinstance(added, list):
            result[field] = [*(result.get(field) or ()), *added]
        elif isinstance(added, dict):
            result[field] = {**(result.get(field) or {}), **added}
        else:
            result[field] = added
    return result


def made_for(loader: Loader) -> dict[str, Any]:
    """The kustomization of a folder without one: all manifests in and below it, and the kustomizations below."""
    return {"kind": "Kustomization", "resources": list(_found(loader.root, ""))}


def _found(root: str, inside: str) -> Iterator[str]:
    for entry in sorted(os.scandir(os.path.join(root, inside)), key=lambda one: one.name):
        path = os.path.join(inside, entry.name)
        if entry.is_dir(follow_symlinks=False):
            if _NAMES & set(os.listdir(entry.path)):
                yield path
            elif not entry.name.startswith("."):
                yield from _found(root, path)
        elif entry.name.endswith(_MANIFESTS) and entry.is_file():
            yield path
