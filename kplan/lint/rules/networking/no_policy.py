"""No NetworkPolicy is about the pods.

Every pod of the cluster can connect to them, and they can connect to everything.

Fix: add a NetworkPolicy that selects the pods and says who may connect.
"""

from collections.abc import Iterator
from typing import Final

from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Rule, Subject
from kplan.lint.world import World, label_selector
from kplan.selectors.labels import Selector

_KIND: Final = "NetworkPolicy.networking.k8s.io"


def check(subject: Subject) -> Iterator[Finding]:
    """Report pods that no policy of their namespace selects; the node's network has no policies."""
    if not subject.pod_spec() or subject.pod_spec().get("hostNetwork") is True:
        return
    selectors = subject.world.remember("policies", _policies)
    places = [(subject.namespace, *pair) for pair in subject.pod_labels.items()]
    candidates = [one for place in [(subject.namespace, "", ""), *places] for one in selectors.get(place, ())]
    if not any(subject.selected_by(selector) for selector in candidates):
        yield Finding(subject.pod_path(), "no NetworkPolicy selects the pods", at_key=True)


def _policies(world: World) -> dict[tuple[str, str, str], list[Selector]]:
    """Selectors by namespace and a label they demand, or no label."""
    found: dict[tuple[str, str, str], list[Selector]] = {}
    for policy in world.by_kind.get(_KIND, ()):
        selector = label_selector(policy.spec.get("podSelector") or {})
        if selector is not None:
            pair = selector.exact[0] if selector.exact else ("", "")
            found.setdefault((policy.namespace, *pair), []).append(selector)
    return found


RULE = Rule(
    code="NET006",
    name="no-policy",
    severity=Severity.INFO,
    kinds=POD_OWNERS - {"PodTemplate"},
    check=check,
    looks_around=True,
    preset=STRICT,
    aliases=(
        "kube-linter:non-isolated-pod",
        "kube-score:pod-networkpolicy",
        "polaris:missingNetworkPolicy",
        "checkov:CKV2_K8S_6",
    ),
    good=(
        """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
        """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {matchExpressions: [{key: app, operator: In, values: [web, www]}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
    ),
    bad=(
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
        """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {matchLabels: {app: web, tier: front}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/services-networking/network-policies/",),
)
