"""commonAnnotations.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/builtins/AnnotationsTransformer.go
"""

from collections.abc import Iterator

from kplan.kustomize.files import Loader
from kplan.kustomize.transformers import labels
from kplan.kustomize.transformers.model import Settings, Step, Transformer


def _settings(kustomization: Settings, specs: Settings) -> Iterator[Settings]:
    if kustomization.get("commonAnnotations"):
        yield {"annotations": kustomization["commonAnnotations"], "fieldSpecs": specs["commonAnnotations"]}


def configure(settings: Settings, loader: Loader) -> Step:
    """Set every annotation at every place."""
    return labels.configure({**settings, "labels": settings.get("annotations")}, loader)


TRANSFORMER = Transformer("AnnotationsTransformer", _settings, configure)
