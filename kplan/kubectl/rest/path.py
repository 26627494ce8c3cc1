"""A path of the API: which objects it means, or which of the server's other pages.

Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/request/requestinfo.go
"""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, unquote, urlsplit

from kplan.api.gvk import ObjectKey
from kplan.apiserver.errors import StatusError
from kplan.errors import UsageError
from kplan.namedtuples import NamedTuple
from kplan.schema.discovery import Discovery, Resource


class Path(NamedTuple):
    """A path, in its parts, and its parameters."""

    parts: Sequence[str]
    query: Mapping[str, str]

    @classmethod
    def of(cls, text: str) -> "Path":
        """Read what follows ``--raw``; the server in front is not looked at. Raises UsageError."""
        try:
            url = urlsplit(text)
        except ValueError as error:
            raise UsageError(f'--raw must be a valid URL path: parse "{text}": {error}') from error
        parts = tuple(unquote(part) for part in url.path.split("/") if part)
        return cls(parts, dict(parse_qsl(url.query, keep_blank_values=True)))

    @property
    def text(self) -> str:
        """The path as it is written."""
        return "/" + "/".join(self.parts)

    @property
    def group_version(self) -> tuple[str, str, Sequence[str]] | None:
        """Group and version, and the parts that follow; None if the path names none."""
        if self.parts[:1] == ("api",) and len(self.parts) > 1:
            return "", self.parts[1], self.parts[2:]
        if self.parts[:1] == ("apis",) and len(self.parts) > 2:
            return self.parts[1], self.parts[2], self.parts[3:]
        return None


class Target(NamedTuple):
    """The objects that a path means: one if it has a name, else all of the kind."""

    resource: Resource
    namespace: str = ""
    name: str = ""
    subresource: str = ""

    @property
    def key(self) -> ObjectKey:
        """The key of the one object."""
        return ObjectKey(self.resource.group, self.resource.kind, self.namespace, self.name)


def not_served() -> StatusError:
    """404: no handler has the path."""
    return StatusError(404, "NotFound", "the server could not find the requested resource")


def target_of(path: Path, known: Discovery) -> Target:
    """The objects of a path. Raises StatusError 404 if it means none."""
    found = path.group_version
    if found is None or not found[2]:
        raise not_served()
    group, version, parts = found
    namespace = ""
    # /api/v1/namespaces/x and what belongs to that namespace itself are no objects of a namespace
    if parts[0] == "namespaces" and len(parts) > 2 and parts[2] not in ("status", "finalize"):
        namespace, parts = parts[1], parts[2:]
    plural, name, subresource, *rest = (*parts, "", "", "")[: max(len(parts), 3)]
    resource = next(
        (one for one in known if (one.group, one.version, one.plural) == (group, version, plural)), None
    )
    if resource is None or rest or (namespace and not resource.namespaced):
        raise not_served()
    if resource.namespaced and name and not namespace:
        raise not_served()
    return Target(resource, namespace, name, subresource)
