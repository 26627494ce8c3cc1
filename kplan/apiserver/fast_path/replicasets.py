"""ReplicaSets that a Deployment scales or annotates.

Upstream: none; a real API server looks at everything every time.
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.fast_path.unchanged import differing, has_stored_metadata

_MOST: Final = 2**31


def replica_set(value: Json, old: Json) -> Json | None:
    """The ReplicaSet with another size or other annotations; None if more than that may differ."""
    if len(value) != len(old) or not has_stored_metadata(value["metadata"], old["metadata"]):
        return None
    if not {"metadata", "spec"}.issuperset(differing(value, old)):
        return None
    spec = _scaled(value["spec"], old["spec"])
    if spec is None:
        return None
    metadata = value["metadata"]
    if spec is old["spec"]:
        same = metadata.get("annotations") == old["metadata"].get("annotations")
        return old if same else {**value, "spec": spec}
    generation = (old["metadata"].get("generation") or 0) + 1
    return {**value, "metadata": {**metadata, "generation": generation}, "spec": spec}


def _scaled(spec: Json, old: Json) -> Json | None:
    """The spec as it is stored; the old one if the size is the same."""
    if spec is old:
        return old
    if "minReadySeconds" not in old and spec.get("minReadySeconds") == 0:
        spec = {name: item for name, item in spec.items() if name != "minReadySeconds"}
    if len(spec) != len(old):
        return None
    if not {"replicas"}.issuperset(differing(spec, old)):
        return None
    size = spec.get("replicas")
    if size.__class__ is not int or not 0 <= size < _MOST:
        return None
    return old if size == old.get("replicas") else spec
