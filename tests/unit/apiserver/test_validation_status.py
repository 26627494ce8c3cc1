"""What the server says of the status that somebody writes; every text is a real API server's answer."""

from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patchbody import PatchType
from kplan.apiserver.server import Server

Json = dict[str, Any]
TEMPLATE: Json = {
    "metadata": {"labels": {"app": "w"}},
    "spec": {"containers": [{"name": "c", "image": "nginx"}]},
}
SPEC: Json = {"selector": {"matchLabels": {"app": "w"}}, "template": TEMPLATE}
TASK: Json = {**TEMPLATE, "spec": {**TEMPLATE["spec"], "restartPolicy": "Never"}}
TARGET: Json = {
    "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "w"},
    "maxReplicas": 5,
}
BACKEND: Json = {"service": {"name": "a", "port": {"number": 80}}}
SPECS: dict[str, tuple[str, Json]] = {
    "Deployment": ("apps/v1", SPEC),
    "ReplicaSet": ("apps/v1", SPEC),
    "StatefulSet": ("apps/v1", SPEC),
    "DaemonSet": ("apps/v1", SPEC),
    "Job": ("batch/v1", {"suspend": True, "template": TASK}),
    "HorizontalPodAutoscaler": ("autoscaling/v2", TARGET),
    "PodDisruptionBudget": ("policy/v1", {"minAvailable": 1, "selector": {}}),
    "Ingress": ("networking.k8s.io/v1", {"defaultBackend": BACKEND}),
}
INDEXED: Json = {
    "completions": 4, "parallelism": 2, "completionMode": "Indexed", "backoffLimitPerIndex": 1, "managedBy": "a.b/c",
    "template": TASK,
}  # fmt: skip
TOO_MANY = "cannot be greater than status.replicas"
TRUE = [{"type": "FailureTarget", "status": "True"}, {"type": "Failed", "status": "True"}]
STARTED = "2026-01-01T00:00:00Z"


def _patched(server: Server, kind: str, *statuses: Json, spec: Json | None = None) -> str:
    """What the server says of the last of some patches of an object's status; those before have to pass."""
    version, known = SPECS[kind]
    server.create({"apiVersion": version, "kind": kind, "metadata": {"name": "w"}, "spec": spec or known})
    key = ObjectKey(version.partition("/")[0], kind, "default", "w")
    for status in statuses[:-1]:
        _patch(server, key, version, status)
    try:
        _patch(server, key, version, statuses[-1])
    except StatusError as error:
        return error.message.partition(" is invalid: ")[2]
    return ""


def _patch(server: Server, key: ObjectKey, version: str, status: Json) -> None:
    server.patch(key, {"status": status}, PatchType.MERGE, api_version=version, subresource="status")


