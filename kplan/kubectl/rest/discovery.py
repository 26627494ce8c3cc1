"""What the server says of itself: its version, its health, and which groups, versions and kinds it serves.

Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/discovery/{root,group,version}.go
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.field import go_json
from kplan.apiserver.server import Server
from kplan.kubectl.rest.path import Path, not_served
from kplan.schema.discovery import Resource

_HEALTH: Final = ("healthz", "livez", "readyz")


def page(path: Path, server: Server) -> str | None:
    """The text of a page; None if the path leads to none. Raises StatusError."""
    parts = path.parts
    if parts[:1] in {(one,) for one in _HEALTH} and len(parts) < 3:
        return _health(path)
    if parts == ("version",):
        major, _, minor = server.catalog.version.partition(".")
        version = {"major": major, "minor": minor, "gitVersion": f"v{server.catalog.version}.0"}
        return json.dumps({**version, "platform": "simulated"}, indent=2)
    served = list(server.discovery())
    if not parts:
        return json.dumps({"paths": _paths(served)}, indent=2)
    if parts == ("api",):
        return _line({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []})
    if parts[0] not in ("api", "apis"):
        return None
    return _of_groups(path, served)


def _health(path: Path) -> str:
    """``ok``, with the one check that there is where it is asked for."""
    name, *checks = path.parts
    if checks not in ([], ["ping"]):
        raise not_served()
    return f"[+]ping ok\n{name} check passed\n" if "verbose" in path.query and not checks else "ok"


def _paths(served: Iterable[Resource]) -> Sequence[str]:
    found = {
        "/api",
        "/apis",
        "/version",
        *(f"/{one}" for one in _HEALTH),
        *(f"/{one}/ping" for one in _HEALTH),
    }
    for one in served:
        found.add(f"/apis/{one.group}" if one.group else "/api")
        found.add(f"/apis/{one.api_version}" if one.group else "/api/v1")
    return sorted(found)


def _of_groups(path: Path, served: Sequence[Resource]) -> str | None:
    groups = [_group(name, served) for name in dict.fromkeys(one.group for one in served) if name]
    if path.parts == ("apis",):
        return _line({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
    if path.parts[0] == "apis" and len(path.parts) == 2:
        found = next((one for one in groups if one["name"] == path.parts[1]), None)
        if found is None:
            raise not_served()
        return _line({"kind": "APIGroup", "apiVersion": "v1", **found})
    if path.group_version is None or path.group_version[2]:
        return None
    group, version, _ = path.group_version
    kinds = [_kind(one) for one in served if (one.group, one.version) == (group, version)]
    if not kinds:
        raise not_served()
    name = f"{group}/{version}" if group else version
    listed = {"groupVersion": name, "resources": sorted(kinds, key=lambda one: str(one["name"]))}
    return _line({"kind": "APIResourceList", **({"apiVersion": "v1"} if group else {}), **listed})


def _group(name: str, served: Iterable[Resource]) -> Json:
    """A group with its versions, the preferred one first."""
    own = sorted((one for one in served if one.group == name), key=lambda one: not one.preferred)
    versions = [
        {"groupVersion": f"{name}/{version}", "version": version}
        for version in dict.fromkeys(one.version for one in own)
    ]
    return {"name": name, "versions": versions, "preferredVersion": versions[0]}


def _kind(resource: Resource) -> Json:
    more: dict[str, Any] = {}
    if resource.short_names:
        more["shortNames"] = list(resource.short_names)
    if resource.categories:
        more["categories"] = list(resource.categories)
    return {
        "name": resource.plural, "singularName": resource.singular, "namespaced": resource.namespaced,
        "kind": resource.kind, "verbs": list(resource.verbs), **more,
    }  # fmt: skip


def _line(value: Any) -> str:
    return f"{go_json(value)}\n"
