"""Tables as kubectl prints them: the cells of each kind, and the layout."""

from datetime import UTC, datetime
from typing import Any

import pytest

from kplan.kubectl.printers.columns import ROSTER, Moment
from kplan.kubectl.printers.columns.column import human
from kplan.kubectl.printers.columns.custom import columns_of
from kplan.kubectl.printers.table import aligned, table

NOW = Moment(datetime(2026, 1, 2, tzinfo=UTC))
WIDE = Moment(NOW.now, wide=True)


def stored(**parts: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": "x", "namespace": "default", "creationTimestamp": "2026-01-01T00:00:00Z"},
        **parts,
    }


def row(group: str, kind: str, value: dict[str, Any], moment: Moment = NOW) -> list[str]:
    lines = table([value], ROSTER[(group, kind)], moment).splitlines()
    return [part for part in lines[1].split("   ") if part]


def statuses(*states: dict[str, Any], ready: bool = False) -> list[dict[str, Any]]:
    return [
        {"name": f"c{n}", "state": state, "ready": ready, "restartCount": 0} for n, state in enumerate(states)
    ]


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ({"phase": "Pending"}, "Pending"),
        ({"phase": "Failed", "reason": "Evicted"}, "Evicted"),
        ({"phase": "Running", "containerStatuses": statuses({"waiting": {"reason": "CrashLoopBackOff"}})}, "CrashLoopBackOff"),
        ({"phase": "Succeeded", "containerStatuses": statuses({"terminated": {"exitCode": 0, "reason": "Completed"}})}, "Completed"),
        ({"phase": "Failed", "containerStatuses": statuses({"terminated": {"exitCode": 3}})}, "ExitCode:3"),
        ({"phase": "Pending", "initContainerStatuses": statuses({"running": {}})}, "Init:0/1"),
        ({"phase": "Pending", "initContainerStatuses": statuses({"waiting": {"reason": "ErrImagePull"}})}, "Init:ErrImagePull"),
        ({"phase": "Pending", "conditions": [{"type": "PodScheduled", "reason": "SchedulingGated"}]}, "SchedulingGated"),
    ],
)  # fmt: skip
def test_a_pod_has_the_word_kubectl_finds(status: dict[str, Any], word: str) -> None:
    pod = stored(spec={"containers": [{"name": "c0"}], "initContainers": [{"name": "c0"}]}, status=status)
    assert row("", "Pod", pod)[2].strip() == word


def test_a_deleted_pod_is_terminating_until_it_has_ended() -> None:
    pod = stored(spec={"containers": [{"name": "c0"}]}, status={"phase": "Running"})
    pod["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    assert row("", "Pod", pod)[2].strip() == "Terminating"
    assert row("", "Pod", {**pod, "status": {"phase": "Succeeded"}})[2].strip() == "Succeeded"


def test_a_deployment_shows_how_many_are_ready() -> None:
    spec = {
        "replicas": 3,
        "template": {"spec": {"containers": [{"name": "c", "image": "i:1"}]}},
        "selector": {"matchLabels": {"a": "b"}},
    }
    value = stored(spec=spec, status={"readyReplicas": 2, "updatedReplicas": 3, "availableReplicas": 2})
    assert [cell.strip() for cell in row("apps", "Deployment", value, WIDE)] == [
        "x",
        "2/3",
        "3",
        "2",
        "24h",
        "c",
        "i:1",
        "a=b",
    ]


@pytest.mark.parametrize(
    ("spec", "status", "cells"),
    [
        ({"type": "ClusterIP", "clusterIPs": ["10.0.0.1"], "ports": [{"port": 80, "protocol": "TCP"}]}, {}, ["ClusterIP", "10.0.0.1", "<none>", "80/TCP"]),
        ({"type": "NodePort", "clusterIPs": ["10.0.0.1"], "ports": [{"port": 80, "nodePort": 30080, "protocol": "TCP"}]}, {}, ["NodePort", "10.0.0.1", "<none>", "80:30080/TCP"]),
        ({"type": "LoadBalancer", "clusterIPs": ["10.0.0.1"]}, {}, ["LoadBalancer", "10.0.0.1", "<pending>", "<none>"]),
        ({"type": "LoadBalancer", "clusterIPs": ["10.0.0.1"]}, {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}}, ["LoadBalancer", "10.0.0.1", "1.2.3.4", "<none>"]),
        ({"type": "LoadBalancer", "clusterIPs": ["10.0.0.1"]}, {"loadBalancer": {"ingress": [{"hostname": "long.elb.example.com"}, {"ip": "1.2.3.4"}]}}, ["LoadBalancer", "10.0.0.1", "1.2.3.4,long.elb.example.com", "<none>"]),
        ({"type": "ExternalName", "externalName": "e.example.com"}, {}, ["ExternalName", "<none>", "e.example.com", "<none>"]),
    ],
)  # fmt: skip
def test_a_service_shows_where_it_is_reached(
    spec: dict[str, Any], status: dict[str, Any], cells: list[str]
) -> None:
    assert [cell.strip() for cell in row("", "Service", stored(spec=spec, status=status))][1:5] == cells