@pytest.mark.parametrize(
    ("kind", "status", "message"),
    [
        (
            "Deployment",
            {"replicas": 1, "updatedReplicas": 2},
            f"status.updatedReplicas: Invalid value: 2: {TOO_MANY}",
        ),
        (
            "Deployment",
            {"replicas": 2, "readyReplicas": 1, "availableReplicas": 2},
            "status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas",
        ),
        (
            "Deployment",
            {"terminatingReplicas": -3},
            "status.terminatingReplicas: Invalid value: -3: must be greater than or equal to 0",
        ),
        (
            "ReplicaSet",
            {"replicas": 1, "fullyLabeledReplicas": 2},
            f"status.fullyLabeledReplicas: Invalid value: 2: {TOO_MANY}",
        ),
        (
            "StatefulSet",
            {"replicas": 1, "readyReplicas": 1, "availableReplicas": 2},
            (
                f"[status.availableReplicas: Invalid value: 2: {TOO_MANY}, status.availableReplicas: Invalid value: 2: "
                "cannot be greater than status.readyReplicas]"
            ),
        ),
        (
            "DaemonSet",
            {"numberReady": -1, "numberMisscheduled": -1},
            (
                "[status.numberMisscheduled: Invalid value: -1: must be greater than or equal to 0, "
                "status.numberReady: Invalid value: -1: must be greater than or equal to 0]"
            ),
        ),
        (
            "HorizontalPodAutoscaler",
            {"currentReplicas": -1, "desiredReplicas": -2},
            (
                "[status.currentReplicas: Invalid value: -1: must be greater than or equal to 0, "
                "status.desiredReplicas: Invalid value: -2: must be greater than or equal to 0]"
            ),
        ),
        (
            "PodDisruptionBudget",
            {"conditions": [{"type": "bad type", "status": "X"}]},
            (
                '[status.conditions[0].type: Invalid value: "bad type": name part must consist of alphanumeric characters, '
                "'-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or "
                "'123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'), "
                'status.conditions[0].status: Unsupported value: "X": supported values: "False", "True", "Unknown", '
                "status.conditions[0].lastTransitionTime: Required value, status.conditions[0].reason: Required value]"
            ),
        ),
        (
            "Ingress",
            {"loadBalancer": {"ingress": [{"ip": "bad"}, {"hostname": "1.2.3.4"}, {"ip": "1.2.3.4"}]}},
            (
                '[status.loadBalancer.ingress[0].ip: Invalid value: "bad": must be a valid IP address, (e.g. 10.9.8.7 or '
                '2001:db8::ffff), status.loadBalancer.ingress[1].hostname: Invalid value: "1.2.3.4": must be a DNS name, '
                "not an IP address]"
            ),
        ),
        ("Job", {"ready": 1}, "status.ready: Invalid value: 1: cannot set more ready pods than active"),
        (
            "Job",
            {"conditions": TRUE[1:]},
            (
                "[status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true "
                "condition, status.startTime: Required value: startTime is required for finished job]"
            ),
        ),
        (
            "Job",
            {"completionTime": STARTED},
            (
                'status.completionTime: Invalid value: "2026-01-01T00:00:00Z": cannot set completionTime when there is no '
                "Complete=True condition"
            ),
        ),
        (
            "Job",
            {"completedIndexes": "0-3"},
            (
                '[status.completedIndexes: Invalid value: "0-3": error parsing completedIndexes: too large index: "3", '
                'status.completedIndexes: Invalid value: "0-3": cannot set non-empty completedIndexes when non-indexed '
                "completion mode]"
            ),
        ),
        (
            "Job",
            {"failedIndexes": "1"},
            (
                'status.failedIndexes: Invalid value: "1": cannot set non-null failedIndexes when backoffLimitPerIndex is '
                "null"
            ),
        ),
        (
            "Job",
            {"uncountedTerminatedPods": {"failed": ["a", "a"]}},
            'status.uncountedTerminatedPods.failed[1]: Duplicate value: "a"',
        ),
    ],
)
def test_a_status_hangs_together(server: Server, kind: str, status: Json, message: str) -> None:
    assert _patched(server, kind, status) == message


@pytest.mark.parametrize(
    ("kind", "before", "status", "message"),
    [
        (
            "Deployment",
            {"collisionCount": 5},
            {"collisionCount": None},
            "status.collisionCount: Invalid value: 0: cannot be decremented",
        ),
        ("StatefulSet", {"collisionCount": 5}, {"collisionCount": 6}, ""),
        (
            "Job",
            {"failed": 2},
            {"failed": 1},
            "status.failed: Invalid value: 1: cannot decrease the failed counter",
        ),
        (
            "Job",
            {"startTime": STARTED, "conditions": TRUE},
            {"conditions": None},
            (
                "[status.conditions: Invalid value: cannot disable the terminal Failed=True condition, status.conditions: "
                "Invalid value: cannot disable the terminal FailureTarget=True condition]"
            ),
        ),
        (
            "Job",
            {"startTime": STARTED},
            {"conditions": TRUE, "terminating": 1, "active": 1},
            (
                "[status.active: Invalid value: 1: active>0 is invalid for finished job, status.terminating: Invalid value: "
                "1: terminating>0 is invalid for finished job]"
            ),
        ),
        ("Job", {"active": 2, "ready": 2}, {"ready": 1}, ""),
    ],
)
def test_what_is_final_stays(server: Server, kind: str, before: Json, status: Json, message: str) -> None:
    assert _patched(server, kind, before, status) == message


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (
            {"completedIndexes": "0-1", "failedIndexes": "1-2"},
            'status.failedIndexes: Invalid value: "1-2": failedIndexes and completedIndexes overlap at index: 1',
        ),
        (
            {"completedIndexes": "1,0"},
            (
                'status.completedIndexes: Invalid value: "1,0": error parsing completedIndexes: non-increasing order, '
                "previous: 1, current: 0"
            ),
        ),
        ({"completedIndexes": "0", "failedIndexes": "1,3"}, ""),
    ],
)
def test_no_index_both_succeeds_and_fails(server: Server, status: Json, message: str) -> None:
    assert _patched(server, "Job", status, spec=INDEXED) == message


def test_a_running_job_keeps_the_time_of_its_start(server: Server) -> None:
    later = {"startTime": "2026-02-01T00:00:00Z"}
    said = _patched(server, "Job", {"startTime": STARTED}, later, spec=INDEXED)
    assert said == (
        'status.startTime: Invalid value: "2026-02-01T00:00:00Z": field is immutable for unsuspended job once set'
    )
