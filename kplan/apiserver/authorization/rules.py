"""The rules that hold for a user in a namespace, through all bindings that are for the user or a group.

Upstream: pkg/registry/rbac/validation/rule.go
"""

from collections.abc import Iterator

from kplan.api.object import Json
from kplan.apiserver.attributes import User
from kplan.apiserver.authorization.aggregation import rules_of
from kplan.apiserver.authorization.policy import GROUP, Policy
from kplan.namedtuples import NamedTuple


class Rules(NamedTuple):
    """The rules that were found, and the roles that bindings name but that do not exist."""

    rules: list[Json]
    errors: list[str]


def rules_for(user: User, namespace: str, policy: Policy) -> Rules:
    """Cluster role bindings first, then those of the namespace."""
    found = Rules([], [])
    for binding, place in _bindings(policy, namespace):
        if not any(_applies(user, subject, place) for subject in binding.get("subjects") or ()):
            continue
        reference = binding["roleRef"]
        kind, name = reference["kind"], reference["name"]
        role = policy.get(kind, place if kind == "Role" else "", name)
        if role is None:
            found.errors.append(f'{kind.lower()}.{GROUP} "{name}" not found')
        else:
            found.rules.extend(rules_of(role, policy))
    return found


def _bindings(policy: Policy, namespace: str) -> Iterator[tuple[Json, str]]:
    for binding in policy.list("ClusterRoleBinding"):
        yield binding, ""
    if namespace:
        for binding in policy.list("RoleBinding", namespace):
            yield binding, namespace


def _applies(user: User, subject: Json, namespace: str) -> bool:
    kind, name = subject.get("kind"), subject.get("name", "")
    if kind == "User":
        return bool(user.name == name)
    if kind == "Group":
        return name in user.groups
    place = subject.get("namespace") or namespace
    return kind == "ServiceAccount" and user.name == f"system:serviceaccount:{place}:{name}"
