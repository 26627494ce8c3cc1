"""What a plan says of workloads whose pods keep their template, stop half-way, or only take their time."""

from pathlib import Path

import pytest

from kplan.plan.risk import Example
from kplan.render.plan_text import render
from kplan.render.style import Style
from planning import plan_of

NEVER_READY = "images: [{image: 'web:2', outcome: never-ready}]"


def workload(kind: str, version: int = 1, replicas: int | None = None, more: str = "", spec: str = "") -> str:
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n"
        "  selector: {matchLabels: {app: web}}\n"
        + (f"  replicas: {replicas}\n" if replicas is not None else "")
        + "".join(f"  {line}\n" for line in more.splitlines())
        + "  template:\n    metadata: {labels: {app: web}}\n"
        f"    spec: {{containers: [{{name: web, image: 'web:{version}'}}]{spec}}}\n"
    )


def told(folder: Path, prior: str, applied: str, scenario: str = "") -> str:
    return render(plan_of(Example(prior, applied, scenario=scenario), folder), Style())


KEPT = {
    "Deployment": ("paused: true", 5, "the pause keeps 5 pods at the old template (kubectl rollout resume)"),
    "StatefulSet": (
        "serviceName: web\nupdateStrategy: {type: OnDelete}", 5,
        "updateStrategy OnDelete keeps 3 pods at the old template until deleted",
    ),
    "ReplicaSet": ("", 5, "pods that were there keep the old template until they are deleted"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KEPT)
def test_pods_that_keep_their_template_while_others_come_are_told_of(kind: str, tmp_path: Path) -> None:
    more, replicas, expected = KEPT[kind]
    prior = workload(kind, 1, 3, more.replace("paused: true", ""))
    assert f"3 -> {replicas} of {replicas} ready, never fewer than 3; {expected}" in told(
        tmp_path, prior, workload(kind, 2, replicas, more)
    )


def test_pods_that_only_become_more_keep_no_old_template(tmp_path: Path) -> None:
    assert "template" not in told(tmp_path, workload("ReplicaSet", 1, 3), workload("ReplicaSet", 1, 5))


def test_a_daemon_set_that_surges_counts_its_new_pod(tmp_path: Path) -> None:
    surge = "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}"
    text = told(
        tmp_path, workload("DaemonSet", 1, None, surge), workload("DaemonSet", 2, None, surge), NEVER_READY
    )
    assert "has 1 of 3 pods updated, 1 of them not ready, 3 old pods left" in text


def test_a_daemon_set_that_goes_at_once_says_which_field_lets_it(tmp_path: Path) -> None:
    strategy = "updateStrategy: {rollingUpdate: {maxUnavailable: 90%}}"
    text = told(tmp_path, workload("DaemonSet", 1, None, strategy), workload("DaemonSet", 2, None, strategy))
    assert "has 0 of 3 pods ready for a while: maxUnavailable 90% lets all pods go at once" in text
    assert "its only pod" not in text


UNREADY = {
    "a sidecar": (
        ", initContainers: [{name: mesh, image: 'web:2', restartPolicy: Always}]",
        "container mesh runs but is not ready",
    ),
    "a gate": (
        ", readinessGates: [{conditionType: example.com/balanced}]",
        "its readiness gate example.com/balanced is not True",
    ),
}


@pytest.mark.parametrize("case", UNREADY)
def test_why_a_pod_is_not_ready_is_told(case: str, tmp_path: Path) -> None:
    spec, expected = UNREADY[case]
    assert expected in told(tmp_path, "", workload("Deployment", 1, 1, "", spec), NEVER_READY)


def test_a_rollout_that_only_takes_long_is_no_risk(tmp_path: Path) -> None:
    slow = "minReadySeconds: 2000\nprogressDeadlineSeconds: 3000"
    text = told(tmp_path, workload("Deployment", 1, 2, slow), workload("Deployment", 2, 2, slow))
    assert (
        "Not settled after 3600 s of simulated time; still going on: deployment.apps/web -n default "
        "(minReadySeconds: pods have to stay ready for 2000 s).\n"
    ) in text
    assert (
        "rollout of deployment.apps/web -n default is not over: 2 of 2 pods updated, 1 old pod left" in text
    )
    assert "PLN002" not in text
    assert "in 2 steps, 2003 s" in text


def test_a_new_deployment_that_is_paused_has_no_pods(tmp_path: Path) -> None:
    text = told(tmp_path, "", workload("Deployment", 1, 2, "paused: true"))
    assert "no effect now: the Deployment is paused: it has no pods until spec.paused is false" in text
    assert (
        "is paused and has no pods: none is created until spec.paused is false (kubectl rollout resume)"
        in text
    )


def test_a_pause_does_not_stop_what_only_grows(tmp_path: Path) -> None:
    prior = workload("Deployment", 2, 1, "paused: false")
    text = told(tmp_path, prior, workload("Deployment", 2, 3, "paused: true"), NEVER_READY)
    assert "stopped: pod web-" in text
    assert "stopped: the Deployment is paused" not in text


SCALED = (
    workload("Deployment", 1, 3)
    + """---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 4
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
"""
)


def test_a_size_that_an_autoscaler_corrects_says_who_did(tmp_path: Path) -> None:
    text = told(tmp_path, SCALED, workload("Deployment", 1, 9))
    assert "scaled up web-" in text
    assert "autoscaler web asks for 4 pods: Current number of replicas above Spec.MaxReplicas" in text


def test_an_autoscaler_is_off_at_no_replicas(tmp_path: Path) -> None:
    text = told(tmp_path, SCALED, workload("Deployment", 1, 0))
    assert "every apply sets replicas to 0, at which autoscaler 'web' does not scale it\n" in text


def test_autoscalers_of_one_workload_are_told_together(tmp_path: Path) -> None:
    other = SCALED.partition("---\n")[2].replace("metadata: {name: web}", "metadata: {name: more}")
    text = told(tmp_path, SCALED, other)
    assert "every apply sets replicas to 3, which autoscalers 'web' and 'more' set as well" in text
    assert text.count("PLN016") == 1


def test_another_version_of_the_same_object_is_no_change(tmp_path: Path) -> None:
    older = """apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: %d
  targetCPUUtilizationPercentage: 50
"""
    (tmp_path / "same").mkdir()
    (tmp_path / "more").mkdir()
    assert "0 to change" in told(tmp_path / "same", SCALED, older % 4)
    text = told(tmp_path / "more", SCALED, older % 5)
    assert "~ spec.maxReplicas: 4 -> 5" in text
    assert "apiVersion" not in text


def test_what_a_default_left_in_the_stored_object_is_named_where_it_is_refused(tmp_path: Path) -> None:
    prior = workload("StatefulSet", 1, 2, "serviceName: web")
    strategy = "serviceName: web\nupdateStrategy: {type: OnDelete%s}"
    for name in ("left", "removed"):
        (tmp_path / name).mkdir()
    text = told(tmp_path / "left", prior, workload("StatefulSet", 1, 2, strategy % ""))
    assert (
        "help: spec.updateStrategy.rollingUpdate is not in the manifest and stays as it is stored: write it as null"
        in text
    )
    text = told(
        tmp_path / "removed", prior, workload("StatefulSet", 1, 2, strategy % ", rollingUpdate: null")
    )
    assert "refused" not in text


QUOTA = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {pods: 4}}\n---\n"


