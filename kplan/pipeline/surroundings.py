"""What manifests take for granted: namespaces and kinds that somebody else defines,
as a cluster that they are applied to has them.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from kplan.api.object import Json, Object
from kplan.schema.jsonschemas import definition_of

if TYPE_CHECKING:
    from kplan.apiserver.server import Server
    from kplan.schema.catalog import Catalog

_ANYTHING = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


def add_surroundings(server: "Server", objects: Sequence[Object], namespace: str = "default") -> None:
    """Create the namespaces and kinds that objects need and nobody among them defines.

    Nothing is known of such kinds: their objects are taken as they are written.
    """
    from kplan.apiserver.errors import StatusError
    from kplan.kubectl.emulation import emulate_controllers

    for value in (*_kinds(objects, server.catalog), *_namespaces(objects, namespace)):
        try:
            answer = server.create(value)
        except StatusError:
            continue  # it is there already
        emulate_controllers(answer.stored, server)


def _namespaces(objects: Iterable[Object], namespace: str) -> Iterator[Json]:
    known = list(objects)
    defined = {one.name for one in known if one.gvk.kind == "Namespace" and not one.gvk.group}
    named = {one.namespace or namespace for one in known}
    for name in sorted(named - defined - {""}):
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def _kinds(objects: Iterable[Object], catalog: "Catalog") -> Iterator[Json]:
    """A definition that takes anything, for every kind of another group that nobody defines."""
    known = list(objects)
    defined = {
        (str(spec.get("group")), str((spec.get("names") or {}).get("kind")))
        for one in known
        if one.gvk.kind == "CustomResourceDefinition" and isinstance(spec := one.value.get("spec"), dict)
    }
    versions: dict[tuple[str, str], dict[str, None]] = {}
    placed = set[tuple[str, str]]()
    for one in known:
        kind = one.gvk.group, one.gvk.kind
        if "." in one.gvk.group and kind not in defined and not catalog.knows(one.gvk):
            versions.setdefault(kind, {})[one.gvk.version] = None
            if one.namespace:
                placed.add(kind)
    for kind, found in sorted(versions.items()):
        made = definition_of(*kind, [(version, _ANYTHING) for version in found])
        made["metadata"]["annotations"] = {"api-approved.kubernetes.io": "unapproved, taken to be there"}
        if kind not in placed and (kind[1].startswith("Cluster") or kind[1].endswith("Class")):
            made["spec"]["scope"] = "Cluster"
        yield made
