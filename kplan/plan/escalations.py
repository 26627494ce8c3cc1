"""Which permissions are privilege escalations: they give more power than they appear to.

Upstream: https://kubernetes.io/docs/concepts/security/rbac-good-practices/
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from kplan.plan.permissions import GROUP, Grant

_READS: Final = frozenset({"get", "list", "watch", "*"})
_WRITES: Final = frozenset({"create", "update", "patch", "*"})
_ROLES: Final = frozenset({"roles", "clusterroles", "*"})
_WORKLOADS: Final = frozenset({"pods/exec", "pods/attach"})
_ALL: Final = "may do everything (verb * on every resource)"


def escalations(grants: Iterable[Grant]) -> Iterator[str]:
    """The escalations among grants, each once, the worst first."""
    every = list(grants)
    for text, is_one in _KINDS:
        found = [one for one in every if is_one(one)]
        if found:
            places = sorted({one.namespace for one in found})
            yield text if "" in places else f"{text} in namespace {', '.join(places)}"
            if text == _ALL and "" in places:
                return


def _is_wild(one: Grant) -> bool:
    if (one.verb, one.group, one.resource) == ("*", "*", "*") or one.resource.startswith("/"):
        return False
    return one.verb == "*" or one.resource == "*"


def _is(one: Grant, verbs: Iterable[str], group: str, resources: Iterable[str]) -> bool:
    """Whether a specific grant is one of these; wildcards have a line of their own."""
    return one.verb in verbs and one.group in (group, "*") and one.resource in resources


_KINDS: Final[tuple[tuple[str, Callable[[Grant], bool]], ...]] = (
    (_ALL, lambda one: (one.verb, one.resource) == ("*", "*") and one.group == "*"),
    ("has a wildcard among its verbs or resources", _is_wild),
    ("may give itself any role (escalate, bind)", lambda one: _is(one, {"escalate", "bind"}, GROUP, _ROLES)),
    (
        "may act as others (impersonate)",
        lambda one: _is(one, {"impersonate"}, "", {"users", "groups", "serviceaccounts", "*"}),
    ),
    ("may read Secrets of every namespace", lambda one: not one.namespace and not one.name and _is(one, _READS, "", {"secrets"})),
    ("may run commands in pods (pods/exec, pods/attach)", lambda one: _is(one, {"create", "get"}, "", _WORKLOADS)),
    ("may talk to kubelets (nodes/proxy)", lambda one: _is(one, {"get", "create", *_WRITES}, "", {"nodes/proxy"})),
    (
        "may change admission webhooks",
        lambda one: _is(
            one, _WRITES, "admissionregistration.k8s.io",
            {"mutatingwebhookconfigurations", "validatingwebhookconfigurations"},
        ),
    ),
    (
        "may approve certificates",
        lambda one: _is(one, {"update", "patch"}, "certificates.k8s.io", {"certificatesigningrequests/approval"}),
    ),
    ("may make tokens of service accounts", lambda one: _is(one, {"create"}, "", {"serviceaccounts/token"})),
)  # fmt: skip
