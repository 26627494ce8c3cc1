"""Whether a request is allowed.

Upstream: plugin/pkg/auth/authorizer/rbac/rbac.go, pkg/apis/rbac/v1/evaluation_helpers.go
"""

from kplan.api.object import Json
from kplan.apiserver.attributes import User
from kplan.apiserver.authorization.policy import Policy
from kplan.apiserver.authorization.rules import rules_for
from kplan.apiserver.errors import forbidden
from kplan.errors import aggregate
from kplan.namedtuples import NamedTuple
from kplan.state.store import Store


class Access(NamedTuple):
    """A request as the authorizer sees it."""

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    name: str = ""
    namespace: str = ""
    path: str = ""
    """A URL; empty for a request about a resource."""

    def __str__(self) -> str:
        if self.path:
            return f'{self.verb} path "{self.path}"'
        resource = f"{self.resource}/{self.subresource}" if self.subresource else self.resource
        place = f'in the namespace "{self.namespace}"' if self.namespace else "at the cluster scope"
        return f'{self.verb} resource "{resource}" in API group "{self.group}" {place}'


class Decision(NamedTuple):
    """The answer, and what stood in the way of finding it."""

    allowed: bool
    reason: str = ""


def authorize(user: User, access: Access, store: Store) -> Decision:
    """Decide by RBAC; the group system:masters may do everything."""
    if user.is_administrator:
        return Decision(allowed=True)
    found = rules_for(user, access.namespace, Policy(store))
    if any(_allows(rule, access) for rule in found.rules):
        return Decision(allowed=True)
    return Decision(allowed=False, reason=f"RBAC: {aggregate(found.errors)}" if found.errors else "")


def require(user: User, access: Access, store: Store) -> None:
    """Raise StatusError if the request is not allowed."""
    decision = authorize(user, access, store)
    if decision.allowed:
        return
    text = f'User "{user.name}" cannot {access}'
    resource = f"{access.resource}.{access.group}" if access.group else access.resource
    raise forbidden(resource, access.name, f"{text}: {decision.reason}" if decision.reason else text)


def _allows(rule: Json, access: Access) -> bool:
    verbs = rule.get("verbs") or ()
    if "*" not in verbs and access.verb not in verbs:
        return False
    if access.path:
        return any(_matches_path(url, access.path) for url in rule.get("nonResourceURLs") or ())
    groups, names = rule.get("apiGroups") or (), rule.get("resourceNames") or ()
    return (
        ("*" in groups or access.group in groups)
        and any(_matches_resource(one, access) for one in rule.get("resources") or ())
        and (not names or access.name in names)
    )


def _matches_resource(pattern: str, access: Access) -> bool:
    if not access.subresource:
        return pattern in ("*", access.resource)
    return pattern in ("*", f"{access.resource}/{access.subresource}", f"*/{access.subresource}")


def _matches_path(pattern: str, path: str) -> bool:
    return pattern in ("*", path) or (pattern.endswith("*") and path.startswith(pattern.rstrip("*")))
