"""Ingress: which rule a request from outside matches, by host, and the Service behind each of its paths.

Upstream: staging/src/k8s.io/api/networking/v1/types.go (IngressRule, IngressBackend)
"""

from collections.abc import Iterator, Sequence

from kplan.api.object import Json
from kplan.namedtuples import NamedTuple
from kplan.state.store import Store


class Backend(NamedTuple):
    """The backend of a rule: a port of a Service, for requests below a path."""

    ingress: str
    """``namespace/name`` of the Ingress."""
    namespace: str
    ingress_class: str
    host: str
    """The rule's host; empty for one that takes any."""
    path: str
    service: str
    port: str
    exact: bool = False
    """Whether only this very path matches, none below it."""

    def takes(self, path: str) -> bool:
        """Whether a request for a path matches; a prefix matches whole path elements."""
        if self.exact:
            return path == self.path
        front = self.path.rstrip("/")
        return path.rstrip("/") == front or path.startswith(f"{front}/")


def backends_of(store: Store, host: str, path: str = "") -> list[Backend]:
    """The backends of a host: those of rules that name it, else of wildcards, else of rules and defaults for any host.

    Of a path it is the one whose own is exactly that, or the longest above it. Those of a class that is missing are
    found only where there are no others.
    """
    every = [one for ingress in store.list("networking.k8s.io", "Ingress") for one in _backends(ingress)]
    served = [one for one in every if has_class(store, one)]
    return _chosen(served, host, path) or _chosen(every, host, path)


def has_class(store: Store, backend: Backend) -> bool:
    """Whether the class that an Ingress names exists; a state that holds no class at all does not tell."""
    classes = {one["metadata"]["name"] for one in store.list("networking.k8s.io", "IngressClass")}
    return not classes or not backend.ingress_class or backend.ingress_class in classes


def _chosen(every: Sequence[Backend], host: str, path: str) -> list[Backend]:
    for matches in (_is_exact, _is_wildcard, _is_any):
        found = [one for one in every if matches(one.host, host)]
        if path:
            found = sorted(
                (one for one in found if one.takes(path)), key=lambda one: (not one.exact, -len(one.path))
            )[:1]
        if found:
            return found
    return []


def _is_exact(pattern: str, host: str) -> bool:
    return pattern.lower() == host.lower()


def _is_wildcard(pattern: str, host: str) -> bool:
    """Whether a host matches a wildcard, which stands for one label:
    ``*.example.com`` matches ``a.example.com``, not ``a.b.example.com``.
    """
    return pattern.startswith("*.") and pattern[2:].lower() == host.partition(".")[2].lower()


def _is_any(pattern: str, host: str) -> bool:
    del host
    return not pattern


def _backends(ingress: Json) -> Iterator[Backend]:
    spec, metadata = ingress["spec"], ingress["metadata"]
    for rule in spec.get("rules") or ():
        for path in (rule.get("http") or {}).get("paths") or ():
            yield from _backend(
                metadata, spec, rule.get("host") or "", path.get("path") or "/", path["backend"],
                exact=path.get("pathType") == "Exact",
            )  # fmt: skip
    if "defaultBackend" in spec:
        yield from _backend(metadata, spec, "", "/", spec["defaultBackend"])


def _backend(
    metadata: Json, spec: Json, host: str, path: str, backend: Json, *, exact: bool = False
) -> Iterator[Backend]:
    service = backend.get("service")
    if service is None:
        return
    port = service.get("port") or {}
    title = f"{metadata['namespace']}/{metadata['name']}"
    yield Backend(
        title, metadata["namespace"], spec.get("ingressClassName") or "", host, path, service["name"],
        str(port.get("name") or port.get("number") or ""), exact,
    )  # fmt: skip
