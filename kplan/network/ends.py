"""The pod at an end of a connection: the one of a name, or the first of a workload.

Upstream: none; ``kubectl exec`` takes the same names.
"""

from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.errors import UsageError
from kplan.state.store import Store

_WORKLOADS: Final = {
    "deployment": ("apps", "Deployment"), "deploy": ("apps", "Deployment"), "statefulset": ("apps", "StatefulSet"),
    "sts": ("apps", "StatefulSet"), "daemonset": ("apps", "DaemonSet"), "ds": ("apps", "DaemonSet"),
    "replicaset": ("apps", "ReplicaSet"), "rs": ("apps", "ReplicaSet"), "job": ("batch", "Job"),
}  # fmt: skip


def pod_named(store: Store, text: str, namespace: str) -> Json:
    """A pod by name (``web-0``, ``pod/web-0``), or the first one of a workload (``deployment/web``).

    Raises UsageError.
    """
    kind, _, name = text.rpartition("/")
    if kind in ("", "pod", "po", "pods"):
        pod = store.get(ObjectKey("", "Pod", namespace, name))
        if pod is not None:
            return pod
    workload = _WORKLOADS.get(kind.lower())
    if workload is not None:
        for pod in store.list("", "Pod", namespace):
            if _belongs(store, pod, workload, name, namespace):
                return pod
    raise UsageError(
        f"no pod for {text} in namespace {namespace}", hint="name one: pod/NAME, deployment/NAME"
    )


def _belongs(store: Store, pod: Json, workload: tuple[str, str], name: str, namespace: str) -> bool:
    owner = controller_of(pod)
    while owner is not None:
        if (owner.get("kind"), owner.get("name")) == (workload[1], name):
            return True
        group = str(owner.get("apiVersion")).rpartition("/")[0]
        above = store.get(ObjectKey(group, str(owner.get("kind")), namespace, str(owner.get("name"))))
        owner = controller_of(above) if above is not None else None
    return False
