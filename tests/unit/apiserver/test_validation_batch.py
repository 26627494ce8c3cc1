"""What the server says of Jobs and CronJobs; every text was confirmed by a real API server's answer."""

from collections.abc import Callable
from typing import Any

import pytest

from builders import said, template
from kplan.apiserver.validation import batch

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]
ABSENT = "<absent>"


JOB: Json = {
    "apiVersion": "batch/v1",
    "kind": "Job",
    "metadata": {"name": "web", "namespace": "default", "uid": "u"},
    "spec": {
        "parallelism": 1,
        "completions": 1,
        "backoffLimit": 6,
        "manualSelector": True,
        "selector": {"matchLabels": {"app": "web"}},
        "completionMode": "NonIndexed",
        "suspend": False,
        "podReplacementPolicy": "TerminatingOrFailed",
        "template": template("Never"),
    },
}
INDEXED: Json = {
    "apiVersion": "batch/v1",
    "kind": "Job",
    "metadata": {"name": "web", "namespace": "default", "uid": "u"},
    "spec": {
        "parallelism": 1,
        "completions": 5,
        "backoffLimit": 6,
        "manualSelector": True,
        "selector": {"matchLabels": {"app": "web"}},
        "completionMode": "Indexed",
        "suspend": False,
        "podReplacementPolicy": "TerminatingOrFailed",
        "template": template("Never"),
    },
}
CRON_JOB: Json = {
    "apiVersion": "batch/v1",
    "kind": "CronJob",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "schedule": "0 * * * *",
        "concurrencyPolicy": "Allow",
        "jobTemplate": {
            "spec": {
                "parallelism": 1,
                "completions": 1,
                "backoffLimit": 6,
                "completionMode": "NonIndexed",
                "suspend": False,
                "podReplacementPolicy": "TerminatingOrFailed",
                "template": template("Never"),
            }
        },
    },
}
CASES: list[tuple[Callable[[Json], list[Any]], Json, str, Any, list[str]]] = [
    (
        batch.validate_job,
        JOB,
        "spec.parallelism",
        -1,
        ["spec.parallelism: Invalid value: -1: must be greater than or equal to 0"],
    ),
    (
        batch.validate_job,
        JOB,
        "spec.selector",
        ABSENT,
        [
            "spec.selector: Required value",
            'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match ...',
        ],
    ),
    (
        batch.validate_job,
        JOB,
        "spec.manualSelector",
        False,
        [
            "spec.template.metadata.labels[controller-uid]: Required value: must be 'u'",
            "spec.template.metadata.labels[job-name]: Required value: must be 'web'",
            "spec.template.metadata.labels[batch.kubernetes.io/controller-uid]: Required value: must...",
            "spec.template.metadata.labels[batch.kubernetes.io/job-name]: Required value: must be 'web'",
            'spec.selector: Invalid value: {"matchLabels":{"app":"web"}}: `selector` not auto-generated',
        ],
    ),
    (
        batch.validate_job,
        JOB,
        "spec.managedBy",
        "x",
        ['spec.managedBy: Invalid value: "x": must be a domain-prefixed path (such as "acme.io/foo")'],
    ),
    (
        batch.validate_job,
        JOB,
        "spec.completionMode",
        "x",
        ['spec.completionMode: Unsupported value: "x": supported values: "NonIndexed", "Indexed"'],
    ),
    (
        batch.validate_job,
        JOB,
        "spec.maxFailedIndexes",
        1,
        [
            "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified",
            "spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode",
        ],
    ),
    (
        batch.validate_job,
        JOB,
        "spec.template.spec.restartPolicy",
        "Always",
        ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ),
    (
        batch.validate_job,
        JOB,
        "spec.template.spec.restartPolicy",
        "x",
        [
            'spec.template.spec.restartPolicy: Unsupported value: "x": supported values: "Always", "...',
            'spec.template.spec.restartPolicy: Unsupported value: "x": supported values: "OnFailure"...',
        ],
    ),
    (
        batch.validate_job,
        JOB,
        "spec.podReplacementPolicy",
        "x",
        ['spec.podReplacementPolicy: Unsupported value: "x": supported values: "Failed", "Termina...'],
    ),
    (
        batch.validate_job,
        JOB,
        "spec.podFailurePolicy",
        {"rules": [{"action": "x"}]},
        [
            'spec.podFailurePolicy.rules[0].action: Unsupported value: "x": supported values: "Count...',
            "spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodC...",
            'spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: ...',
        ],
    ),
    (
        batch.validate_job,
        JOB,
        "spec.podFailurePolicy",
        {
            "rules": [
                {
                    "action": "FailIndex",
                    "onExitCodes": {"operator": "In", "values": [3, 0, 3], "containerName": "zz"},
                }
            ]
        },
        [
            'spec.podFailurePolicy.rules[0].action: Invalid value: "FailIndex": requires the backoff...',
            'spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: "zz": must be ...',
            "spec.podFailurePolicy.rules[0].onExitCodes.values[1]: Invalid value: 0: must not be 0 f...",
            "spec.podFailurePolicy.rules[0].onExitCodes.values[2]: Duplicate value: 3",
            "spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [3,0,3]: must be ordered",
            'spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: ...',
        ],
    ),
    (
        batch.validate_job,
        JOB,
        "spec.podFailurePolicy",
        {"rules": [{"action": "Ignore", "onPodConditions": [{"type": "a b", "status": "x"}]}]},
        [
            'spec.podFailurePolicy.rules[0].onPodConditions[0].type: Invalid value: "a b": name part...',
            'spec.podFailurePolicy.rules[0].onPodConditions[0].status: Unsupported value: "x": suppo...',
            'spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: ...',
        ],
    ),
    (
        batch.validate_job,
        JOB,
        "spec.successPolicy",
        {"rules": []},
        ['spec.successPolicy: Invalid value: {"Rules":[]}: requires indexed completion mode'],
    ),
    (
        batch.validate_job,
        INDEXED,
        "spec.completions",
        ABSENT,
        ["spec.completions: Required value: when completion mode is Indexed"],
    ),
    (
        batch.validate_job,
        INDEXED,
        "spec.parallelism",
        100001,
        ["spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when comp..."],
    ),
    (
        batch.validate_job,
        INDEXED,
        "spec.maxFailedIndexes",
        6,
        [
            "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified",
            "spec.maxFailedIndexes: Invalid value: 6: must be less than or equal to completions",
        ],
    ),
    (
        batch.validate_job,
        INDEXED,
        "spec.successPolicy",
        {"rules": []},
        ["spec.successPolicy.rules: Required value: at least one rules must be specified when the..."],
    ),
    (
        batch.validate_job,
        INDEXED,
        "spec.successPolicy",
        {"rules": [{}]},
        ["spec.successPolicy.rules[0]: Required value: at least one of succeededCount or succeede..."],
    ),
    (
        batch.validate_job,
        INDEXED,
        "spec.successPolicy",
        {"rules": [{"succeededIndexes": "0-3,3", "succeededCount": 9}]},
        [
            'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "0-3,3": error parsing suc...',
            "spec.successPolicy.rules[0].succeededCount: Invalid value: 9: must be less than or equa...",
            "spec.successPolicy.rules[0].succeededCount: Invalid value: 9: must be less than or equa...",
        ],
    ),
    (
        batch.validate_job,
        INDEXED,
        "spec.successPolicy",
        {
            "rules": [
                {"succeededIndexes": "1-2-3"},
                {"succeededIndexes": "x"},
                {"succeededIndexes": "7"},
                {"succeededIndexes": "3-1"},
            ]
        },
        [
            'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "1-2-3": error parsing suc...',
            'spec.successPolicy.rules[1].succeededIndexes: Invalid value: "x": error parsing succeed...',
            'spec.successPolicy.rules[2].succeededIndexes: Invalid value: "7": error parsing succeed...',
            'spec.successPolicy.rules[3].succeededIndexes: Invalid value: "3-1": error parsing succe...',
        ],
    ),
    (
        batch.validate_job,
        INDEXED,
        "metadata.name",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        ['metadata.name: Invalid value: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'],
    ),
    (
        batch.validate_cron_job,
        CRON_JOB,
        "metadata.name",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        ['metadata.name: Invalid value: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": ...'],
    ),
    (batch.validate_cron_job, CRON_JOB, "spec.schedule", "", ["spec.schedule: Required value"]),
    (
        batch.validate_cron_job,
        CRON_JOB,
        "spec.schedule",
        "61 * * * *",
        ['spec.schedule: Invalid value: "61 * * * *": end of range (61) above maximum (59): 61'],
    ),
    (
        batch.validate_cron_job,
        CRON_JOB,
        "spec.schedule",
        "TZ=UTC 0 * * * *",
        ['spec.schedule: Invalid value: "TZ=UTC 0 * * * *": cannot use TZ or CRON_TZ in schedule,...'],
    ),
    (
        batch.validate_cron_job,
        CRON_JOB,
        "spec.timeZone",
        "Mars/Base",
        ['spec.timeZone: Invalid value: "Mars/Base": unknown time zone Mars/Base'],
    ),
    (
        batch.validate_cron_job,
        CRON_JOB,
        "spec.timeZone",
        "",
        ['spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string'],
    ),
    (batch.validate_cron_job, CRON_JOB, "spec.timeZone", "Europe/Berlin", []),
    (
        batch.validate_cron_job,
        CRON_JOB,
        "spec.timeZone",
        "local",
        [
            'spec.timeZone: Invalid value: "local": timeZone must be an explicit time zone as define...',
            'spec.timeZone: Invalid value: "local": unknown time zone local',
        ],
    ),
    (
        batch.validate_cron_job,
        CRON_JOB,
        "spec.concurrencyPolicy",
        "x",
        ['spec.concurrencyPolicy: Unsupported value: "x": supported values: "Allow", "Forbid", "R...'],
    ),
    (
        batch.validate_cron_job,
        CRON_JOB,
        "spec.jobTemplate.spec.selector",
        {"matchLabels": {"app": "web"}},
        ['spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"app":"web"}}: `selector...'],
    ),
    (
        batch.validate_cron_job,
        CRON_JOB,
        "spec.jobTemplate.spec.manualSelector",
        True,
        ['spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil",...'],
    ),
    (
        batch.validate_cron_job,
        CRON_JOB,
        "spec.failedJobsHistoryLimit",
        -1,
        ["spec.failedJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0"],
    ),
]


