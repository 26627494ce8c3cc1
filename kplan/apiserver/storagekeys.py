"""Where the server keeps an object in etcd: refusals that come from storage name the key.

Upstream: pkg/kubeapiserver/default_storage_factory_builder.go
"""

from typing import Final

from kplan.schema.discovery import Resource

_SPECIAL: Final = {
    ("", "replicationcontrollers"): "controllers",
    ("", "endpoints"): "services/endpoints",
    ("", "nodes"): "minions",
    ("", "services"): "services/specs",
    ("networking.k8s.io", "ingresses"): "ingress",
}
_OWN_SERVERS: Final = ("apiextensions.k8s.io", "apiregistration.k8s.io")


def storage_key(resource: Resource, namespace: str, name: str, *, custom: bool = False) -> str:
    """The object's key: kinds that are not the main server's own stand under their group."""
    prefix = _SPECIAL.get((resource.group, resource.plural), resource.plural)
    if custom or resource.group in _OWN_SERVERS:
        prefix = f"{resource.group}/{prefix}"
    return "/".join(("/registry", prefix, *((namespace,) if namespace else ()), name))
