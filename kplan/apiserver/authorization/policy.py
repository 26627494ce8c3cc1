"""The roles and bindings that the API server makes in every cluster.

Upstream: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/{policy,controller_policy,namespace_policy}.go
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.schema.data import Table
from kplan.state.store import Store

GROUP: Final = "rbac.authorization.k8s.io"
_SIGN: Final = ObjectKey(GROUP, "ClusterRole", "", "cluster-admin")
"""A role that every cluster has: a state without it was not captured from a whole cluster."""


@cache
def bootstrap_policy() -> Mapping[ObjectKey, Json]:
    """Every bootstrap role and binding, by key; aggregated roles have no rules yet."""
    values = Table("kubernetes/rbac-1.36.json.gz").values()
    return {Store.key_of(value): value for value in values}


class Policy:
    """The roles and bindings of a state, with the bootstrap ones if the state was not captured from a whole cluster."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._assumed: Mapping[ObjectKey, Json] = {} if store.get(_SIGN) else bootstrap_policy()

    def get(self, kind: str, namespace: str, name: str) -> Json | None:
        """One role or binding."""
        key = ObjectKey(GROUP, kind, namespace, name)
        return self._store.get(key) or self._assumed.get(key)

    def list(self, kind: str, namespace: str = "") -> Iterator[Json]:
        """All of a kind, in a namespace if one is given, in the order of their names."""
        found = {key: value for key, value in self._assumed.items() if _is_of(key, kind, namespace)}
        found |= {Store.key_of(value): value for value in self._store.list(GROUP, kind, namespace)}
        for key in sorted(found):
            yield found[key]


def _is_of(key: ObjectKey, kind: str, namespace: str) -> bool:
    return key.kind == kind and namespace in ("", key.namespace)
