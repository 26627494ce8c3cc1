"""Pods that tolerate a taint of their node for some seconds are evicted then,
and a plan says that they did tolerate it.
"""

from pathlib import Path

from kplan.plan.model import Plan
from kplan.plan.risk import Example
from kplan.render.plan_text import render
from kplan.render.style import Style
from planning import plan_of

NODE = """
apiVersion: v1
kind: Node
metadata: {{name: {name}, labels: {{kubernetes.io/hostname: {name}}}}}
spec: {{{spec}}}
status: {{allocatable: {{cpu: "4", memory: 8Gi, pods: "110"}}, conditions: [{{type: Ready, status: "True"}}]}}
---
"""
TAINTED = "taints: [{key: maintenance, effect: NoExecute}]"
PODS = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: %s}
spec:
  selector: {matchLabels: {app: %s}}
  template:
    metadata: {labels: {app: %s}}
    spec:
      containers: [{name: main, image: "registry.example.com/agent:1"}]
      tolerations: [%s]
---
"""
FOR_A_TIME = "{key: maintenance, operator: Exists, effect: NoExecute, tolerationSeconds: 90}"


def tainted(tolerations: str, folder: Path) -> Plan:
    """One of two nodes with a pod each is tainted."""
    prior = (
        NODE.format(name="n1", spec="")
        + NODE.format(name="n2", spec="")
        + PODS % (*["agent"] * 3, tolerations)
    )
    return plan_of(Example(prior, NODE.format(name="n1", spec=TAINTED)), folder)


def test_a_pod_that_tolerates_it_for_a_time_says_for_how_long(tmp_path: Path) -> None:
    plan = tainted(FOR_A_TIME, tmp_path)
    assert "(n1): it tolerates a taint of its node for no more than 90 s\n" in render(plan, Style())
    assert plan.going_on == (
        "daemonset.apps/agent -n default (a pod tolerates a taint of n1 for 90 s; once it is evicted, a new one may come there again)",
    )


def test_a_pod_that_does_not_tolerate_it_says_so(tmp_path: Path) -> None:
    plan = tainted("", tmp_path)
    assert "(n1): it does not tolerate a taint of its node\n" in render(plan, Style())
    assert plan.going_on == ()


def test_a_pod_that_tolerates_it_stays(tmp_path: Path) -> None:
    plan = tainted("{operator: Exists}", tmp_path)
    assert "evicted" not in render(plan, Style())
    assert plan.going_on == ()
