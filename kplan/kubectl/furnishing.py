"""What a new namespace has a moment later: its default service account and the root certificate.

Controllers make them; where none run, objects of the same run would be refused for the lack of them.

Upstream: pkg/controller/serviceaccount/serviceaccounts_controller.go, pkg/controller/certificates/rootcacertpublisher
"""

from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver.server import Server

MANAGER: Final = "kube-controller-manager"


def furnish(value: Json, server: Server) -> None:
    """Give a namespace what controllers would; anything else is left alone."""
    if value.get("kind") != "Namespace" or value.get("apiVersion") != "v1":
        return
    namespace = value["metadata"]["name"]
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
