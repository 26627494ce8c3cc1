"""The hash of what it holds in the name of every generated object.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/builtins/HashTransformer.go
"""

from kplan.kustomize.files import Loader
from kplan.kustomize.hashing import suffix
from kplan.kustomize.resources import Resources
from kplan.kustomize.transformers.model import Settings, Step, Transformer


def add(resources: Resources) -> None:
    """Add it to every name that is to have one; kustomize does so at the end of every build."""
    for item in resources:
        if item.needs_hash:
            item.remember()
            item.metadata["name"] = f"{item.name}-{suffix(item.value)}"


def _settings(_kustomization: Settings, _specs: Settings) -> tuple[Settings, ...]:
    return ()


def configure(_settings: Settings, _loader: Loader) -> Step:
    """There is nothing to set."""
    return add


TRANSFORMER = Transformer("HashTransformer", _settings, configure)
