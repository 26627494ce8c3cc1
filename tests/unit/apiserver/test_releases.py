import pytest

from kplan.api.object import Json
from kplan.apiserver.attributes import Chain
from kplan.apiserver.errors import StatusError
from kplan.apiserver.request import Answer
from kplan.apiserver.server import Server
from kplan.schema.catalog import Catalog
from kplan.state.store import Store

POD = {
    "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
    "spec": {
        "resources": {"requests": {"cpu": "1"}},
        "containers": [{
            "name": "a", "image": "b", "resizePolicy": [{"resourceName": "cpu", "restartPolicy": "NotRequired"}],
        }],
    },
}  # fmt: skip
JOB = {
    "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"},
    "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "b"}]}}},
}  # fmt: skip


def create(value: Json, version: str, field_validation: str = "Strict") -> Answer:
    server = Server(Store(), catalog=Catalog.for_version(version), plugins=Chain())
    return server.create(value, field_validation=field_validation)


def test_an_older_release_refuses_fields_that_came_later() -> None:
    with pytest.raises(StatusError) as refusal:
        create(POD, "1.25")
    assert refusal.value.message == (
        'Pod in version "v1" cannot be handled as a Pod: strict decoding error: '
        'unknown field "spec.resources", unknown field "spec.containers[0].resizePolicy"'
    )


def test_an_older_server_refuses_unknown_fields_of_a_status() -> None:
    node = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": "n"},
        "status": {"declaredFeatures": ["A"]},
    }
    with pytest.raises(StatusError, match=r'unknown field "status\.declaredFeatures"'):
        create(node, "1.34")
    assert "declaredFeatures" not in create(node, "1.35").value["status"]


def test_where_validation_only_warns_they_are_dropped() -> None:
    answer = create(POD, "1.25", "Warn")
    assert answer.warnings[:1] == ('unknown field "spec.resources"',)
    assert "resources" not in answer.value["spec"]
    assert "resizePolicy" not in answer.value["spec"]["containers"][0]


@pytest.mark.parametrize("version", ["1.36", "1.37"])
def test_newer_releases_take_them(version: str) -> None:
    assert create(POD, version).value["spec"]["containers"][0]["resizePolicy"]


def test_defaults_come_with_their_fields() -> None:
    assert "podReplacementPolicy" not in create(JOB, "1.25").value["spec"]
    assert create(JOB, "1.36").value["spec"]["podReplacementPolicy"] == "TerminatingOrFailed"


def test_deprecations_are_warned_of_from_their_release_on() -> None:
    endpoints = {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "e"}}
    assert create(endpoints, "1.32").warnings == ()
    assert create(endpoints, "1.33").warnings == (
        "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
    )


@pytest.mark.parametrize(
    ("api_version", "kind", "spec", "last"),
    [
        (
            "autoscaling/v2beta2",
            "HorizontalPodAutoscaler",
            {
                "maxReplicas": 3,
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"},
            },
            "1.25",
        ),
        (
            "flowcontrol.apiserver.k8s.io/v1beta2",
            "PriorityLevelConfiguration",
            {
                "type": "Limited",
                "limited": {"assuredConcurrencyShares": 7, "limitResponse": {"type": "Reject"}},
            },
            "1.28",
        ),
    ],
)
def test_versions_that_are_gone_are_served_by_the_releases_that_had_them(
    api_version: str, kind: str, spec: Json, last: str
) -> None:
    value = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}, "spec": spec}
    answer = create(value, last)
    assert answer.value["apiVersion"] == api_version
    assert answer.stored["apiVersion"] != api_version
    assert set(spec) <= set(answer.value["spec"])
    assert set(spec.get("limited", {})) <= set(answer.value["spec"].get("limited", {}))
    assert f"{api_version} {kind} is deprecated in v1." in answer.warnings[0]
    with pytest.raises(StatusError) as refusal:
        create(value, f"1.{int(last[2:]) + 1}")
    assert refusal.value.code == 404
