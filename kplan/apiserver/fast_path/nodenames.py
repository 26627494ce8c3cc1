"""Names of nodes in what actors write: few distinct ones, validated once each.

Upstream: staging/src/k8s.io/apimachinery/pkg/api/validation/generic.go
"""

from functools import lru_cache

from kplan.apiserver.dns import name_is_dns_subdomain


@lru_cache(maxsize=8192)
def is_name_of_node(name: str) -> bool:
    """Whether a node may have this name."""
    return not name_is_dns_subdomain(name)
