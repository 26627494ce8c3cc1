"""What a reader finds at the top of a plan, and what he can do about a refusal."""

from pathlib import Path

import pytest

from kplan.plan.model import Plan
from kplan.plan.risk import Example
from kplan.render.plan_text import render
from kplan.render.style import Style
from planning import plan_of


def service(name: str, spec: str = "type: NodePort, ports: [{port: 80, nodePort: 30080}]") -> str:
    return f"{{apiVersion: v1, kind: Service, metadata: {{name: {name}}}, spec: {{{spec}}}}}\n---\n"


def definition(*versions: str) -> str:
    listed = ", ".join(
        f"{{name: {name}, served: {served}, storage: {stored}, schema: {{openAPIV3Schema: {{type: object}}}}}}"
        for name, served, stored in (one.split("/") for one in versions)
    )
    names = "{plural: widgets, singular: widget, kind: Widget}"
    return (
        "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: widgets.example.com}, "
        f"spec: {{group: example.com, scope: Namespaced, names: {names}, versions: [{listed}]}}}}\n---\n"
    )


CONFIG = "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {color: red}}\n---\n"
WIDGET = "{apiVersion: example.com/v1alpha1, kind: Widget, metadata: {name: one}}\n---\n"
PENDING = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {nodeSelector: {disk: ssd}, containers: [{name: c, image: "web:1"}]}
---
"""


def lines(plan: Plan, *, verbose: bool = False) -> list[str]:
    return render(plan, Style(verbose=verbose)).splitlines()


def test_what_is_refused_among_others_is_named_at_the_top(tmp_path: Path) -> None:
    shown = lines(plan_of(Example(service("a"), CONFIG + service("b")), tmp_path))
    assert shown[1] == "Refused: service/b -n default."


def test_what_is_refused_alone_is_seen_as_it_is(tmp_path: Path) -> None:
    shown = lines(plan_of(Example(service("a"), service("b")), tmp_path))
    assert not any(one.startswith("Refused") for one in shown)


def test_many_that_are_refused_are_counted(tmp_path: Path) -> None:
    applied = CONFIG + "".join(map(service, "bcdefgh"))
    plan = plan_of(Example(service("a"), applied), tmp_path)
    assert lines(plan)[1].endswith("service/f -n default and 2 more (-v lists them).")
    assert lines(plan, verbose=True)[1].endswith("service/h -n default.")


def test_who_has_a_port_or_an_address_is_said(tmp_path: Path) -> None:
    idle = service("other", "ports: [{port: 80}]")
    for name, spec, held in (
        ("port", "type: NodePort, ports: [{port: 80, nodePort: 30080}]", "30080"),
        ("address", "clusterIP: 10.96.7.7, ports: [{port: 80}]", "10.96.7.7"),
    ):
        (tmp_path / name).mkdir()
        plan = plan_of(Example(idle + service("a", spec), service("b", spec)), tmp_path / name)
        assert plan.changes[0].change.help.startswith("service/")
        assert plan.changes[0].change.help.endswith(f" -n default has {held}")


def test_a_version_that_a_definition_does_not_serve(tmp_path: Path) -> None:
    prior, applied = (
        definition("v1alpha1/true/false", "v1/true/true"),
        definition("v1alpha1/false/false", "v1/true/true"),
    )
    plan = plan_of(Example(prior + WIDGET, applied + WIDGET), tmp_path)
    assert [one.message for one in plan.risks if one.code == "PLN034"] == [
        "is written in v1alpha1, but widgets.example.com serves v1: write it in a version that is served"
    ]


def test_a_stateful_set_may_be_made_anew_beside_its_pods(tmp_path: Path) -> None:
    claim = (
        "{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: %s}}}}"
    )
    template = "{metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: db}]}}"
    spec = (
        f"{{selector: {{matchLabels: {{app: db}}}}, template: {template}, volumeClaimTemplates: [{claim}]}}"
    )
    stateful = f"{{apiVersion: apps/v1, kind: StatefulSet, metadata: {{name: db}}, spec: {spec}}}\n"
    plan = plan_of(Example(stateful % "1Gi", stateful % "2Gi"), tmp_path)
    assert "kubectl delete statefulset db --cascade=orphan" in plan.changes[0].change.help


def test_why_pods_are_pending_is_said_by_the_risk(tmp_path: Path) -> None:
    plan = plan_of(Example("", PENDING), tmp_path)
    below = lines(plan)[
        lines(plan).index("+ deployment.apps/web -n default  create: not in the state  " + _place(plan)) :
    ]
    assert sum("didn't match Pod's node affinity/selector" in one for one in lines(plan)) == 1
    assert sum("PLN001 above says why" in one for one in below) == 1
    assert sum("didn't match Pod's node affinity/selector" in one for one in lines(plan, verbose=True)) == 3


def _place(plan: Plan) -> str:
    return plan.changes[0].change.location


WEBHOOK = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: policy}
webhooks:
- name: policy.example.com
  failurePolicy: %s
  sideEffects: None
  admissionReviewVersions: [v1]
  clientConfig: {service: {name: policy, namespace: default}}
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
"""


@pytest.mark.parametrize(("policy", "times"), [("Fail", 1), ("Ignore", 1)])
def test_what_a_risk_says_whole_is_not_repeated_below_the_change(
    policy: str, times: int, tmp_path: Path
) -> None:
    plan = plan_of(Example("", WEBHOOK % policy), tmp_path)
    assert any("service/policy" in one.message for one in plan.changes[0].effects.consequences)
    assert sum("service/policy -n default does not exist" in one for one in lines(plan)) == times
