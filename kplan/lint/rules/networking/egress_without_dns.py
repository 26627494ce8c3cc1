"""A NetworkPolicy keeps its pods from looking up names.

What it lets them connect to is named by host names, and the lookups time out: DNS needs port 53 over UDP,
and TCP for large answers.

Fix: add a rule with ``ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]``; a port
without a protocol is TCP only.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety, append, unsafe
from kplan.lint.lookups import goes_to_addresses, lets_look_up, over_tcp_only, restricts_egress
from kplan.lint.podselection import label_selector
from kplan.lint.rule import Finding, Rule, Subject
from kplan.lint.world import World
from kplan.selectors.labels import Selector

_KIND: Final = "NetworkPolicy.networking.k8s.io"
_EGRESS: Final = FieldPath.of("spec", "egress")
_OTHER_POLICIES: Final = (
    "CiliumNetworkPolicy.cilium.io", "CiliumClusterwideNetworkPolicy.cilium.io", "NetworkPolicy.crd.projectcalico.org",
    "GlobalNetworkPolicy.crd.projectcalico.org", "NetworkPolicy.projectcalico.org", "GlobalNetworkPolicy.projectcalico.org",
    "AdminNetworkPolicy.policy.networking.k8s.io", "BaselineAdminNetworkPolicy.policy.networking.k8s.io",
    "ClusterNetworkPolicy.policy.networking.k8s.io",
)  # fmt: skip
_ByNamespace = Mapping[str, Sequence[Selector]]


def check(subject: Subject) -> Iterator[Finding]:
    """Report policies with rules for what pods connect to, none of them for DNS; other policies may add one."""
    if not subject.spec.get("egress") or not restricts_egress(subject):
        return
    selector = label_selector(subject.spec.get("podSelector") or {})
    if selector is None or lets_look_up(subject) or goes_to_addresses(subject):
        return
    others = subject.world.remember("policies that let out to DNS", _of_dns).get(subject.namespace, ())
    chosen = subject.world.selection.selected(subject.namespace, selector)
    if chosen and all(_is_let_out(one, others) for one in chosen):
        return
    unknown = _doubt(subject.world, chosen, others)
    whole = next((f" of {one.name!r}" for one in chosen if not _is_let_out(one, others)), "")
    for rule, port in over_tcp_only(subject):
        path = _EGRESS / rule / "ports" / port
        message = f"the pods{whole} look up names over UDP, and this port is TCP"
        add = unsafe(
            "add the port over UDP", append(_EGRESS / rule / "ports", {"port": 53, "protocol": "UDP"})
        )
        yield Finding(path, message, unknown=unknown, fix=add)
        return
    message = f"the pods{whole} cannot look up names: no rule lets them out to port 53 over UDP"
    yield Finding(_EGRESS, message, at_key=True, unknown=unknown)


def _is_let_out(pods: Subject, others: Sequence[Selector]) -> bool:
    """Whether pods may connect to DNS all the same; the node's network has no policies."""
    on_node = pods.pod_spec().get("hostNetwork") is True
    return on_node or any(pods.selected_by(selector) for selector in others)


def _doubt(world: World, chosen: Sequence[Subject], others: Sequence[Selector]) -> str:
    """Why another policy may let the pods out."""
    kind = next((one for one in _OTHER_POLICIES if one in world.by_kind), "")
    if kind:
        return f"a {kind.partition('.')[0]} may let them out"
    if not chosen and others:
        return "other policies let pods out to DNS, and which pods there are is not known"
    return ""


def _of_dns(world: World) -> _ByNamespace:
    """By namespace, what the policies select that let pods out to DNS."""
    found: dict[str, list[Selector]] = {}
    for one in world.by_kind.get(_KIND, ()):
        if restricts_egress(one) and lets_look_up(one):
            selector = label_selector(one.spec.get("podSelector") or {})
            if selector is not None:
                found.setdefault(one.namespace, []).append(selector)
    return found


def _policy(name: str, selector: str, egress: str) -> str:
    return f"""\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}}}
spec:
  podSelector: {{{selector}}}
  policyTypes: [Egress]
  egress: [{egress}]
"""


_WEB: Final = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
"""
_OF_WEB: Final = "matchLabels: {app: web}"
_TO_DATABASE: Final = "{to: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}]}"
_TO_DNS: Final = "{ports: [{port: 53, protocol: UDP}]}"

RULE = Rule(
    code="NET013",
    name="egress-without-dns",
    severity=Severity.WARNING,
    kinds=frozenset({_KIND}),
    check=check,
    looks_around=True,
    good=(
        _WEB + _policy("web", _OF_WEB, f"{_TO_DATABASE}, {_TO_DNS}"),
        _WEB + _policy("web", _OF_WEB, _TO_DATABASE) + _policy("dns", "", _TO_DNS),
    ),
    bad=(
        _WEB + _policy("web", _OF_WEB, _TO_DATABASE),
        _WEB + _policy("web", _OF_WEB, f"{_TO_DATABASE}, {{ports: [{{port: 53}}]}}"),
    ),
    references=("https://kubernetes.io/docs/concepts/services-networking/network-policies/",),
    fixes=(Safety.UNSAFE,),
)
