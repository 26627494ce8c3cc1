"""A rule of a role allows nothing: its resource or verbs do not exist, or it cannot be asked for.

The program that needs the right is refused. A Role reaches only what is in its namespace, and a right to create cannot
be restricted to names, as the object has none that is asked for.

Fix: write the plural of the resource with the API group that has it, and verbs such as get, list, watch, create,
update, patch and delete; for what is in no namespace use a ClusterRole and a ClusterRoleBinding.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kplan.diagnostics import Severity
from kplan.lint.roles import ROLES, grants
from kplan.lint.rule import Finding, Rule, Subject
from kplan.naming import nearest
from kplan.sentences import listed

_VERBS: Final = frozenset(
    {"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "proxy", "use", "bind", "escalate", "approve",
     "sign", "attest", "*"}
)  # fmt: skip
_VIRTUAL: Final = frozenset({"approve", "sign", "attest", "use"})
"""Verbs of resources that only authorization knows, as impersonation does: signers, users."""
_CREATING: Final = frozenset({"create", "deletecollection"})
"""Verbs of requests that name no object, except for parts of one."""
_SUB: Final = frozenset("/*")
_UNNAMED: Final = "leave out resourceNames, which restricts get, update, patch and delete only"
_ASKED_WITHIN: Final = "namespaces"
"""A request for one namespace counts as one within it."""
_GONE: Final = frozenset(
    {
        "podsecuritypolicies",
        "podpresets",
        "externaladmissionhookconfigurations",
        "initializerconfigurations",
        "clustertrustbundles",
        "clustercidrs",
    }
)
"""Resources that earlier or later releases have in a group that is there."""


def check(subject: Subject) -> Iterator[Finding]:
    """Report resources that no group of the rule has, and rules without any verb;
    of groups of custom kinds nothing is known.
    """
    for grant in grants(subject):
        known = _resources()
        if not grant.groups or not all(group in known for group in grant.groups):
            continue
        if any(verb in _VIRTUAL or verb.startswith("impersonate") or ":" in verb for verb in grant.verbs):
            continue
        for index, resource in enumerate(grant.resources):
            plural = resource.partition("/")[0]
            if plural not in (*_GONE, "*", "") and not any(plural in known[group] for group in grant.groups):
                message = f"there is no resource {plural!r} in {_titles(grant.groups)}"
                yield Finding(grant.path / "resources" / index, message, _meant(plural, grant.groups))
            elif subject.kind.startswith("Role.") and _is_cluster_wide(plural, grant.groups):
                message = f"{plural} are in no namespace, so that a Role cannot allow them"
                yield Finding(grant.path / "resources" / index, message)
        if (
            grant.names
            and _CREATING.issuperset(grant.verbs)
            and not any(_SUB & set(one) for one in grant.resources)
        ):
            message = f"no request to {grant.verbs[0]} has a name" if grant.verbs else ""
            if message:
                yield Finding(grant.path / "resourceNames", message, _UNNAMED, at_key=True)
        if grant.verbs and not _VERBS.intersection(grant.verbs):
            wrong = listed(map(repr, grant.verbs))
            yield Finding(grant.path / "verbs", f"there is no verb {wrong}", at_key=True)


def _resources() -> Mapping[str, frozenset[str]]:
    """The resources of the groups that every cluster has."""
    from kplan.schema.discovery import plurals_by_group  # noqa: PLC0415 - only roles ask

    return plurals_by_group()


def _is_cluster_wide(plural: str, groups: Sequence[str]) -> bool:
    """Whether objects of a resource are in no namespace, in every group that is named."""
    from kplan.schema.discovery import cluster_wide  # noqa: PLC0415 - only roles ask

    wide = cluster_wide()
    return plural != _ASKED_WITHIN and all(plural in wide.get(group, ()) for group in groups)


def _titles(groups: Sequence[str]) -> str:
    return " or ".join(f"the API group {group!r}" if group else "the core API group ''" for group in groups)


def _meant(plural: str, groups: Sequence[str]) -> str:
    """The group that has the resource, or the resource that it was meant to be."""
    elsewhere = [group for group, names in _resources().items() if plural in names]
    if elsewhere:
        return f"it is in {_titles(elsewhere)}"
    near = nearest(plural, sorted({name for group in groups for name in _resources()[group]}), 0.8)
    return f"did you mean {near!r}?" if near else ""


def _role(rule: str) -> str:
    return (
        f"apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {{name: a}}\nrules: [{{{rule}}}]\n"
    )


RULE = Rule(
    code="RBA013",
    name="grants-nothing",
    severity=Severity.WARNING,
    kinds=ROLES,
    check=check,
    good=(
        _role("apiGroups: ['', apps], resources: [pods, pods/log, deployments], verbs: [get]"),
        _role("apiGroups: [shop.example.com], resources: [orders], verbs: [ship]"),
        _role("apiGroups: [''], resources: [nodes, namespaces], verbs: [get]").replace(
            "kind: Role", "kind: ClusterRole"
        ),
        _role("apiGroups: [''], resources: [namespaces], verbs: [get]"),
        _role("apiGroups: [''], resources: [pods], resourceNames: [a], verbs: [get, create]"),
        _role("apiGroups: [''], resources: [pods/exec], resourceNames: [a], verbs: [create]"),
    ),
    bad=(
        _role("apiGroups: [''], resources: [nodes], verbs: [get]"),
        _role("apiGroups: [storage.k8s.io], resources: [storageclasses], verbs: [list]"),
        _role("apiGroups: [''], resources: [secrets], resourceNames: [a], verbs: [create]"),
        _role("apiGroups: [''], resources: [deployments], verbs: [get]"),
        _role("apiGroups: [apps], resources: [deployment], verbs: [get]"),
        _role("apiGroups: [apps], resources: [deployments], verbs: [read]"),
    ),
    references=("https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources",),
)
