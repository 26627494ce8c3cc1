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
    target, path, text = (
        settings.get("target") or {},
        settings.get("path") or "",
        settings.get("jsonOp") or "",
    )
    if not target.get("name"):
        raise KustomizeError("must specify the target name")
    if not path and not text:
        raise KustomizeError("empty file path and empty jsonOp")
    if path and text:
        raise KustomizeError("must specify a file path or jsonOp, not both")
    origin = Origin(loader.root, 1, text=text) if text else Origin(loader.locate(path), 1)
    text = text or loader.text(path)
    if not text:
        raise KustomizeError(f"patch file '{path}' empty seems to be empty")
    operations = operations_of(text)
    if operations is None:
        raise KustomizeError(f"decoding {text}: not a list of operations")
    if not operations:
        raise KustomizeError(f"patch appears to be empty; file={path}, JsonOp={text}")
    return lambda resources: patch_selected(resources, target, operations, origin, renames=False)


TRANSFORMER = Transformer("PatchJson6902Transformer", _settings, configure)
