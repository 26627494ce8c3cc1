"""NamespaceLifecycle: nothing is created in a namespace that is missing or terminating.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go
"""

from typing import Final

from kplan.apiserver import errors
from kplan.apiserver.attributes import Attributes, Operation
from kplan.apiserver.errors import Cause

_IMMORTAL: Final = frozenset({"default", "kube-system", "kube-public"})


class NamespaceLifecycle:
    """Checks the namespaces of requests."""

    def admit(self, attributes: Attributes) -> None:
        """Refuse requests into a missing or terminating namespace, and the deletion of a system one."""
        is_namespace = attributes.gvk.kind == "Namespace" and not attributes.gvk.group
        if is_namespace:
            if attributes.operation is Operation.DELETE and attributes.name in _IMMORTAL:
                raise errors.forbidden("namespaces", attributes.name, "this namespace may not be deleted")
            return
        if not attributes.namespace or attributes.operation is Operation.DELETE:
            return
        if (
            attributes.gvk.group == "authorization.k8s.io"
            and attributes.resource == "localsubjectaccessreviews"
        ):
            return
        namespace = attributes.find("", "Namespace", "", attributes.namespace)
        if namespace is None:
            raise errors.not_found("namespaces", attributes.namespace)
        phase = (namespace.get("status") or {}).get("phase")
        if attributes.operation is Operation.CREATE and phase == "Terminating":
            raise _terminating(attributes)


def _terminating(attributes: Attributes) -> errors.StatusError:
    name = attributes.namespace
    refusal = attributes.forbidden(
        f"unable to create new content in namespace {name} because it is being terminated"
    )
    cause = Cause("NamespaceTerminating", f"namespace {name} is being terminated", "metadata.namespace")
    return errors.StatusError(refusal.code, refusal.reason, refusal.message, (cause,))
