"""One cause is told by one risk, at one object, with what comes of it."""

from pathlib import Path
from textwrap import dedent

import pytest

from kplan.plan.named_causes import TAKEN_PORT, causes_in
from kplan.plan.risk import Example
from planning import plan_of


def deployment(
    name: str = "web", app: str = "web", pod: str = "", container: str = "", more: str = ""
) -> str:
    return dedent(
        f"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {{name: {name}}}
        spec:
          selector: {{matchLabels: {{app: {app}}}}}
          template:
            metadata: {{labels: {{app: {app}{more}}}}}
            spec: {{containers: [{{name: c, image: "registry.example.com/web:1"{container}}}]{pod}}}
        ---
        """
    )


def told(prior: str, applied: str, folder: Path, scenario: str = "") -> list[tuple[str, str, str, str]]:
    plan = plan_of(Example(prior, applied, scenario=scenario), folder)
    return [(one.code, one.status, one.object.name, one.message) for one in plan.risks]


NO_PODS = "{apiVersion: v1, kind: ResourceQuota, metadata: {name: none}, spec: {hard: {pods: 0}}}\n---"
CLAIM = ", volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]"
SETTINGS = ", envFrom: [{configMapRef: {name: settings}}]"
HUGE = ", resources: {requests: {cpu: 64}}"
ABSENT = "which is not there"


@pytest.mark.parametrize(
    ("prior", "applied", "code", "message"),
    [
        ("", deployment(container=HUGE), "PLN001", "has 0 of 1 pods ready, leaves 1 pod pending: 0/3 nodes"),
        (NO_PODS, deployment(), "PLN005", 'has 0 of 1 pods ready: pods "web-'),
        ("", deployment(container=SETTINGS), "PLN019", "has 0 of 1 pods ready: names configmap/settings"),
        (
            "",
            deployment(pod=CLAIM),
            "PLN019",
            "has 0 of 1 pods ready, leaves 1 pod pending: names persistentvolumeclaim/data",
        ),
        (
            "",
            deployment(pod=", serviceAccountName: shop"),
            "PLN019",
            "has 0 of 1 pods ready: names serviceaccount/shop",
        ),
        (
            "",
            deployment(pod=", priorityClassName: top"),
            "PLN019",
            "has 0 of 1 pods ready: names priorityclass.scheduling.k8s.io/top",
        ),
    ],
    ids=["room", "quota", "configmap", "claim", "account", "priority"],
)
def test_the_risk_nearest_to_the_cause_tells_it(
    prior: str, applied: str, code: str, message: str, tmp_path: Path
) -> None:
    ((found, status, name, said),) = told(prior, applied, tmp_path)
    assert (found, status, name) == (code, "new", "web")
    assert said.startswith(message)


def test_a_stuck_pod_is_told_by_what_it_lacks(tmp_path: Path) -> None:
    pod = "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: c, image: c%s}]}}"
    assert told("", pod % SETTINGS, tmp_path) == [
        ("PLN019", "new", "web", "is not ready: names configmap/settings -n default, which is not there")
    ]


FILES = ", volumes: [{name: v, configMap: {name: settings, items: [{key: color, path: color}]%s}}]"
MOUNT = ", volumeMounts: [{name: v, mountPath: /etc/settings}]"
KEYS = "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {%s}}\n---"


def test_a_key_that_a_volume_needs_is_told_of_once_gone(tmp_path: Path) -> None:
    running = KEYS % "color: blue" + deployment(pod=FILES % "", container=MOUNT)
    assert told(running, KEYS % "size: big", tmp_path) == [
        ("PLN019", "new", "web", "names key 'color' of configmap/settings -n default, which has no such key")
    ]


def test_a_key_that_a_volume_of_a_new_pod_needs_is_told_with_what_comes_of_it(tmp_path: Path) -> None:
    ((code, _, _, message),) = told(KEYS % "size: big", deployment(pod=FILES % "", container=MOUNT), tmp_path)
    assert code == "PLN019"
    assert (
        message
        == "has 0 of 1 pods ready: names key 'color' of configmap/settings -n default, which has no such key"
    )


def test_a_volume_whose_source_is_optional_needs_no_key(tmp_path: Path) -> None:
    optional = deployment(pod=FILES % ", optional: true", container=MOUNT)
    assert told(KEYS % "size: big", optional, tmp_path) == []


def test_two_causes_are_told_twice(tmp_path: Path) -> None:
    """The pods have no room, and would lack the ConfigMap if they had."""
    found = told("", deployment(container=HUGE + SETTINGS), tmp_path)
    assert [(code, message[:40]) for code, _, _, message in found] == [
        ("PLN001", "has 0 of 1 pods ready, leaves 1 pod pend"),
        ("PLN019", "names configmap/settings -n default, whi"),
    ]


def test_a_stop_that_is_new_makes_a_lack_new_that_was_there(tmp_path: Path) -> None:
    """A class that is not there stops nobody until a pod is made;
    its risk is a warning, and a stopped rollout an error.
    """
    running = deployment(pod=", priorityClassName: top")
    klass = "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: top}, value: 1}\n---"
    plan = plan_of(Example(running, running.replace("web:1", "web:2") + klass), tmp_path)
    assert [one.code for one in plan.risks] == []
    other = tmp_path / "other"
    other.mkdir()
    (found,) = plan_of(Example("", running), other).risks
    assert (found.code, found.severity, found.status) == ("PLN019", "error", "new")


def test_controllers_that_select_each_others_pods_are_told_of_at_the_new_one(tmp_path: Path) -> None:
    assert told(deployment(), deployment("site"), tmp_path) == [
        ("PLN026", "new", "site", "selects the pods of deployment/web as well")
    ]


def test_a_third_that_joins_two_is_told_of_alone(tmp_path: Path) -> None:
    prior = deployment("b") + deployment("c")
    assert told(prior, deployment("d"), tmp_path) == [
        ("PLN026", "new", "d", "selects the pods of deployment/b and deployment/c as well")
    ]


def test_controllers_that_overlapped_before_are_told_of_once_as_such(tmp_path: Path) -> None:
    prior = deployment("b") + deployment("c")
    changed = deployment("c").replace("web:1", "web:2")
    (found,) = told(prior, changed, tmp_path)
    assert found[:2] == ("PLN026", "existing")


def test_one_that_selects_others_and_is_not_selected_is_told_of_by_itself(tmp_path: Path) -> None:
    narrow = deployment("narrow", more=", tier: front").replace(
        "{app: web}}\n", "{app: web, tier: front}}\n", 1
    )
    assert told(deployment("wide"), narrow, tmp_path) == [
        ("PLN026", "new", "wide", "selects the pods of deployment/narrow as well")
    ]


SCHEDULER = "0/3 nodes are available: %s. preemption: 0/3 nodes are available: 3 No preemption victims found."


@pytest.mark.parametrize(
    ("message", "causes"),
    [
        ('Error: configmap "settings" not found', ("configmap/settings",)),
        ("Error: couldn't find key color in ConfigMap default/settings", ("configmap/settings",)),
        (SCHEDULER % "3 node(s) didn't have free ports for the requested pod ports", (TAKEN_PORT,)),
        (SCHEDULER % "1 node(s) didn't have free ports for the requested pod ports, 2 Insufficient cpu", ()),
        (SCHEDULER % "3 Insufficient cpu", ()),
        ("Back-off restarting failed container c", ()),
    ],
)
def test_causes_are_read_from_what_the_cluster_says(message: str, causes: tuple[str, ...]) -> None:
    assert causes_in(message) == causes
