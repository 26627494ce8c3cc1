"""What CronJobs tidy up and say."""

from kplan.cluster import Cluster
from kplan.config.scenariofile import parse as parse_scenario
from tests.builders import node, pod_spec


def _reasons(cluster: Cluster) -> list[str]:
    return [event.reason for event in cluster.events() if event.object.kind == "CronJob"]


def _apply(cluster: Cluster, **spec: object) -> None:
    template = {"spec": {"template": {"spec": pod_spec(restartPolicy="Never")}}}
    cron = {
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "c"},
        "spec": {"schedule": "* * * * *", "jobTemplate": template, **spec},
    }  # fmt: skip
    cluster.kubectl.apply([cron])


def test_a_job_that_no_history_keeps_is_deleted_before_it_is_seen_to_complete() -> None:
    scenario = parse_scenario({"images": [{"image": "*", "fate": "succeeds"}]})
    cluster = Cluster.of([node("n1")], scenario=scenario)
    _apply(cluster, successfulJobsHistoryLimit=0)
    cluster.advance(90)
    assert _reasons(cluster) == ["SuccessfulCreate", "SuccessfulDelete"]


def test_a_date_that_never_comes_is_told_of() -> None:
    cluster = Cluster.of([])
    _apply(cluster, schedule="0 0 31 2 *")
    cluster.run()
    assert _reasons(cluster) == ["InvalidSchedule"]
