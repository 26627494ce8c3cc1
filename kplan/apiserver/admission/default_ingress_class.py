"""DefaultIngressClass: an Ingress that names no class gets the cluster's default one.

Upstream: plugin/pkg/admission/network/defaultingressclass/admission.go
"""

from typing import Final

from kplan.apiserver.attributes import Attributes, Operation

_DEFAULT: Final = "ingressclass.kubernetes.io/is-default-class"
_CLASS_ANNOTATION: Final = "kubernetes.io/ingress.class"


class DefaultIngressClass:
    """Gives Ingresses a class."""

    def admit(self, attributes: Attributes) -> None:
        """Set the newest default class; of equally old ones the first by name."""
        if (
            not attributes.is_for("networking.k8s.io", "ingresses")
            or attributes.operation is not Operation.CREATE
        ):
            return
        ingress = attributes.object
        spec = ingress.setdefault("spec", {})
        if "ingressClassName" in spec or _CLASS_ANNOTATION in (ingress["metadata"].get("annotations") or {}):
            return
        defaults = [
            item["metadata"]
            for item in attributes.store.list("networking.k8s.io", "IngressClass")
            if (item["metadata"].get("annotations") or {}).get(_DEFAULT) == "true"
        ]
        defaults.sort(key=lambda metadata: metadata["name"])
        if defaults:
            newest = max(defaults, key=lambda metadata: metadata.get("creationTimestamp") or "")
            spec["ingressClassName"] = newest["name"]
