"""patchesStrategicMerge.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/builtins/PatchStrategicMergeTransformer.go
"""

from collections.abc import Iterator

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.files import Loader
from kplan.kustomize.reading import resources_of
from kplan.kustomize.resource import Origin, Resource
from kplan.kustomize.resources import Resources
from kplan.kustomize.transformers.model import Settings, Step, Transformer
from kplan.kustomize.transformers.patches import merge_into_one, written_at


def _settings(kustomization: Settings, _specs: Settings) -> Iterator[Settings]:
    if kustomization.get("patchesStrategicMerge"):
        yield {"paths": kustomization["patchesStrategicMerge"]}


def configure(settings: Settings, loader: Loader) -> Step:
    """Read every patch: a file, or the patch itself."""
    paths = settings.get("paths") or []
    if not paths and not settings.get("patches"):
        raise KustomizeError("empty file path and empty patch content")
    patches = [patch for path in paths for patch in _read(path, loader)]
    patches += resources_of(settings.get("patches") or "")
    if not patches:
        raise KustomizeError("patch appears to be empty; files=%v, Patch=%s")

    for patch in patches:
        patch.shapes = next(iter(loader.openapi), None)

    def run(resources: Resources) -> None:
        for patch in patches:
            merge_into_one(resources, patch)

    return run


def _read(path: str, loader: Loader) -> list[Resource]:
    try:
        return written_at(Origin(loader.root, 1, text=path), resources_of(path, path))
    except KustomizeError:
        return resources_of(loader.text(path), path, loader.locate(path))


TRANSFORMER = Transformer("PatchStrategicMergeTransformer", _settings, configure)
