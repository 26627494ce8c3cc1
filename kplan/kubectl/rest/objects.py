"""Requests for objects by path: read, created, replaced, deleted, and pods evicted.

Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/{get,create,update,delete}.go
"""

from kplan.api.object import Json
from kplan.apiserver.errors import StatusError, bad_request
from kplan.apiserver.request import Answer
from kplan.apiserver.server import Server
from kplan.errors import UsageError
from kplan.kubectl.choosing import Item, Wanted, listed
from kplan.kubectl.fieldlabels import unable_to_find
from kplan.kubectl.printers.goorder import in_go_order
from kplan.kubectl.rest.deleteoptions import delete_options
from kplan.kubectl.rest.path import Path, Target, not_served
from kplan.schema import layouts

_SUCCESS = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}


def read(target: Target, path: Path, server: Server) -> Json:
    """One object, or a list. Raises StatusError or UsageError."""
    if not target.name:
        return _list(target, path, server)
    if target.subresource == "scale":
        return server.scale(target.key)
    if target.subresource not in ("", "status"):
        raise UsageError(
            f"kplan answers no {target.subresource} by its path", hint="'kplan logs' and 'kplan exec' say it"
        )
    server.get(target.key)
    return in_go_order(server.show(target.key, target.resource.api_version) or {})


def _list(target: Target, path: Path, server: Server) -> Json:
    """All objects that match the parameters, as one list; items of built-in kinds do not say what they are."""
    wanted = Wanted(
        namespace=target.namespace, all_namespaces=not target.namespace,
        labels=path.query.get("labelSelector", ""), fields=path.query.get("fieldSelector", ""),
    )  # fmt: skip
    resource = target.resource
    try:
        found = [_shown(item, server) for item in listed(server, resource, wanted)]
    except StatusError as error:
        # What was asked for is put before it by kubectl alone.
        named = unable_to_find(resource, wanted.labels, wanted.fields, "").message
        raise StatusError(error.code, error.reason, error.message.removeprefix(named)) from error
    version = str(server.store.revision)
    return {
        "kind": f"{resource.kind}List", "apiVersion": resource.api_version,
        "metadata": {"resourceVersion": version}, "items": found,
    }  # fmt: skip


def _shown(item: Item, server: Server) -> Json:
    value = in_go_order(server.show(item.key, item.resource.api_version) or {})
    if layouts.bundled().type_of(item.resource.gvk) is None:
        return value
    return {key: inner for key, inner in value.items() if key not in ("kind", "apiVersion")}


def create(target: Target, body: Json, server: Server) -> Answer | Json:
    """Create an object, or evict a pod. Raises StatusError."""
    if target.name:
        if (target.resource.plural, target.subresource) != ("pods", "eviction"):
            raise not_served()
        server.evict(target.key, delete_options(body.get("deleteOptions") or {}))
        return {**_SUCCESS, "code": 201}
    _check_kind(target, body)
    return server.create(body, namespace=target.namespace, manager="kubectl")


def replace(target: Target, body: Json, server: Server) -> Answer:
    """Replace an object, or its status. Raises StatusError."""
    if not target.name or target.subresource not in ("", "status"):
        raise not_served()
    _check_kind(target, body)
    return server.update(
        body, namespace=target.namespace, name=target.name, subresource=target.subresource, manager="kubectl"
    )


def delete(target: Target, body: Json, server: Server) -> Answer | Json:
    """Delete one object; the answer is the object if it waits for its end. Raises StatusError or UsageError."""
    if not target.name:
        raise UsageError(
            "kplan deletes no collection by its path", hint="name the object, or use --all or -l"
        )
    if target.subresource:
        raise not_served()
    answer = server.delete(target.key, delete_options(body))
    if server.find(target.key) is not None:
        return answer
    named = {"name": target.name, "group": target.resource.group, "kind": target.resource.plural}
    details = {**named, "uid": answer.stored["metadata"].get("uid", "")}
    return {**_SUCCESS, "details": {key: text for key, text in details.items() if text}}


def _check_kind(target: Target, body: Json) -> None:
    """Refuse an object of another kind than the path's. Raises StatusError."""
    resource, version = target.resource, body["apiVersion"]
    if body["kind"] == resource.kind and version == resource.api_version:
        return
    if body["kind"] == resource.kind:
        text = f"the API version in the data ({version}) does not match the expected API version ({resource.api_version})"
        raise bad_request(text)
    inner = resource.group.partition(".")[0] or "core"
    raise StatusError(
        400, "BadRequest",
        f'{body["kind"]} in version "{version.rpartition("/")[2]}" cannot be handled as a {resource.kind}: converting '
        f"({version.rpartition('/')[2]}.{body['kind']}) to ({inner}.{resource.kind}): unknown conversion",
    )  # fmt: skip
