"""Why a Service has no endpoint, who led to it, and what is told at one place of a plan."""

from pathlib import Path
from typing import Any

import pytest

from kplan.api.object import Json
from kplan.diagnostics import Severity
from kplan.plan.model import Plan
from kplan.plan.risk import Example
from kplan.plan.risks import find_risks
from kplan.report import Report
from kplan.simulation.outcome import Outcome
from kplan.simulation.timeline import Timeline
from kplan.state.store import Store
from planning import plan_of


def deployment(name: str = "web", replicas: int = 2, label: str = "web", more: str = "") -> str:
    template = f"{{metadata: {{labels: {{app: {label}, name: {name}}}}}, spec: {{containers: [{{name: c, image: 'web:1'{more}}}]}}}}"
    spec = f"{{replicas: {replicas}, selector: {{matchLabels: {{name: {name}}}}}, template: {template}}}"
    return f"{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: {name}}}, spec: {spec}}}\n---\n"


SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}\n---\n"
QUOTA = "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {%s}}}\n---\n"


def ingress(name: str, host: str, service: str = "web") -> str:
    backend = f"{{service: {{name: {service}, port: {{number: 80}}}}}}"
    rule = f"{{host: {host}, http: {{paths: [{{path: /cart, pathType: Prefix, backend: {backend}}}]}}}}"
    return f"{{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {{name: {name}}}, spec: {{rules: [{rule}]}}}}\n---\n"


ROUTES = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: httproutes.gateway.networking.k8s.io, annotations: {api-approved.kubernetes.io: unapproved}}
spec:
  group: gateway.networking.k8s.io
  scope: Namespaced
  names: {plural: httproutes, kind: HTTPRoute}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec: {hostnames: [api.example.com], rules: [{backendRefs: [{name: web, port: 80}]}]}
