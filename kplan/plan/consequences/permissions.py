"""Which permissions subjects lose or gain, because roles or bindings change.

- ``loses-permission``: a user, a group or a service account may no longer do what it could.
- ``gains-permission``: it may do what it could not.
- ``grants-standard-role``: a binding grants a role that every cluster has, and whose rules the state does not hold.

What another role still allows is not lost, and what one allowed before is not gained. Roles that are put together from
others (aggregationRule) are counted as what they come to.

Upstream: plugin/pkg/auth/authorizer/rbac/rbac.go
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, product
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.made import is_built_in
from kplan.plan.finder import Change, Consequence, Example, Finder, Identity, Severity, World
from kplan.plan.permissions import GROUP, Grants, in_words, permissions, subjects_of, without_covered

_Role = tuple[str, str, str]
_BINDINGS: Final = ("RoleBinding", "ClusterRoleBinding")
"""Its kind, namespace and name."""


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Report what subjects lose and gain, under the first change that concerns them."""
    yield from world.once(_by_cause).get(change.object, ())
    binding = world.after(change)
    if binding and "roleRef" in binding and binding != world.before(change):
        yield from _of_standard_role(change.object, binding["roleRef"], world)


def _of_standard_role(binding: Identity, role: Mapping[str, str], world: World) -> Iterator[Consequence]:
    """Note a standard role whose rules the state does not hold; those of cluster-admin are known all the same."""
    key = ObjectKey(GROUP, role["kind"], "", role["name"])
    if key.name != "cluster-admin" and world.final.get(key) is None and is_built_in(key):
        message = f"grants what {key} allows, which every cluster has and this state does not hold"
        yield Consequence("grants-standard-role", binding, message, Severity.INFO)


def _by_cause(world: World) -> Mapping[Identity, Sequence[Consequence]]:
    before, after = permissions(world.prior), permissions(world.final)
    found: defaultdict[Identity, list[Consequence]] = defaultdict(list)
    for subject in dict.fromkeys((*before.direct, *after.direct)):
        told = list(_of_subject(subject, before.of(subject), after.of(subject)))
        cause = _cause(subject, world) if told else None
        if cause is not None:
            found[cause.object] += told
    return found


def _of_subject(subject: Identity, before: Grants, after: Grants) -> Iterator[Consequence]:
    lost, gained = without_covered(before, after), without_covered(after, before)
    if lost:
        kept = [one for one in after if any(grant.covers(one) for grant in lost)]
        still = f", but still {in_words(kept)}" if kept else ""
        yield Consequence("loses-permission", subject, f"may no longer {in_words(lost)}{still}")
    if gained:
        yield Consequence("gains-permission", subject, f"may now {in_words(gained)}", Severity.INFO)


def _cause(subject: Identity, world: World) -> Change | None:
    """The first changed binding that is for the subject, else the first changed role."""
    if binding := world.once(_bindings).get(subject):
        return binding
    roles, bound = world.once(_roles), world.once(_bound_roles).get(subject, frozenset())
    named = (change for role, change in roles.items() if role in bound)
    return next(chain(named, roles.values()), None)


def _bindings(world: World) -> Mapping[Identity, Change]:
    """The first changed binding of each subject."""
    found: dict[Identity, Change] = {}
    for change in (one for one in world.effective if one.object.kind in _BINDINGS):
        for value in filter(None, (world.before(change), world.after(change))):
            for subject in subjects_of(value):
                found.setdefault(subject, change)
    return found


def _roles(world: World) -> Mapping[_Role, Change]:
    """The changed roles, in the order of the changes."""
    found: dict[_Role, Change] = {}
    for change in world.effective:
        one = change.object
        if one.kind in ("Role", "ClusterRole"):
            found.setdefault((one.kind, one.namespace, one.name), change)
    return found


def _bound_roles(world: World) -> Mapping[Identity, frozenset[_Role]]:
    """The roles that are bound to each subject."""
    found: defaultdict[Identity, set[_Role]] = defaultdict(set)
    stores = product((world.prior, world.final), _BINDINGS)
    for binding in chain.from_iterable(store.list(GROUP, kind) for store, kind in stores):
        role, namespace = binding["roleRef"], binding["metadata"].get("namespace", "")
        where = namespace if role["kind"] == "Role" else ""
        for subject in subjects_of(binding):
            found[subject].add((role["kind"], where, role["name"]))
    return {subject: frozenset(roles) for subject, roles in found.items()}


_ROLE: Final = """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [%s], verbs: [%s]}]
---
"""
_BINDING: Final = """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: ci, namespace: default}]
---
"""
_READER: Final = _ROLE % ("pods", "get, list")

FINDER = Finder(
    kinds=frozenset(
        f"{kind}.{GROUP}" for kind in ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")
    ),
    find=find,
    examples=(
        Example(_READER + _BINDING, _ROLE % ("pods", "get"), finds=("loses-permission",)),
        Example(_READER + _BINDING, _ROLE % ("pods", "get, list, delete"), finds=("gains-permission",)),
        Example(
            _READER + _BINDING,
            _ROLE % ("secrets", "get, list"),
            finds=("loses-permission", "gains-permission"),
        ),
        Example(_READER + _BINDING, deleted=_BINDING, finds=("loses-permission",)),
        Example(_READER, _BINDING, finds=("gains-permission",)),
        Example(_READER, _ROLE % ("pods", "get")),
        Example(_READER + _BINDING, _ROLE % ("pods", "list, get")),
    ),
)
