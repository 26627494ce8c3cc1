"""A NetworkPolicy means a namespace by a label that the namespace has not.

The traffic that the rule is for is denied, which shows as time-outs; if it is for DNS, no name can be looked up.

Fix: select ``kubernetes.io/metadata.name``, which every namespace has, or give the Namespace the label.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kplan.api.walk import items, mapping, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety, rename, unsafe
from kplan.lint.podselection import label_selector
from kplan.lint.rule import Finding, Rule, Subject
from kplan.lint.world import World

_SIDES: Final = (("ingress", "from"), ("egress", "to"))
_NAME: Final = "kubernetes.io/metadata.name"
_EVERY: Final = ("default", "kube-system", "kube-public", "kube-node-lease")
"""Namespaces of every cluster, whose labels are only their names if the input says no more."""
_MEANS_NAME: Final = ("name", "namespace", "kubernetes.io/name")
_Labels = Mapping[str, list[Mapping[str, Any]]]


def check(subject: Subject) -> Iterator[Finding]:
    """Report labels whose value is the name of a namespace that the selector does not match, as it matches none."""
    for side, field in _SIDES:
        for index, allowed in items(subject.spec, side):
            for number, peer in items(allowed, field):
                path = FieldPath.of("spec", side, index, field, number, "namespaceSelector", "matchLabels")
                yield from _of_peer(subject, peer, path)


def _of_peer(subject: Subject, peer: Mapping[str, Any], path: FieldPath) -> Iterator[Finding]:
    wanted = mapping(peer, "namespaceSelector", "matchLabels")
    selector = label_selector(peer.get("namespaceSelector")) if wanted else None
    known = subject.world.remember("labels of namespaces", _labels) if selector else {}
    if selector is None or any(selector.matches(labels) for each in known.values() for labels in each):
        return
    for key, value in wanted.items():
        given = value in known and all(key not in labels for labels in known[value])
        built_in = value not in known and value in _EVERY and key in _MEANS_NAME
        if key != _NAME and (given or built_in):
            message = f"namespace {value!r} has no label {key!r}"
            fix = unsafe("select the name of the namespace", rename(path.key(key), _NAME))
            yield Finding(path.key(key), message, at_key=True, fix=None if _NAME in wanted else fix)


def _labels(world: World) -> _Labels:
    """By their names, the labels of namespaces, in each of their documents."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in world.by_kind.get("Namespace", ()):
        labels = mapping(one.value, "metadata", "labels")
        own = {key: value for key, value in labels.items() if text(labels, key)}
        found.setdefault(one.name, []).append({**own, _NAME: one.name})
    return found


def _policy(labels: str, namespace: str = "") -> str:
    return f"""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: a}}
spec: {{podSelector: {{}}, ingress: [{{from: [{{namespaceSelector: {{matchLabels: {{{labels}}}}}}}]}}]}}
{namespace}"""


_NAMESPACE: Final = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: metrics%s}\n"

RULE = Rule(
    code="LBL009",
    name="policy-selects-no-namespace",
    severity=Severity.WARNING,
    kinds=frozenset({"NetworkPolicy.networking.k8s.io"}),
    check=check,
    looks_around=True,
    good=(
        _policy("kubernetes.io/metadata.name: kube-system"),
        _policy("name: metrics", _NAMESPACE % ", labels: {name: metrics}"),
        _policy("name: elsewhere"),
    ),
    bad=(_policy("name: kube-system"), _policy("name: metrics", _NAMESPACE % "")),
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name",
    ),
    fixes=(Safety.UNSAFE,),
)