def test_custom_columns_come_from_the_definition() -> None:
    columns = [
        {"name": "Phase", "type": "string", "jsonPath": ".status.phase"},
        {"name": "First", "type": "string", "jsonPath": ".spec.items[0].name"},
        {"name": "Since", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
    ]
    definition = {"spec": {"versions": [{"name": "v1", "additionalPrinterColumns": columns}]}}
    value = stored(spec={"items": [{"name": "a"}]}, status={"phase": "Up"})
    assert (
        table([value], columns_of(definition, "v1"), NOW)
        == "NAME   PHASE   FIRST   SINCE\nx      Up      a       24h\n"
    )


@pytest.mark.parametrize(
    ("kind", "path", "cell"),
    [
        ("string", '.conditions[?(@.type=="Ready")].status', "True"),
        ("string", '.conditions[?(@.type=="None")].status', ""),
        ("string", ".conditions[*].type", "Old"),
        ("string", ".conditions[9].type", ""),
        ("string", ".spec", '{"n":2.5,"on":true}'),
        ("string", ".spec.none", ""),
        ("string", ".null", "<no value>"),
        ("string", ".spec.n", "2.5"),
        ("string", "..x", "1"),
        ("string", r".tags.a\.b/c", "d"),
        ("integer", ".spec.n", "2"),
        ("integer", ".kind", ""),
        ("integer", ".spec.on", ""),
        ("number", ".whole", "1000000"),
        ("number", ".spec.n", "2.5"),
        ("number", ".two", "2"),
        ("number", ".spec.on", ""),
        ("boolean", ".spec.on", "true"),
        ("boolean", ".kind", ""),
        ("date", ".when", "24h"),
        ("date", ".kind", "<invalid>"),
        ("date", ".empty", "<unknown>"),
        ("date", ".two", ""),
    ],
)
def test_custom_columns_have_the_first_value_of_a_path_in_their_type(kind: str, path: str, cell: str) -> None:
    definition = {
        "spec": {
            "versions": [
                {"name": "v1", "additionalPrinterColumns": [{"name": "C", "type": kind, "jsonPath": path}]}
            ]
        }
    }
    value = stored(
        conditions=[{"type": "Old", "status": "False"}, {"type": "Ready", "status": "True"}], spec={"n": 2.5, "on": True},
        kind="Thing", null=None, two=2.0, whole=1000000.0, when="2026-01-01T00:00:00Z", empty="", tags={"a.b/c": "d"}, list=[{"x": 1}],
    )  # fmt: skip
    assert table([value], columns_of(definition, "v1"), NOW).splitlines()[1] == f"x      {cell}"


def test_what_happened_stands_before_the_namespace() -> None:
    lines = table([stored()], ROSTER["", "Endpoints"], NOW, namespaces=True, event="ADDED").splitlines()
    assert [line.split() for line in lines] == [
        ["EVENT", "NAMESPACE", "NAME", "ENDPOINTS", "AGE"],
        ["ADDED", "default", "x", "<none>", "24h"],
    ]


def test_the_kind_stands_before_the_first_column_alone() -> None:
    columns = [{"name": "Name", "type": "string", "jsonPath": ".kind"}]
    definition = {"spec": {"versions": [{"name": "v1", "additionalPrinterColumns": columns}]}}
    lines = table([stored(kind="Thing")], columns_of(definition, "v1"), NOW, prefix="thing.a.example/")
    assert lines.splitlines()[1].split() == ["thing.a.example/x", "Thing"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (119, "119s"), (120, "2m"), (301, "5m1s"), (3600, "60m"), (10800, "3h"), (18060, "5h1m"), (180000, "2d2h"), (86400 * 400, "400d"), (86400 * 1000, "2y270d"), (-5, "<invalid>")],
)  # fmt: skip
def test_ages_are_shortened_as_kubectl_does(seconds: float, text: str) -> None:
    assert human(seconds) == text


def test_columns_are_three_blanks_apart_and_the_last_has_no_tail() -> None:
    assert aligned([["NAME", "AGE"], ["longer-name", "1s"]]) == "NAME          AGE\nlonger-name   1s\n"


