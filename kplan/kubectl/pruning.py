"""What --prune would remove: objects that an earlier apply made and this one no longer names.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/diff/prune.go, staging/src/k8s.io/kubectl/pkg/util/prune/prune.go
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver import conversion
from kplan.apiserver.decode import encode
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patch.last_applied import LAST_APPLIED
from kplan.apiserver.server import Server
from kplan.kubectl.choosing import list_order
from kplan.kubectl.diff import Compared, DiffOptions, DiffResult, compared
from kplan.kubectl.reading import Info
from kplan.kubectl.wording import ClientError
from kplan.schema.discovery import Resource
from kplan.selectors.labels import Selector

DEFAULT: Final = tuple(
    GroupVersionKind(*entry)
    for entry in (
        ("", "v1", "ConfigMap"), ("", "v1", "Endpoints"), ("", "v1", "PersistentVolumeClaim"), ("", "v1", "Pod"),
        ("", "v1", "ReplicationController"), ("", "v1", "Secret"), ("", "v1", "Service"), ("batch", "v1", "Job"),
        ("batch", "v1", "CronJob"), ("networking.k8s.io", "v1", "Ingress"), ("apps", "v1", "DaemonSet"),
        ("apps", "v1", "Deployment"), ("apps", "v1", "ReplicaSet"), ("apps", "v1", "StatefulSet"),
        ("", "v1", "Namespace"), ("", "v1", "PersistentVolume"),
    )
)  # fmt: skip
"""The kinds pruned if no allowlist is given; the last two are of the cluster."""


def parse_allowlist(entries: Iterable[str]) -> Sequence[GroupVersionKind]:
    """Read ``group/version/kind`` entries; ``core`` is the empty group. Raises ClientError."""
    kinds = []
    for entry in entries:
        parts = entry.split("/")
        if len(parts) != 3:
            raise ClientError(f"invalid GroupVersionKind format: {entry}, please follow <group/version/kind>")
        kinds.append(GroupVersionKind("" if parts[0] == "core" else parts[0], parts[1], parts[2]))
    return kinds or DEFAULT


def find_pruned(
    visited: Sequence[Info], server: Server, kinds: Iterable[GroupVersionKind], selector: Selector
) -> Iterator[tuple[Resource, Json]]:
    """The objects of these kinds that carry the annotation, match the labels and were not visited."""
    keys = {info.key for info in visited}
    namespaces = sorted({info.namespace for info in visited if info.namespace})
    for gvk in kinds:
        resource = _resource(gvk, server)
        for namespace in namespaces if resource.namespaced else [""]:
            for value in sorted(server.list(resource.group, resource.kind, namespace), key=list_order):
                if _is_applied(value, selector) and server.store.key_of(value) not in keys:
                    yield resource, value


def _is_applied(value: Json, selector: Selector) -> bool:
    """Whether an object carries the annotation of an apply, and its labels match."""
    metadata = value["metadata"]
    return LAST_APPLIED in (metadata.get("annotations") or {}) and selector.matches(
        metadata.get("labels") or {}
    )


def add_pruned(result: DiffResult, server: Server, options: DiffOptions) -> None:
    """Add the files of what a pruning apply would remove; what could not be compared counts as named."""
    named = [*result.visited, *(failure.info for failure in result.failures if failure.info)]
    found = find_pruned(named, server, options.prune, options.reading.selector)
    result.files += [pruned_file(resource, value, options) for resource, value in found]


def _resource(gvk: GroupVersionKind, server: Server) -> Resource:
    try:
        return server.resource_for(gvk)
    except StatusError as error:
        raise ClientError(str(error)) from error


def pruned_file(resource: Resource, value: Json, options: DiffOptions) -> Compared:
    """The file of an object that would go: all of it before, metadata.managedFields too, and nothing after."""
    metadata = value["metadata"]
    head = f"{resource.group}." if resource.group else ""
    name = f"{head}{resource.version}.{resource.kind}.{metadata.get('namespace', '')}.{metadata['name']}"
    printed = encode(conversion.to_version(value, resource.api_version), resource.gvk)
    return compared(name, printed, printed, replace(options, show_managed_fields=True))._replace(merged="")
