"""What a reviewer reads of probes, Services and autoscalers is so on a cluster."""

from pathlib import Path
from textwrap import dedent

import pytest

from kplan.plan.model import Plan
from kplan.plan.risk import Example
from planning import plan_of


def web(container: str = "", replicas: str = "replicas: 1", image: str = "web:1") -> str:
    return dedent(
        f"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {{name: web}}
        spec:
          {replicas}
          selector: {{matchLabels: {{app: web}}}}
          template:
            metadata: {{labels: {{app: web}}}}
            spec:
              containers: [{{name: c, image: 'example.com/{image}', ports: [{{name: http, containerPort: 80}}]{container}}}]
        ---
        """
    )


def service(app: str, target: str = "80") -> str:
    port = f"{{port: 80, targetPort: {target}}}"
    return f"{{apiVersion: v1, kind: Service, metadata: {{name: web}}, spec: {{selector: {{app: {app}}}, ports: [{port}]}}}}\n---\n"


def told(plan: Plan, code: str) -> list[str]:
    return [one.message for one in plan.risks if one.code == code]


@pytest.mark.parametrize(
    ("probe", "stuck"),
    [
        ("readinessProbe: {httpGet: {path: /, port: web}}", "Readiness"),
        ("readinessProbe: {tcpSocket: {port: web}}", "Readiness"),
        ("startupProbe: {httpGet: {path: /, port: web}}", "Startup"),
        ("readinessProbe: {httpGet: {path: /, port: http}}", ""),
        ("readinessProbe: {httpGet: {path: /, port: '8080'}}", ""),
        ("readinessProbe: {httpGet: {path: /, port: 9999}}", ""),
        ("livenessProbe: {httpGet: {path: /, port: web}}", ""),
        ("readinessProbe: {exec: {command: [test]}}", ""),
    ],
)
def test_a_probe_whose_port_nothing_has_never_passes(probe: str, stuck: str, tmp_path: Path) -> None:
    plan = plan_of(Example(web(), web(f", {probe}")), tmp_path)
    expected = [
        "has 1 of 1 pods updated, 1 of them not ready, 1 old pod left, stopped: pod web-",
        (
            f': {stuck} probe errored and resulted in unknown state: strconv.Atoi: parsing "web": invalid syntax (no port of the '
            "container has the name web)"
        ),
    ]
    messages = told(plan, "PLN002")
    assert len(messages) == bool(stuck)
    assert all(part in message for message in messages for part in expected)


@pytest.mark.parametrize(
    ("prior", "applied", "scenario", "message"),
    [
        (
            web() + service("web"),
            service("other"),
            "",
            " (before: 1): no pod matches its selector, app=other",
        ),
        (web(), service("other"), "", ": no pod matches its selector, app=other"),
        (web(), service("web", "metrics"), "", ": no container has a TCP port named metrics"),
        ("", web() + service("web"), "never-ready", ": its pod is not ready"),
        ("", web(replicas="replicas: 2") + service("web"), "never-ready", ": none of its 2 pods is ready"),
    ],
    ids=["moved", "new", "port", "one", "two"],
)
def test_why_a_service_has_no_endpoint_is_said(
    prior: str, applied: str, scenario: str, message: str, tmp_path: Path
) -> None:
    assumed = f"images: [{{image: '*/web:1', fate: {scenario}}}]" if scenario else ""
    plan = plan_of(Example(prior, applied, scenario=assumed), tmp_path)
    assert told(plan, "PLN003") == [f"has no ready endpoint{message}"]


def autoscaler(least: int) -> str:
    target = "scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}"
    return f"{{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {{name: web}}, spec: {{minReplicas: {least}, maxReplicas: 5, {target}}}}}\n---\n"


def test_the_pods_that_an_autoscaler_asks_for_are_its_own_doing(tmp_path: Path) -> None:
    prior = web(", resources: {requests: {cpu: 100m}}", "minReadySeconds: 0") + autoscaler(1)
    plan = plan_of(Example(prior, autoscaler(4)), tmp_path)
    (planned,) = plan.changes
    assert len(planned.effects.pods) == 3
    assert [one.detail for one in planned.effects.objects] == ["from 1 to 4 pods", "from 1 to 4 pods"]
    assert plan.not_caused_by_changes.pods == ()


def test_an_autoscaler_is_not_told_of_what_it_does_not_scale(tmp_path: Path) -> None:
    prior = web(", resources: {requests: {cpu: 100m}}", "minReadySeconds: 0") + autoscaler(1)
    changed = web(", resources: {requests: {cpu: 100m}}", "minReadySeconds: 0", "web:2")
    plan = plan_of(Example(prior, changed + autoscaler(1)), tmp_path)
    assert [len(planned.effects.pods) for planned in plan.changes] == [2, 0]