def test_every_kind_prints_an_object_that_has_nothing_yet() -> None:
    for columns in ROSTER.values():
        lines = table([stored()], columns, WIDE).splitlines()
        assert len(lines) == 2


def test_events_tell_wide_where_they_come_from_and_how_often() -> None:
    event = stored(
        type="Normal", reason="Pulled", message="ok\n", count=3,
        involvedObject={"kind": "Pod", "name": "p", "fieldPath": "spec.containers{c}"},
        source={"component": "kubelet", "host": "n"},
        firstTimestamp="2026-01-01T00:00:00Z", lastTimestamp="2026-01-01T23:59:00Z",
    )  # fmt: skip
    short = ["60s", "Normal", "Pulled", "pod/p", "ok"]
    long = ["60s", "Normal", "Pulled", "pod/p", "spec.containers{c}", "kubelet, n", "ok", "24h", "3", "x"]
    assert [cell.strip() for cell in row("", "Event", event)] == short
    assert [cell.strip() for cell in row("", "Event", event, WIDE)] == long
    series = {**event, "series": {"count": 9, "lastObservedTime": "2026-01-01T23:00:00.000000Z"}}
    assert [cell.strip() for cell in row("events.k8s.io", "Event", series, WIDE)][0::8] == ["60m", "9"]


@pytest.mark.parametrize(
    ("group", "kind", "parts", "cells"),
    [
        (
            "certificates.k8s.io", "CertificateSigningRequest",
            {
                "spec": {"signerName": "s/n", "username": "u", "expirationSeconds": 3600},
                "status": {"certificate": "x", "conditions": [{"type": "Approved"}]},
            },
            ["x", "24h", "s/n", "u", "60m", "Approved,Issued"],
        ),
        (
            "networking.k8s.io", "IPAddress",
            {"spec": {"parentRef": {"resource": "services", "namespace": "n", "name": "s"}}},
            ["x", "services/n/s"],
        ),
        (
            "admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding",
            {"spec": {"policyName": "p", "paramRef": {"selector": {"matchLabels": {"a": "b"}}}}},
            [
                "x",
                "p",
                "&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{},}",
                "24h",
            ],
        ),
        (
            "storage.k8s.io", "CSIStorageCapacity", {"storageClassName": "s", "capacity": "1Gi"},
            ["x", "2026-01-01T00:00:00Z"],
        ),
        (
            "networking.k8s.io", "Ingress",
            {"spec": {"rules": [{"host": "a"}, {"host": "b"}, {"host": "c"}, {"host": "d"}, {}]}},
            ["x", "<none>", "a,b,c + 2 more...", "80", "24h"],
        ),
        (
            "networking.k8s.io", "Ingress", {"spec": {"rules": [{}, {"host": "b"}, {"host": "c"}, {"host": "d"}]}},
            ["x", "<none>", "b,c,d", "80", "24h"],
        ),
        ("resource.k8s.io", "ResourceClaim", {"status": {}}, ["x", "pending", "24h"]),
        (
            "resource.k8s.io", "ResourceClaim", {"status": {"allocation": {}, "reservedFor": [{}]}},
            ["x", "allocated,reserved", "24h"],
        ),
        (
            "resource.k8s.io", "ResourceSlice", {"spec": {"nodeName": "n", "driver": "d", "pool": {"name": "p"}}},
            ["x", "n", "d", "p", "24h"],
        ),
        (
            "flowcontrol.apiserver.k8s.io", "FlowSchema",
            {
                "spec": {"priorityLevelConfiguration": {"name": "p"}, "matchingPrecedence": 5},
                "status": {"conditions": [{"type": "Dangling", "status": "False"}]},
            },
            ["x", "p", "5", "<none>", "24h", "False"],
        ),
        (
            "apiregistration.k8s.io", "APIService",
            {
                "spec": {"service": {"name": "s", "namespace": "n"}},
                "status": {"conditions": [{"type": "Available", "status": "False", "reason": "Gone"}]},
            },
            ["x", "n/s", "False (Gone)", "24h"],
        ),
        (
            "admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding",
            {"spec": {"policyName": "p", "paramRef": {"name": "q"}}}, ["x", "p", "*/q", "24h"],
        ),
        (
            "flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration",
            {"spec": {"type": "Limited", "limited": {"nominalConcurrencyShares": 5}}},
            ["x", "Limited", "5", "<none>", "<none>", "<none>", "24h"],
        ),
    ],
)  # fmt: skip
def test_kinds_of_the_control_plane_have_their_columns(
    group: str, kind: str, parts: dict[str, Any], cells: list[str]
) -> None:
    assert [cell.strip() for cell in row(group, kind, stored(**parts))] == cells