def test_a_rollout_that_needs_more_than_a_quota_allows_does_not_finish(tmp_path: Path) -> None:
    surge = "strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}"
    text = told(tmp_path, QUOTA + workload("Deployment", 1, 4, surge), workload("Deployment", 2, 4, surge))
    assert "does not finish: 0 of 4 pods updated, 4 old pods left" in text
    assert "exceeded quota: q" in text


def test_a_rollout_within_a_quota_goes_on_when_old_pods_have_left_room(tmp_path: Path) -> None:
    text = told(tmp_path, QUOTA + workload("Deployment", 1, 4), workload("Deployment", 2, 4))
    assert "rollout of deployment.apps/web -n default: 4 -> 4 of 4 ready, never fewer than 3" in text
    assert "PLN002" not in text


CRASHES = "images: [{image: 'web:2', outcome: fails, run: %s, exitCode: 3}]"
LOOP = "Back-off restarting failed container web (CrashLoopBackOff: it ends with exit code 3)"


@pytest.mark.parametrize("run", [1, 12, 200])
def test_a_rollout_to_a_container_that_fails_again_and_again_settles(run: int, tmp_path: Path) -> None:
    text = told(tmp_path, workload("Deployment", 1, 4), workload("Deployment", 2, 4), CRASHES % run)
    assert "Not settled" not in text
    assert LOOP in text


def test_a_recreation_of_containers_that_fail_again_and_again_settles(tmp_path: Path) -> None:
    recreate = "strategy: {type: Recreate}"
    prior, applied = (workload("Deployment", version, 4, recreate) for version in (1, 2))
    text = told(tmp_path, prior, applied, CRASHES % 1)
    assert "Not settled" not in text
    assert "4 -> 0 of 4 ready" in text


