"""The functions Kubernetes adds to CEL, one module a library; importing this package declares them all.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/library
"""

from kplan.apiserver.cel.kubernetes import (
    authorizer,
    formats,
    lists,
    networks,
    quantities,
    texts,
    urls,
    versions,
)
from kplan.apiserver.cel.kubernetes.declared import KUBERNETES

__all__ = [
    "KUBERNETES",
    "authorizer",
    "formats",
    "lists",
    "networks",
    "quantities",
    "texts",
    "urls",
    "versions",
]
