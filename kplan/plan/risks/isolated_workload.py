"""NetworkPolicies cut a workload off: nobody can connect to it any more, or it cannot resolve names.

A policy that selects pods denies what no policy allows, and connections time out without an error. Without DNS hardly
anything works, because programs connect to Services by name.

Fix: add a policy that allows who has to come in, and one that lets pods out to DNS (port 53, UDP and TCP, in
kube-system), in the same change as the one that denies the rest.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.plan.effect import Isolation
from kplan.plan.inventory import Inventory, selector_of_labels
from kplan.plan.reading import fields
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.sentences import listed
from kplan.state.store import Store

_FEW: Final = 3
"""The number of workloads up to which each is listed."""
_IN: Final = "is reached by nobody any more, although a Service leads to it: no NetworkPolicy lets anybody in"
_OUT: Final = "can look up no name any more: no NetworkPolicy lets it out to DNS"


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at what the changes take of the connections of workloads; of many one change is told of."""
    for planned in changes:
        cut_off = defaultdict[str, list[Identity]](list)
        for one in planned.effects.consequences:
            if one.isolation is None:
                continue
            what = _OUT if one.isolation is Isolation.DNS else _IN
            if one.workloads:
                names = listed(each.title for each in one.workloads)
                message = f"means for {len(one.workloads)} workloads ({names}), of which each {what}"
                yield Found(one.object, message, about=what)
            elif what == _OUT or _is_served(one.object.key, outcome.final):
                cut_off[what].append(one.object)
        for what, workloads in cut_off.items():
            yield from _told(planned.change.object, what, workloads)


def _told(cause: Identity, what: str, workloads: Sequence[Identity]) -> Iterator[Found]:
    if len(workloads) <= _FEW:
        yield from (Found(one, what, about=what) for one in workloads)
        return
    names = listed(one.title for one in workloads)
    yield Found(
        cause,
        f"cuts off {len(workloads)} workloads ({names}): each {what}",
        extent=len(workloads),
        about=what,
    )


def _is_served(workload: ObjectKey, store: Store) -> bool:
    """Whether a Service leads to the pods of a workload."""
    for one in Inventory.of(store).of_keys([workload]):
        for service in store.list("", "Service", workload.namespace):
            selector = selector_of_labels(fields(service, "spec").get("selector"))
            if selector is not None and selector.matches(one.template.labels):
                return True
    return False


_WEB = """
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "registry.example.com/web:1", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cli, labels: {app: cli}}
spec: {containers: [{name: cli, image: "registry.example.com/cli:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---"""
_POLICY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]%s}
"""

RISK = Risk(
    code="PLN040",
    name="isolated-workload",
    severity=Severity.WARNING,
    check=check,
    at_risk=Example(prior=_WEB, applied=_POLICY % ""),
    safe=Example(
        prior=_WEB, applied=_POLICY % ", ingress: [{from: [{podSelector: {matchLabels: {app: cli}}}]}]"
    ),
    of_change=True,
    references=("https://kubernetes.io/docs/concepts/services-networking/network-policies/",),
)