@pytest.mark.parametrize(
    ("validate", "base"),
    [(batch.validate_job, JOB), (batch.validate_job, INDEXED), (batch.validate_cron_job, CRON_JOB)],
)
def test_good_objects_pass(validate: Callable[[Json], list[Any]], base: Json) -> None:
    assert validate(base) == []


@pytest.mark.parametrize(("validate", "base", "path", "value", "expected"), CASES)
def test_refusals(
    validate: Callable[[Json], list[Any]],
    base: Json,
    path: str,
    value: Any,
    expected: list[str],
    changed: Changed,
) -> None:
    assert [said(error) for error in validate(changed(base, path, value))] == expected


def test_template_of_a_suspended_job_may_be_tuned(changed: Changed) -> None:
    old = changed(changed(JOB, "metadata.resourceVersion", "1"), "spec.suspend", True)
    new = changed(old, "spec.template.spec.nodeSelector", {"zone": "a"})
    new = changed(new, "spec.template.spec.containers[0].resources", {"requests": {"cpu": "1"}})
    assert batch.validate_job_update(new, old) == []
    image = changed(old, "spec.template.spec.containers[0].image", "c")
    assert [error.field for error in batch.validate_job_update(image, old)] == ["spec.template.spec"]


def test_template_of_a_running_job_stays(changed: Changed) -> None:
    old = changed(JOB, "metadata.resourceVersion", "1")
    new = changed(old, "spec.template.spec.nodeSelector", {"zone": "a"})
    errors = batch.validate_job_update(new, old)
    assert [(error.field, error.detail) for error in errors] == [("spec.template", "field is immutable")]


def test_completions_follow_parallelism_in_indexed_jobs(changed: Changed) -> None:
    old = changed(INDEXED, "metadata.resourceVersion", "1")
    both = changed(changed(old, "spec.completions", 3), "spec.parallelism", 3)
    assert batch.validate_job_update(both, old) == []
    (error,) = batch.validate_job_update(changed(old, "spec.completions", 3), old)
    assert error.detail == "can only be modified in tandem with spec.parallelism"


def test_time_zone_in_an_old_schedule_may_stay(changed: Changed) -> None:
    old = changed(changed(CRON_JOB, "metadata.resourceVersion", "1"), "spec.schedule", "TZ=UTC 0 * * * *")
    assert batch.validate_cron_job_update(old, old) == []