def test_what_is_ready_now_and_then_is_not_told_as_done(tmp_path: Path) -> None:
    autoscaler = (
        "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n"
        "spec: {maxReplicas: 4, minReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n"
    )
    text = told(tmp_path, "", workload("Deployment", 2, 2) + autoscaler, CRASHES % 5)
    assert "rollout of deployment.apps/web -n default does not finish: 0 of 2 pods ready" in text


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (
            "run: 700, exitCode: 3",
            "starts container web again and again in 2 pods, each time after 11m40s: it ends with exit code 3",
        ),
        (
            "run: 3000, exitCode: 0",
            "container web ended in 2 pods after 50m and was started anew: it ends with exit code 0",
        ),
    ],
)
def test_containers_that_end_long_after_their_rollout_are_told_of(
    run: str, said: str, tmp_path: Path
) -> None:
    crashes = f"images: [{{image: 'web:2', outcome: fails, {run}}}]"
    text = told(tmp_path, workload("Deployment", 1, 2), workload("Deployment", 2, 2), crashes)
    assert "rollout of deployment.apps/web -n default: 2 -> 2 of 2 ready" in text
    found = next(line for line in text.splitlines() if "PLN041" in line)
    assert (
        found.removeprefix("  PLN041 restarting-containers  deployment.apps/web -n default is ready, but ")
        == said
    )


def test_pods_that_were_restarted_before_are_not_told_of_as_new(tmp_path: Path) -> None:
    crashes = "images: [{image: 'web:1', outcome: fails, run: 320}, {image: 'other:1', outcome: never-ready}]"
    other = workload("Deployment", 1, 1).replace("web", "other")
    text = told(tmp_path, workload("Deployment", 1, 2), other, crashes)
    assert "PLN002" in text
    assert "PLN041" not in text


@pytest.mark.parametrize(
    ("delay", "why"),
    [
        (0, "Back-off restarting failed container web (CrashLoopBackOff: Liveness probe failed: "),
        (
            900,
            "starts container web again and again in 1 pod, each time after 15m21s: Liveness probe failed: ",
        ),
    ],
)
def test_a_container_that_its_liveness_probe_ends_says_so_and_what_kubectl_shows(
    delay: int, why: str, tmp_path: Path
) -> None:
    probe = f"livenessProbe: {{httpGet: {{path: /, port: 80}}, initialDelaySeconds: {delay}}}"
    applied = workload("Deployment", 2, 1).replace("name: web, image:", f"name: web, {probe}, image:")
    assert probe in applied
    text = told(
        tmp_path, workload("Deployment", 1, 1), applied, "images: [{image: 'web:2', outcome: unhealthy}]"
    )
    assert f"{why}HTTP probe failed with statuscode: 500" in text


def test_an_init_container_of_an_unhealthy_image_ends_as_others_do(tmp_path: Path) -> None:
    init = ", initContainers: [{name: first, image: 'web:2'}]"
    text = told(
        tmp_path,
        "",
        workload("Deployment", 1, 1, spec=init),
        "images: [{image: 'web:2', outcome: unhealthy}]",
    )
    assert "1 of 1 ready" in text


@pytest.mark.parametrize(("deadline", "gives_up"), [(5, True), (60, False)])
def test_a_rollout_that_takes_longer_than_its_deadline_says_that_kubectl_gives_up(
    deadline: int, gives_up: bool, tmp_path: Path
) -> None:
    probe = "readinessProbe: {httpGet: {path: /, port: 80}, initialDelaySeconds: 30}"
    limit = f"progressDeadlineSeconds: {deadline}"
    applied = workload("Deployment", 2, 1, limit).replace("name: web, image:", f"name: web, {probe}, image:")
    text = told(tmp_path, workload("Deployment", 1, 1), applied)
    assert "1 -> 1 of 1 ready" in text
    told_so = f"kubectl rollout status gives up before that, after {deadline} s without progress" in text
    assert told_so == gives_up


def test_a_template_that_is_only_written_otherwise_rolls_nothing(tmp_path: Path) -> None:
    prior, applied = (
        workload("Deployment", 1, 2).replace(
            "'web:1'}", f"'web:1', resources: {{requests: {{memory: {one}}}}}}}"
        )
        for one in ("256Mi", "268435456")
    )
    text = told(tmp_path, prior, applied)
    assert '"256Mi" -> "268435456"' in text
    assert "no effect now: the pod template means the same, only written otherwise" in text
