"""replicas.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/builtins/ReplicaCountTransformer.go
"""

from collections.abc import Iterator
from typing import Any

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.fieldspecs import apply
from kplan.kustomize.files import Loader
from kplan.kustomize.ids import gvk_in
from kplan.kustomize.nodes import require_kind
from kplan.kustomize.resources import Resources
from kplan.kustomize.transformers.model import Settings, Step, Transformer


def _settings(kustomization: Settings, specs: Settings) -> Iterator[Settings]:
    for replica in kustomization.get("replicas") or ():
        yield {"replica": replica, "fieldSpecs": specs["replicas"]}


def configure(settings: Settings, _loader: Loader) -> Step:
    """Set the count of the objects of that name."""
    replica, specs = settings.get("replica") or {}, settings.get("fieldSpecs") or ()

    name = replica.get("name") or ""

    def put(container: Any, key: Any) -> None:
        require_kind(container[key], str)
        count = replica.get("count") or 0
        # A count that is written in quotes stays a text.
        container[key] = str(count) if isinstance(container[key], str) else count

    def run(resources: Resources) -> None:
        found = False
        for spec in specs:
            wanted = gvk_in(spec)
            for item in resources:
                if any(one.name == name and one.gvk.selected_by(wanted) for one in item.ids):
                    found = True
                    apply(item, [spec], put, int)
        if not found:
            kinds = " ".join(str(gvk_in(spec)) for spec in specs)
            raise KustomizeError(
                f"resource with name {name} does not match a config with the following GVK [{kinds}]"
            )

    return run


TRANSFORMER = Transformer("ReplicaCountTransformer", _settings, configure)
