"""patchesJson6902.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/builtins/PatchJson6902Transformer.go
"""

from collections.abc import Iterator

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.files import Loader
from kplan.kustomize.resource import Origin
from kplan.kustomize.transformers.model import Settings, Step, Transformer
from kplan.kustomize.transformers.patches import operations_of, patch_selected


def _settings(kustomization: Settings, _specs: Settings) -> Iterator[Settings]:
    for patch in kustomization.get("patchesJson6902") or ():
        yield {"target": patch.get("target"), "path": patch.get("path"), "jsonOp": patch.get("patch")}


def configure(settings: Settings, loader: Loader) -> Step:
    """Read the operations."""
    target, path, text = settings.get("target") or {}, settings.get("path"), settings.get("jsonOp")
    if not target.get("name"):
        raise KustomizeError("must specify the target name")
    if not path and not text:
        raise KustomizeError("must specify one of path and jsonOp")
    operations = operations_of(text or loader.text(str(path)))
    origin = Origin(loader.root, 1, text=text) if text else Origin(loader.locate(str(path)), 1)
    if operations is None:
        raise KustomizeError("patch appears to be empty or malformed")
    return lambda resources: patch_selected(resources, target, operations, origin)


TRANSFORMER = Transformer("PatchJson6902Transformer", _settings, configure)
