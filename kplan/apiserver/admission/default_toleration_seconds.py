"""DefaultTolerationSeconds: a pod tolerates a node that is not ready or unreachable for five minutes.

Upstream: plugin/pkg/admission/defaulttolerationseconds/admission.go
"""

from typing import Final

from kplan.apiserver.attributes import Attributes, Operation

_KEYS: Final = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
_SECONDS: Final = 300


class DefaultTolerationSeconds:
    """Adds the tolerations for nodes that are not ready or unreachable."""

    def admit(self, attributes: Attributes) -> None:
        """Add each toleration that the pod does not set itself."""
        if not attributes.is_for("", "pods") or attributes.operation not in (
            Operation.CREATE,
            Operation.UPDATE,
        ):
            return
        spec = attributes.object["spec"]
        own = spec.get("tolerations") or []
        missing = [
            {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": _SECONDS}
            for key in _KEYS
            if not any(
                toleration.get("key", "") in (key, "") and toleration.get("effect", "") in ("NoExecute", "")
                for toleration in own
            )
        ]
        if missing:
            spec["tolerations"] = [*own, *missing]