---
"""


AT_ZERO = "(before: 2): deployment.apps/web, whose pods it selects, is scaled to 0"


def told(plan: Plan, code: str) -> list[str]:
    return [one.message for one in plan.risks if one.code == code]


@pytest.mark.parametrize(
    ("prior", "applied", "message"),
    [
        (deployment(), deployment(replicas=0), AT_ZERO),
        (
            deployment() + deployment("api"),
            deployment(replicas=0) + deployment("api", replicas=0),
            "(before: 4): deployment.apps/api and deployment.apps/web, whose pods it selects, are scaled to 0",
        ),
        (deployment(), deployment(label="site"), "(before: 2): no pod matches its selector, app=web"),
        (
            deployment(replicas=0) + QUOTA % "pods: 0",
            deployment(replicas=3),
            "deployment.apps/web, whose pods it selects, has none of its 3 pods",
        ),
        (
            deployment() + ingress("shop", "shop.example.com") + ingress("other", "a.example.com", "b"),
            deployment(replicas=0),
            AT_ZERO + "; ingress.networking.k8s.io/shop routes shop.example.com/cart to it",
        ),
        (
            deployment() + ROUTES,
            deployment(replicas=0),
            AT_ZERO + "; httproute.gateway.networking.k8s.io/web routes api.example.com to it",
        ),
    ],
    ids=["to 0", "two to 0", "labels", "refused", "ingress", "route"],
)
def test_why_nobody_stands_behind_a_service(prior: str, applied: str, message: str, tmp_path: Path) -> None:
    plan = plan_of(Example(prior + SERVICE, applied), tmp_path)
    said = [
        one.replace("has no ready endpoint ", "").removeprefix("has no ready endpoint: ")
        for one in told(plan, "PLN003")
    ]
    assert sorted(said) == [message] or sorted(said) == [_other_way_round(message)]


def _other_way_round(message: str) -> str:
    return message.replace(
        "deployment.apps/api and deployment.apps/web", "deployment.apps/web and deployment.apps/api"
    )


@pytest.mark.parametrize(
    ("deleted", "applied", "messages"),
    [
        (SERVICE, "", ["names service/web -n default, which is not there"]),
        (
            "",
            SERVICE.replace("port: 80", "port: 8080"),
            ["names port 80 of service/web -n default, which has no such port"],
        ),
        ("", SERVICE.replace("app: web", "app: site"), []),
    ],
    ids=["gone", "another port", "as it was"],
)
def test_a_route_to_what_is_gone(deleted: str, applied: str, messages: list[str], tmp_path: Path) -> None:
    plan = plan_of(Example(SERVICE + ROUTES, applied, deleted), tmp_path)
    risks = [one for one in plan.risks if one.code == "PLN019"]
    assert [one.message for one in risks if one.object.kind == "HTTPRoute"] == messages


def test_a_refused_immutable_change_is_one_finding_with_the_way_out(tmp_path: Path) -> None:
    job = "{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: 'j:%s'}]}}}}\n---\n"
    plan = plan_of(Example(job % 1, job % 2), tmp_path)
    findings = [one for one in Report("plan", plan=plan).all_findings if one.severity is Severity.ERROR]
    assert [one.rule for one in findings] == ["PLN020"]
    assert "kubectl replace --force" in findings[0].help
    assert plan.changes[0].change.refusal


def test_an_unknown_kind_is_one_finding(tmp_path: Path) -> None:
    plan = plan_of(
        Example("", "{apiVersion: shop.example.com/v1, kind: Widget, metadata: {name: w}}"), tmp_path
    )
    assert [one.rule for one in Report("plan", plan=plan).all_findings] == ["PLN034"]


def test_a_refusal_that_no_risk_tells_is_a_finding(tmp_path: Path) -> None:
    broken = deployment().replace("name: c,", "name: C_,")
    assert [one.rule for one in Report("plan", plan=plan_of(Example("", broken), tmp_path)).all_findings] == [
        "API422"
    ]


def test_what_refuses_pods_is_told_at_the_risk_and_not_below_the_change(tmp_path: Path) -> None:
    plan = plan_of(Example(deployment(), QUOTA % "limits.cpu: 4"), tmp_path)
    why = 'pods "web-*" is forbidden: failed quota: q: must specify limits.cpu for: c'
    assert [one.partition("web-")[0] for one in told(plan, "PLN008")] == [
        'cannot create its pods again: pods "'
    ]
    assert why.partition('"')[2].partition("*")[2] in told(plan, "PLN008")[0]
    said = [one.message for planned in plan.changes for one in planned.effects.consequences]
    assert said == ["keeps the 2 pods that run, but one that goes cannot be created again"]


def stored(kind: str, version: str, name: str, owner: Json | None = None, **rest: Any) -> Json:
    reference = {} if owner is None else {"ownerReferences": [_reference(owner)]}
    metadata = {
        "name": name,
        "namespace": "default",
        "uid": f"uid-of-{name}",
        "labels": {"app": "web"},
    } | reference
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}


def _reference(owner: Json) -> Json:
    named = {"name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"], "controller": True}
    return {"apiVersion": owner["apiVersion"], "kind": owner["kind"]} | named


BUDGETS = [
    stored("PodDisruptionBudget", "policy/v1", name, spec={"selector": {"matchLabels": {"app": "web"}}})
    for name in ("one", "two")
]
ROLLOUT = stored("Rollout", "argoproj.io/v1", "shop", spec={})
ABSENT = stored("Deployment", "apps/v1", "gone")
OF_ROLLOUT, OF_ABSENT = (
    stored("ReplicaSet", "apps/v1", f"{name}-1", owner, spec={"template": {"spec": {"containers": []}}})
    for name, owner in (("shop", ROLLOUT), ("gone", ABSENT))
)


def pod(owner: Json) -> Json:
    return stored("Pod", "v1", "p", owner, spec={"containers": []})


@pytest.mark.parametrize(
    ("objects", "about", "message"),
    [
        ([ROLLOUT, OF_ROLLOUT, pod(OF_ROLLOUT)], "Rollout shop", "no pod of it can be evicted"),
        ([ROLLOUT, pod(ROLLOUT)], "Rollout shop", "no pod of it can be evicted"),
        ([OF_ABSENT, pod(OF_ABSENT)], "ReplicaSet gone-1", "no pod of it can be evicted"),
        ([pod(ROLLOUT)], "Pod p", "cannot be evicted"),
        ([pod(OF_ABSENT)], "Pod p", "cannot be evicted"),
    ],
    ids=[
        "of a set of a custom one",
        "of a custom one",
        "of a set of an absent one",
        "custom, absent",
        "absent",
    ],
)
def test_budgets_of_pods_whose_controller_is_of_a_custom_kind_or_absent(
    objects: list[Json], about: str, message: str
) -> None:
    store = Store()
    store.load([*BUDGETS, *objects])
    outcome = Outcome(store, store, Timeline(), 0, 0, converged=True)
    found = [one for one in find_risks((), outcome) if one.code == "PLN014"]
    assert [f"{one.object.kind} {one.object.name}" for one in found] == [about]
    assert (
        found[0].message
        == f"{message}, for 2 budgets select {'it' if 'Pod' in about else 'them'}: one and two"
    )


STARTUP = ", startupProbe: {httpGet: {path: /, port: 80}, periodSeconds: 5, failureThreshold: 3}"


@pytest.mark.parametrize("sidecar", [False, True])
def test_what_never_answers_passes_no_startup_probe(sidecar: bool, tmp_path: Path) -> None:
    plain = deployment(more="" if sidecar else STARTUP)
    side = f"{{initContainers: [{{name: s, image: 's:1', restartPolicy: Always{STARTUP}}}], containers"
    applied = plain.replace("{containers", side) if sidecar else plain
    image = "s:1" if sidecar else "web:1"
    plan = plan_of(
        Example("", applied, scenario=f"images: [{{image: '{image}', fate: never-ready}}]"), tmp_path
    )
    assert len(told(plan, "PLN002")) == 1
    assert told(plan, "PLN002")[0].endswith(
        "(CrashLoopBackOff: Startup probe failed: HTTP probe failed with statuscode: 503)"
    )


def test_a_slow_application_needs_a_patient_startup_probe(tmp_path: Path) -> None:
    for name, ready, stuck in (("a", 8, 0), ("b", 30, 1)):
        (tmp_path / name).mkdir()
        scenario = f"images: [{{image: 'web:1', ready: {ready}}}]"
        plan = plan_of(Example("", deployment(more=STARTUP), scenario=scenario), tmp_path / name)
        assert len(told(plan, "PLN002")) == stuck
