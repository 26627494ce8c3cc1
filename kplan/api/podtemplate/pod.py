"""The pod a controller makes of a template.

Upstream: pkg/controller/controller_utils.go (GetPodFromTemplate)
"""

from kplan.api.object import Json, copied
from kplan.api.owners import new_controller_ref


def pod_from_template(template: Json, owner: Json) -> Json:
    """A pod with the template's labels, annotations, finalizers and spec, named after its controller."""
    source = template.get("metadata") or {}
    metadata: Json = {
        "generateName": owner["metadata"]["name"] + "-",
        "namespace": owner["metadata"].get("namespace", ""),
        "ownerReferences": [new_controller_ref(owner)],
    }
    for name in ("labels", "annotations", "finalizers"):
        if source.get(name):
            metadata[name] = copied(source[name])
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": copied(template.get("spec") or {}),
    }
