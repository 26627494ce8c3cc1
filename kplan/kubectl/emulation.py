"""What controllers give new objects a moment later: a namespace its account and certificate, a quota its first count.

Where no controller runs, objects of the same run would be refused for the lack of the one, and not be counted for the
lack of the other.

Upstream: pkg/controller/serviceaccount/serviceaccounts_controller.go, pkg/controller/certificates/rootcacertpublisher,
pkg/controller/resourcequota
"""

from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver.server import Server

MANAGER: Final = "kube-controller-manager"


def emulate_controllers(value: Json, server: Server) -> None:
    """Give a namespace or a quota what controllers would; anything else is left alone."""
    if value.get("apiVersion") != "v1":
        return
    if value.get("kind") == "Namespace":
        _emulate_namespace(value["metadata"]["name"], server)
    elif value.get("kind") == "ResourceQuota":
        server.count_quota(value["metadata"]["namespace"], value["metadata"]["name"])


def _emulate_namespace(namespace: str, server: Server) -> None:
    for kind, name, content in (
        ("ServiceAccount", "default", {}),
        ("ConfigMap", "kube-root-ca.crt", {"data": {"ca.crt": ""}}),
    ):
        if server.find(ObjectKey("", kind, namespace, name)) is None:
            body = {
                "apiVersion": "v1",
                "kind": kind,
                "metadata": {"name": name, "namespace": namespace},
                **content,
            }
            server.create(body, namespace=namespace, manager=MANAGER)
