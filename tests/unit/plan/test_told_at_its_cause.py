"""A risk is told where its cause is, as new as the cause, and once."""

from pathlib import Path
from textwrap import dedent

import pytest

from kplan.api.gvk import ObjectKey
from kplan.plan.model import RiskFinding
from kplan.plan.risk import Example
from planning import after_deleting, plan_of

CPU = (
    "metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]"
)


def deployment(
    name: str = "web",
    replicas: int = 3,
    more: str = "minReadySeconds: 0",
    cpu: str = "100m",
    image: str = "web:1",
    labels: str = "",
    port: str = "",
) -> str:
    return dedent(
        f"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {{name: {name}}}
        spec:
          replicas: {replicas}
          {more}
          selector: {{matchLabels: {{app: web{labels}}}}}
          template:
            metadata: {{labels: {{app: web{labels}}}}}
            spec: {{containers: [{{name: c, image: "{image}", resources: {{requests: {{cpu: {cpu}}}}}{port}}}]}}
        ---
        """
    )


def autoscaler(name: str = "web", target: str = "web", most: int = 5) -> str:
    scaled = f"scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {target}}}"
    spec = f"{{minReplicas: 2, maxReplicas: {most}, {scaled}, {CPU}}}"
    return f"{{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {{name: {name}}}, spec: {spec}}}\n---\n"


def budget(name: str, selector: str = "{matchLabels: {app: web}}") -> str:
    spec = f"{{maxUnavailable: 1, selector: {selector}}}"
    return f"{{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {{name: {name}}}, spec: {spec}}}\n---\n"


def pod(name: str, label: str = "web") -> str:
    spec = "{containers: [{name: c, image: 'db:1'}]}"
    return f"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, labels: {{app: {label}}}}}, spec: {spec}}}\n---\n"


def told(prior: str, applied: str, folder: Path, *codes: str, load: str = "") -> list[str]:
    scenario = f"load: [{{target: deployment/web, total: {load}}}]" if load else ""
    risks = plan_of(Example(prior, applied, scenario=scenario), folder).risks
    return [_line(one) for one in risks if one.code in codes]


def _line(one: RiskFinding) -> str:
    return f"{one.code} {one.status} {one.severity.name} {one.object.kind} {one.object.name}: {one.message}"


def test_pods_without_a_controller_that_have_the_same_budgets_are_one_finding(tmp_path: Path) -> None:
    prior = "".join(map(pod, ("a", "b", "c"))) + budget("one")
    assert told(prior, budget("two"), tmp_path, "PLN014") == [
        "PLN014 new ERROR Pod a: cannot be evicted, nor can 2 other pods, for 2 budgets select them: one and two"
    ]


def test_one_such_pod_is_told_of_alone(tmp_path: Path) -> None:
    assert told(pod("a") + budget("one"), budget("two"), tmp_path, "PLN014") == [
        "PLN014 new ERROR Pod a: cannot be evicted, for 2 budgets select it: one and two"
    ]


def test_autoscalers_that_find_pods_of_each_other_are_one_finding(tmp_path: Path) -> None:
    others = "".join(
        deployment(name, labels=f", x: {name}") + autoscaler(name, name) for name in ("api", "site")
    )
    assert told(deployment() + autoscaler(), others, tmp_path, "PLN015") == [
        (
            "PLN015 new ERROR Deployment api: is not scaled by load, nor is deployment/web and deployment/site: "
            "3 autoscalers find pods of each other: api, web and site"
        )
    ]


SCALED = deployment() + autoscaler()
PLN017 = "WARNING HorizontalPodAutoscaler web: needs more than its maxReplicas of 5"
PLN016 = "WARNING Deployment web: every apply sets replicas to"


@pytest.mark.parametrize("load", ["", "200m"])
def test_replicas_above_the_maximum_are_news_and_no_need_of_the_load(load: str, tmp_path: Path) -> None:
    assert told(SCALED, deployment(replicas=8), tmp_path, "PLN016", "PLN017", load=load) == [
        f"PLN016 new {PLN016} 8, more than the maxReplicas of autoscaler 'web', which sets it to 5"
    ]


def test_replicas_below_the_minimum(tmp_path: Path) -> None:
    assert told(SCALED, deployment(replicas=1), tmp_path, "PLN016") == [
        f"PLN016 new {PLN016} 1, less than the minReplicas of autoscaler 'web', which sets it to 2"
    ]


def test_a_maximum_that_falls_below_the_replicas_of_the_manifest(tmp_path: Path) -> None:
    assert told(SCALED, autoscaler(most=2), tmp_path, "PLN016") == [
        f"PLN016 new {PLN016} 3, more than the maxReplicas of autoscaler 'web', which sets it to 2"
    ]


@pytest.mark.parametrize(
    ("applied", "load", "status"),
    [
        (deployment(image="web:2"), "600m", "existing"),  # 12 pods were wanted before as well
        (deployment(cpu="40m"), "200m", "new"),  # 4 pods were enough, now 10 are wanted
        (deployment(cpu="40m"), "600m", "existing"),
        (autoscaler(most=4), "600m", "worse"),
        (autoscaler(most=3), "200m", "new"),
    ],
)
def test_an_autoscaler_is_capped_as_it_was_or_since_the_change(
    applied: str, load: str, status: str, tmp_path: Path
) -> None:
    found = told(SCALED, applied, tmp_path, "PLN017", load=load)
    assert [one.split()[1] for one in found] == [status]


def test_the_same_load_within_the_maximum(tmp_path: Path) -> None:
    assert told(SCALED, deployment(image="web:2"), tmp_path, "PLN017", load="200m") == []


SET = deployment("db", 2, "serviceName: db", image="db:1").replace("kind: Deployment", "kind: StatefulSet")


def test_a_pod_that_is_taken_from_its_set_keeps_its_name(tmp_path: Path) -> None:
    assert told(SET, pod("db-0", "other"), tmp_path, "PLN002", "PLN024") == [
        "PLN024 new ERROR StatefulSet db: has 1 of 2 pods ready: loses 1 Pod, which nobody controls any more: db-0"
    ]


def test_a_pod_that_was_there_before_its_set_is_in_the_way(tmp_path: Path) -> None:
    assert told(pod("db-1", "other"), SET, tmp_path, "PLN002", "PLN024") == [
        (
            "PLN002 new ERROR StatefulSet db: has 1 of 2 pods ready, stopped: pod db-1 does not belong to it and has the name "
            "of one of its pods"
        )
    ]


PORT = ", ports: [{containerPort: 80, hostPort: 8080}]"
WANTS = (
    "wants host port 8080/TCP, which its old pods have on 3 nodes: none may stop before a new one is ready"
)
PENDING = "has 1 of 3 pods updated, 1 of them not ready, 3 old pods left, leaves 1 pod pending"


@pytest.mark.parametrize(
    ("more", "share"),
    [
        ("strategy: {rollingUpdate: {maxUnavailable: 0}}", "maxUnavailable 0"),
        ("minReadySeconds: 0", "maxUnavailable 25% of 3, which is 0"),
    ],
)
def test_a_rollout_that_its_own_host_port_stops(more: str, share: str, tmp_path: Path) -> None:
    prior, applied = (deployment(more=more, image=image, port=PORT) for image in ("web:1", "web:2"))
    assert told(prior, applied, tmp_path, "PLN001", "PLN002", "PLN028") == [
        (
            f"PLN028 new ERROR Deployment web: {PENDING}: {WANTS} ({share}); let one stop with maxUnavailable 1 and "
            "maxSurge 0, or use strategy Recreate"
        )
    ]


def test_a_rollout_that_stops_an_old_pod_first_has_the_host_port(tmp_path: Path) -> None:
    more = "strategy: {rollingUpdate: {maxUnavailable: 1, maxSurge: 0}}"
    prior, applied = (deployment(more=more, image=image, port=PORT) for image in ("web:1", "web:2"))
    assert told(prior, applied, tmp_path, "PLN001", "PLN002", "PLN028") == []


def test_more_pods_with_a_host_port_than_nodes(tmp_path: Path) -> None:
    assert told("", deployment(replicas=4, port=PORT), tmp_path, "PLN001", "PLN002", "PLN028") == [
        (
            "PLN028 new ERROR Deployment web: has 3 of 4 pods ready, leaves 1 pod pending: wants host port 8080/TCP, which other "
            "pods of it have on 3 nodes: it needs a node for each pod"
        )
    ]


NEVER_BEGUN = "is paused and has no pods: none is created until spec.paused is false (kubectl rollout resume)"
PAUSED = deployment(more="paused: true")


@pytest.mark.parametrize(
    ("prior", "status"), [("", "new"), (PAUSED.replace("replicas: 3", "replicas: 1"), "existing")]
)
def test_a_deployment_that_is_paused_from_the_start_is_no_failed_rollout(
    prior: str, status: str, tmp_path: Path
) -> None:
    plan = plan_of(Example(prior, PAUSED), tmp_path)
    assert [_line(one) for one in plan.risks] == [f"PLN002 {status} INFO Deployment web: {NEVER_BEGUN}"]
    assert [one.effects.no_effect_because for one in plan.changes] == [
        "the Deployment is paused: it has no pods until spec.paused is false (kubectl rollout resume)"
    ]


HELD = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n---\n" + "".join(
    f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}, namespace: shop, finalizers: [example.com/{name}]}}}}\n---\n"
    for name in ("one", "two")
)


def test_a_namespace_that_does_not_go_names_what_holds_it_and_that_is_told_once(tmp_path: Path) -> None:
    namespace = ObjectKey("", "Namespace", "", "shop")
    found = [_line(one) for one in after_deleting(HELD, tmp_path, namespace) if one.code == "PLN023"]
    assert found == [
        (
            "PLN023 new ERROR Namespace shop: stays, marked for deletion, with configmap/one and configmap/two, until "
            "somebody removes finalizer example.com/one and example.com/two"
        )
    ]


NODE = "{apiVersion: v1, kind: Node, metadata: {name: n1}, %sstatus: {capacity: {cpu: 4, memory: 8Gi, pods: 110}}}\n---\n"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            "spec: {taints: [{key: a, value: b, effect: NoSchedule}]}, ",
            "takes no pod that does not tolerate a=b:NoSchedule; 3 pods that run there stay, and could not come back",
        ),
        (
            "spec: {unschedulable: true}, ",
            "takes no new pod; 3 pods that run there stay, and could not come back",
        ),
        (
            "spec: {taints: [{key: a, effect: NoExecute}]}, ",
            "takes no pod that does not tolerate a:NoExecute",
        ),
    ],
)
def test_a_taint_that_moves_no_pod_is_not_silent(given: str, message: str, tmp_path: Path) -> None:
    plan = plan_of(Example(NODE % "" + deployment(), NODE % given), tmp_path)
    (planned,) = plan.changes
    assert [(one.name, one.message) for one in planned.effects.consequences] == [("takes-no-pods", message)]
