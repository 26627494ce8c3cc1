"""No NetworkPolicy is about the pods.

Every pod of the cluster can connect to them, and they can connect to everything.

Fix: add a NetworkPolicy that selects the pods and says who may connect.
"""

from collections.abc import Iterator
from typing import Final

from kplan.diagnostics import Severity
from kplan.lint.podselection import label_selector
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Rule, Subject
from kplan.lint.selectorindex import SelectorIndex
from kplan.lint.world import World

_KIND: Final = "NetworkPolicy.networking.k8s.io"


def check(subject: Subject) -> Iterator[Finding]:
    """Report pods that no policy of their namespace selects; the node's network has no policies."""
    if not subject.makes_pods or not subject.pod_spec() or subject.pod_spec().get("hostNetwork") is True:
        return
    if not subject.world.remember("policies", _policies).of(subject):
        yield Finding(subject.pod_path(), "no NetworkPolicy selects the pods", at_key=True)


def _policies(world: World) -> SelectorIndex:
    return SelectorIndex(world, _KIND, lambda policy: label_selector(policy.spec.get("podSelector") or {}))


RULE = Rule(
    code="NET006",
    name="no-policy",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
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
