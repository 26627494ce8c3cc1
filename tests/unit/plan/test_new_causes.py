"""A risk that was there before for another reason is new, and of a Deployment the newest template is told of."""

from pathlib import Path

import pytest

from kplan.plan.action import Action
from kplan.plan.model import Plan, RiskStatus
from kplan.plan.risk import Example
from planning import plan_of

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  strategy: {type: %s}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {build: "%s"}}
    spec:
      %s
      containers: [{name: web, image: "registry.example.com/web:1", resources: {requests: {cpu: "%s"}}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
"""
LEVEL = """
apiVersion: v1
kind: Namespace
metadata: {name: default, labels: {pod-security.kubernetes.io/enforce: baseline}}
---
"""
QUOTA = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: cpu}
spec: {hard: {requests.cpu: "1"}}
---
"""
ELSEWHERE = "nodeSelector: {disk: fast}"
ON_HOST = "hostNetwork: true"


def statuses(plan: Plan) -> dict[str, RiskStatus]:
    return {one.code: one.status for one in plan.risks if one.object.name == "web"}


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        (DEPLOYMENT % ("Recreate", 1, "", 64), DEPLOYMENT % ("Recreate", 2, "", 65), RiskStatus.EXISTING),
        (DEPLOYMENT % ("Recreate", 1, "", 64), DEPLOYMENT % ("Recreate", 2, ELSEWHERE, 1), RiskStatus.NEW),
        (DEPLOYMENT % ("Recreate", 1, ELSEWHERE, 1), DEPLOYMENT % ("Recreate", 1, "", 64), RiskStatus.NEW),
    ],
    ids=["same", "selector", "size"],
)
def test_what_waits_for_another_reason_is_new(
    before: str, after: str, status: RiskStatus, tmp_path: Path
) -> None:
    found = statuses(plan_of(Example(before, after), tmp_path))
    assert found == {"PLN001": status, "PLN003": status}


def test_the_reason_is_that_of_the_newest_pods(tmp_path: Path) -> None:
    prior, applied = (
        DEPLOYMENT % ("RollingUpdate", 1, "", 64),
        DEPLOYMENT % ("RollingUpdate", 2, ELSEWHERE, 1),
    )
    plan = plan_of(Example(prior, applied), tmp_path)
    (told,) = (one for one in plan.risks if one.code == "PLN001")
    assert "node affinity/selector" in told.message
    assert "Insufficient cpu" not in told.message


def test_what_a_replaced_template_was_refused_is_not_told(tmp_path: Path) -> None:
    plan = plan_of(
        Example(
            LEVEL + QUOTA + DEPLOYMENT % ("RollingUpdate", 1, ON_HOST, 1),
            DEPLOYMENT % ("RollingUpdate", 2, "", "800m"),
        ),
        tmp_path,
    )
    told = [one for one in plan.risks if one.code == "PLN005"]
    assert [(one.status, "exceeded quota: cpu" in one.message) for one in told] == [(RiskStatus.NEW, True)]
    refusals = [text for planned in plan.changes for text in planned.effects.refusals]
    assert not [text for text in refusals if "PodSecurity" in text]


def test_the_pod_of_the_newest_template_is_quoted(tmp_path: Path) -> None:
    prior, applied = (
        LEVEL + DEPLOYMENT % ("RollingUpdate", 1, ON_HOST, 1),
        DEPLOYMENT % ("RollingUpdate", 2, ON_HOST, 1),
    )
    plan = plan_of(Example(prior, applied), tmp_path)
    (told,) = (one for one in plan.risks if one.code == "PLN005")
    deployment = next(one for one in plan.changes if one.change.object.kind == "Deployment")
    made = [
        one.object.name
        for one in deployment.effects.objects
        if one.object.kind == "ReplicaSet" and one.action is Action.CREATE
    ]
    assert [name for name in made if f'"{name}-*"' in told.message] == made
    assert len(made) == 1
    assert told.status is RiskStatus.EXISTING
