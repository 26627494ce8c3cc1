"""What a plan says of pods that no rollout waits for, of Jobs, CronJobs, budgets and autoscalers."""

from pathlib import Path

import pytest

from kplan.plan.model import RiskFinding
from kplan.plan.risk import Example
from kplan.render.plan_text import render
from kplan.render.style import Style
from planning import plan_of

FATES = (
    "images: [{image: '*:absent', outcome: pull-fails}, {image: '*:broken', outcome: fails, exitCode: 3},"
    " {image: '*:done', outcome: succeeds}, {image: '*:slow', outcome: never-ready}]"
)


def pod(tag: str, spec: str = "", name: str = "tools") -> str:
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{app: tools}}}}\n"
        f"spec: {{containers: [{{name: c, image: 'app:{tag}'}}]{spec}}}\n---\n"
    )


def job(tag: str, spec: str = "backoffLimit: 1") -> str:
    return (
        f"apiVersion: batch/v1\nkind: Job\nmetadata: {{name: migrate}}\nspec:\n  {spec}\n"
        f"  template: {{spec: {{restartPolicy: Never, containers: [{{name: c, image: 'app:{tag}'}}]}}}}\n---\n"
    )


def cron_job(more: str = "suspend: false", tag: str = "1") -> str:
    template = f"{{spec: {{restartPolicy: Never, containers: [{{name: c, image: 'app:{tag}'}}]}}}}"
    return (
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: report}\nspec:\n"
        f"  schedule: '0 5 * * *'\n  {more}\n  jobTemplate: {{spec: {{template: {template}}}}}\n"
    )


def budget(rule: str, app: str = "tools") -> str:
    return (
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: tools}\n"
        f"spec: {{{rule}, selector: {{matchLabels: {{app: {app}}}}}}}\n---\n"
    )


def told(folder: Path, prior: str, applied: str) -> tuple[str, tuple[RiskFinding, ...]]:
    plan = plan_of(Example(prior, applied, scenario=FATES), folder)
    return render(plan, Style()), plan.risks


def messages(risks: tuple[RiskFinding, ...], code: str) -> list[str]:
    return [f"{one.object.kind} {one.message}" for one in risks if one.code == code]


STUCK = {
    "absent": 'Failed to pull image "app:absent"',
    "broken": "Back-off restarting failed container c",
    "slow": "container c runs but is not ready",
}


@pytest.mark.parametrize("tag", STUCK)
def test_a_pod_without_a_controller_that_does_not_get_ready_is_told_of(tag: str, tmp_path: Path) -> None:
    text, risks = told(tmp_path, "", pod(tag))
    assert f"1 pod created, not ready: tools (node-1): {STUCK[tag]}" in text
    (found,) = messages(risks, "PLN037")
    assert found.startswith(f"Pod is not ready: {STUCK[tag]}")


def test_a_pod_that_failed_says_with_which_code(tmp_path: Path) -> None:
    text, _ = told(tmp_path, "", pod("broken", ", restartPolicy: Never"))
    assert "not ready: tools (node-1): it failed: container c ended with exit code 3" in text


@pytest.mark.parametrize("tag", ["1", "done"])
def test_a_pod_that_runs_or_has_succeeded_is_no_risk(tag: str, tmp_path: Path) -> None:
    text, risks = told(tmp_path, "", pod(tag, ", restartPolicy: OnFailure"))
    assert "1 pod created: tools (node-1)" in text
    assert not risks


def test_another_image_of_a_pod_restarts_its_container(tmp_path: Path) -> None:
    text, risks = told(tmp_path, pod("1"), pod("2"))
    assert "pods: 1 restarted." in text
    assert "    1 pod restarted: tools (node-1)\n" in text
    assert not risks


def test_another_image_that_is_not_there_leaves_the_pod_without_its_container(tmp_path: Path) -> None:
    text, risks = told(tmp_path, pod("1"), pod("absent"))
    assert '1 pod restarted, not ready: tools (node-1): Failed to pull image "app:absent"' in text
    assert len(messages(risks, "PLN037")) == 1


