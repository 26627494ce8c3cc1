"""A pod looks up every name in several domains.

With the default ``ndots:5`` a name such as ``api.example.com`` is asked for in four cluster domains first,
which multiplies DNS traffic.

Fix: set ``dnsConfig.options: [{name: ndots, value: "2"}]`` on pods that mostly talk to the outside.
"""

from collections.abc import Iterator

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.fixes import Safety, append, unsafe
from kplan.lint.rule import ON_REQUEST, POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report pods that leave ndots to the default and do not use the node's own resolver."""
    for where, pod in subject.pods():
        names = {text(option, "name") for _, option in items(pod.get("dnsConfig"), "options")}
        if (
            pod
            and "ndots" not in names
            and pod.get("dnsPolicy", "ClusterFirst") in ("ClusterFirst", "ClusterFirstWithHostNet")
        ):
            path = where / "dnsConfig"
            fix = unsafe("set ndots to 2", append(path / "options", {"name": "ndots", "value": "2"}))
            yield Finding(path, "the pod has no DNS option ndots", at_key=True, fix=fix)


RULE = Rule(
    code="NET005",
    name="ndots",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=ON_REQUEST,
    aliases=("kube-linter:dnsconfig-options",),
    good=(
        "spec: {dnsConfig: {options: [{name: ndots, value: '2'}]}, containers: [{name: a, image: b}]}",
        "spec: {dnsPolicy: Default, containers: [{name: a, image: b}]}",
    ),
    bad=("spec: {containers: [{name: a, image: b}]}",),
    references=("https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/",),
    fixes=(Safety.UNSAFE,),
)