def test_another_label_of_a_pod_restarts_nothing(tmp_path: Path) -> None:
    text, _ = told(tmp_path, pod("1"), pod("1").replace("app: tools", "app: other"))
    assert "pods: unchanged." in text


def test_a_job_that_waits_for_an_image_does_not_end(tmp_path: Path) -> None:
    text, risks = told(tmp_path, "", job("absent"))
    assert "1 pod created, not ready: migrate-" in text
    (found,) = messages(risks, "PLN037")
    assert found.startswith("Job does not end: pod migrate-")


def test_a_job_that_counts_no_failure_does_not_end(tmp_path: Path) -> None:
    rule = "{action: Ignore, onExitCodes: {operator: In, values: [3]}}"
    _, risks = told(tmp_path, "", job("broken", f"podFailurePolicy: {{rules: [{rule}]}}"))
    (found,) = messages(risks, "PLN037")
    assert found.startswith("Job does not end: it starts pod after pod, and ")


@pytest.mark.parametrize("tag", ["done", "slow", "broken"])
def test_a_job_that_ends_or_runs_waits_for_nothing(tag: str, tmp_path: Path) -> None:
    text, risks = told(tmp_path, "", job(tag))
    assert not messages(risks, "PLN037")
    assert "not ready" not in text


def test_a_job_that_its_time_to_live_deletes_is_told_of(tmp_path: Path) -> None:
    text, _ = told(tmp_path, "", job("done", "ttlSecondsAfterFinished: 60"))
    assert "- job.batch/migrate -n default  60 s after its end (ttlSecondsAfterFinished)" in text
    assert "job.batch/migrate -n default succeeds" in text


def test_what_is_due_in_a_day_is_not_waited_for(tmp_path: Path) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n"
    text, _ = told(tmp_path, job("done", "ttlSecondsAfterFinished: 86400"), config + "---\n" + pod("1"))
    assert "Not settled" not in text


@pytest.mark.parametrize(
    "running", [job("1", "activeDeadlineSeconds: 7200"), pod("1", ", activeDeadlineSeconds: 7200")]
)
def test_a_deadline_far_ahead_does_not_keep_a_plan_from_coming_to_rest(running: str, tmp_path: Path) -> None:
    assert "Not settled" not in told(tmp_path, "", running)[0]


def test_an_ended_job_runs_no_more_pods(tmp_path: Path) -> None:
    text, _ = told(tmp_path, job("done"), job("done", "backoffLimit: 2"))
    assert "no effect now: the Job has ended (Complete): it runs no more pods" in text


CRON_JOBS = {
    "new": ("", cron_job("timeZone: Europe/Berlin"), "no Job runs before its time: the schedule is '0 5 * * *' in Europe/Berlin"),
    "image": (cron_job(), cron_job(tag="2"), "the next Job takes it: the schedule is '0 5 * * *'"),
    "policy": (cron_job(), cron_job("concurrencyPolicy: Forbid"), "it counts from the next Job on: the schedule is"),
    "resumed": (cron_job("suspend: true"), cron_job(), "Jobs run again from the next time on: the schedule is"),
}  # fmt: skip


@pytest.mark.parametrize("case", CRON_JOBS)
def test_a_cron_job_says_from_when_on_its_change_counts(case: str, tmp_path: Path) -> None:
    prior, applied, expected = CRON_JOBS[case]
    assert f"no effect now: {expected}" in told(tmp_path, prior, applied)[0]


def test_a_budget_without_pods_protects_none(tmp_path: Path) -> None:
    text, risks = told(tmp_path, pod("1"), budget("maxUnavailable: 1", "nobody"))
    assert "no effect now: its selector finds no pod, so it protects none" in text
    assert not risks


def test_a_budget_of_pods_without_controller_allows_no_eviction_by_what_it_cannot_count(
    tmp_path: Path,
) -> None:
    text, risks = told(tmp_path, pod("1") + pod("1", name="more"), budget("maxUnavailable: 1"))
    (found,) = messages(risks, "PLN004")
    assert found.startswith(
        "PodDisruptionBudget allows no eviction: maxUnavailable and percentages count the pods of controllers"
    )
    assert "no effect now" not in text


def test_a_budget_by_number_of_pods_without_controller_allows_some(tmp_path: Path) -> None:
    assert not told(tmp_path, pod("1") + pod("1", name="more"), budget("minAvailable: 1"))[1]


def test_a_deadline_ends_a_pod_before_its_container_ends(tmp_path: Path) -> None:
    slow = "images: [{image: '*', outcome: succeeds, run: 30}]"
    given = pod("1", ", restartPolicy: Never, activeDeadlineSeconds: 5")
    plan = plan_of(Example("", given, scenario=slow), tmp_path)
    assert plan.duration_seconds < 10
    assert "it failed: DeadlineExceeded: Pod was active on the node longer" in render(plan, Style())


def test_a_job_whose_second_container_runs_on_does_not_end(tmp_path: Path) -> None:
    beside = job("done").replace("image: 'app:done'}", "image: 'app:done'}, {name: proxy, image: 'app:1'}")
    _, risks = told(tmp_path, "", beside)
    (found,) = messages(risks, "PLN037")
    assert "container proxy runs on after container c has ended" in found


def test_a_sidecar_ends_with_its_job(tmp_path: Path) -> None:
    sidecar = "initContainers: [{name: proxy, image: 'app:1', restartPolicy: Always}], containers"
    text, risks = told(tmp_path, "", job("done").replace("containers", sidecar))
    assert "job.batch/migrate -n default succeeds" in text
    assert not risks


def test_another_container_of_a_pod_is_refused_as_immutable(tmp_path: Path) -> None:
    more = pod("1").replace("image: 'app:1'}", "image: 'app:1'}, {name: more, image: 'app:1'}")
    text, risks = told(tmp_path, pod("1"), more)
    assert messages(risks, "PLN020") == ["Pod spec.containers is immutable: the change is refused"]
    assert "kubectl replace --force" in text


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ("Never", "it starts pod after pod, and 6 of them failed within the simulated time"),
        ("OnFailure", "Back-off restarting failed container c (CrashLoopBackOff: it ends with exit code 3)"),
    ],
)
def test_a_job_that_may_fail_for_days_settles_and_does_not_end(policy: str, why: str, tmp_path: Path) -> None:
    applied = job("broken", "backoffLimit: 1000").replace("restartPolicy: Never", f"restartPolicy: {policy}")
    text, risks = told(tmp_path, "", applied)
    assert "Not settled" not in text
    (found,) = messages(risks, "PLN037")
    assert found.startswith("Job does not end: ")
    assert found.endswith(why)


def test_a_job_that_fails_says_how_its_last_pod_did(tmp_path: Path) -> None:
    _, risks = told(tmp_path, "", job("broken"))
    (found,) = messages(risks, "PLN006")
    assert found.endswith("backoff limit; its last pod: container c ended with exit code 3")


@pytest.mark.parametrize(
    ("of_pod", "of_container", "why"),
    [
        ("runAsNonRoot: true", "runAsUser: 0", "container's runAsUser breaks non-root policy (container: c)"),
        ("runAsNonRoot: true, runAsUser: 0", "runAsUser: 1000", ""),
        ("runAsUser: 0", "runAsNonRoot: true", "container's runAsUser breaks non-root policy (container: c)"),
        ("runAsNonRoot: true", "privileged: false", ""),
    ],
)
def test_a_container_that_may_not_be_root_and_is_to_be_does_not_start(
    of_pod: str, of_container: str, why: str, tmp_path: Path
) -> None:
    applied = pod("1", f", securityContext: {{{of_pod}}}").replace(
        "image: 'app:1'", f"image: 'app:1', securityContext: {{{of_container}}}"
    )
    _, risks = told(tmp_path, "", applied)
    assert messages(risks, "PLN037") == ([f"Pod is not ready: Error: {why}"] if why else [])
