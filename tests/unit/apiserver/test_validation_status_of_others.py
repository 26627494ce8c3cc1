"""What the server says of the status of kinds that are no workloads; every text is a real API server's answer."""

from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patchbody import PatchType
from kplan.apiserver.server import Server

Json = dict[str, Any]
REQUEST = (
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KQUFBQQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K"
)
RULE = {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["deployments"]}
SUBJECT = {"kind": "User", "user": {"name": "a"}}
RESOURCES = {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "namespaces": ["*"]}
SPECS: dict[str, tuple[str, str, Json]] = {
    "ResourceClaim": (
        "resource.k8s.io/v1",
        "default",
        {"devices": {"requests": [{"name": "a", "exactly": {"deviceClassName": "gpu"}}]}},
    ),
    "FlowSchema": (
        "flowcontrol.apiserver.k8s.io/v1",
        "",
        {
            "priorityLevelConfiguration": {"name": "x"},
            "rules": [{"subjects": [SUBJECT], "resourceRules": [RESOURCES]}],
        },
    ),
    "ValidatingAdmissionPolicy": (
        "admissionregistration.k8s.io/v1",
        "",
        {"matchConstraints": {"resourceRules": [RULE]}, "validations": [{"expression": "true"}]},
    ),
    "VolumeAttachment": (
        "storage.k8s.io/v1",
        "",
        {"attacher": "a.example.com", "nodeName": "n", "source": {"persistentVolumeName": "p"}},
    ),
    "APIService": (
        "apiregistration.k8s.io/v1",
        "",
        {"group": "x.example.com", "version": "v1", "groupPriorityMinimum": 100, "versionPriority": 10},
    ),
    "CertificateSigningRequest": (
        "certificates.k8s.io/v1",
        "",
        {"request": REQUEST, "signerName": "example.com/x", "usages": ["client auth"]},
    ),
}
DEVICE = {"driver": "a.example.com", "pool": "p", "device": "d"}
ALLOCATED = {"devices": {"results": [{"request": "a", **DEVICE}]}}
CONSUMER = {"resource": "pods", "name": "p", "uid": "1"}
CERTIFICATE = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCkFBQUEKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo="
CASES: list[tuple[str, list[Json], str]] = [
    ("ResourceClaim", [{"allocation": ALLOCATED, "reservedFor": [CONSUMER], "devices": [DEVICE]}], ""),
    (
        "ResourceClaim",
        [{"reservedFor": [CONSUMER]}],
        "status.reservedFor: Forbidden: may not be specified when `allocated` is not set",
    ),
    (
        "ResourceClaim",
        [{"allocation": ALLOCATED, "reservedFor": [CONSUMER, {**CONSUMER, "name": ""}]}],
        '[status.reservedFor[1].name: Required value, status.reservedFor[1]: Duplicate value: "1"]',
    ),
    (
        "ResourceClaim",
        [{"devices": [{**DEVICE, "shareID": "x", "networkData": {"ips": ["10.0.0.1"]}}]}],
        (
            '[status.devices[0].shareID: Invalid value: "x": error validating uid: invalid UUID length: 1, status.devices[0]: '
            'Invalid value: {"Driver":"a.example.com","Pool":"p","Device":"d","ShareID":"x"}: must be an allocated device in the '
            'claim, status.devices[0].networkData.ips[0]: Invalid value: "10.0.0.1": must be a valid address in CIDR form, '
            "(e.g. 10.9.8.7/24 or 2001:db8::1/64)]"
        ),
    ),
    (
        "ResourceClaim",
        [
            {
                "allocation": {
                    "devices": {"results": [{"request": "r", **DEVICE}], "config": [{"source": "FromClaim"}]}
                }
            }
        ],
        (
            '[status.allocation.devices.results[0].request: Invalid value: "r": must be the name of a request in the claim or '
            "the name of a request and a subrequest separated by '/', status.allocation.devices.config[0].opaque: Required value]"
        ),
    ),
    (
        "FlowSchema",
        [{"conditions": [{"type": "Dangling"}, {"type": ""}, {"type": ""}]}],
        (
            '[status.conditions[1].type: Required value, status.conditions[2].type: Duplicate value: "", '
            "status.conditions[2].type: Required value]"
        ),
    ),
    (
        "ValidatingAdmissionPolicy",
        [{"typeChecking": {"expressionWarnings": [{"fieldRef": " ", "warning": ""}]}}],
        (
            "[status.typeChecking.expressionWarnings[0].warning: Required value, "
            "status.typeChecking.expressionWarnings[0].fieldRef: Required value]"
        ),
    ),
    (
        "VolumeAttachment",
        [{"detachError": {"errorCode": -1}}],
        "status.detachError.errorCode: Invalid value: -1: must be between 0 and 2147483647, inclusive",
    ),
    (
        "APIService",
        [{"conditions": [{"type": "Available", "status": "Maybe"}]}],
        'status.conditions[0].status: Unsupported value: "Maybe": supported values: "True", "False", "Unknown"',
    ),
    ("CertificateSigningRequest", [{"certificate": CERTIFICATE}], ""),
    (
        "CertificateSigningRequest",
        [{"certificate": "aGk=", "conditions": [{"type": "X", "status": ""}]}],
        (
            '[status.conditions[0].status: Required value, status.certificate: Invalid value: "<certificate data>": must contain '
            "at least one CERTIFICATE PEM block]"
        ),
    ),
    (
        "CertificateSigningRequest",
        [{"conditions": [{"type": "Approved", "status": "True"}]}],
        'status.conditions: Forbidden: updates may not add a condition of type "Approved"',
    ),
    (
        "CertificateSigningRequest",
        [{"certificate": CERTIFICATE}, {"certificate": None}],
        "status.certificate: Forbidden: updates may not modify existing certificate content",
    ),
]


def patched(server: Server, kind: str, status: Json) -> Json:
    version, namespace, _ = SPECS[kind]
    name = "v1.x.example.com" if kind == "APIService" else "w"
    key = ObjectKey(version.partition("/")[0], kind, namespace, name)
    sent = {"metadata": {"labels": {"a": "b"}}, "status": status}
    return server.patch(key, sent, PatchType.MERGE, api_version=version, subresource="status").value


def created(server: Server, kind: str) -> None:
    version, _, spec = SPECS[kind]
    name = "v1.x.example.com" if kind == "APIService" else "w"
    server.create({"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": spec})


@pytest.mark.parametrize(("kind", "statuses", "text"), CASES)
def test_a_status_is_checked(server: Server, kind: str, statuses: list[Json], text: str) -> None:
    created(server, kind)
    for status in statuses[:-1]:
        patched(server, kind, status)
    if not text:
        assert patched(server, kind, statuses[-1])["status"]
        return
    with pytest.raises(StatusError) as refusal:
        patched(server, kind, statuses[-1])
    assert refusal.value.message.partition(" is invalid: ")[2] == text


@pytest.mark.parametrize(
    "kind", ["ResourceClaim", "FlowSchema", "ValidatingAdmissionPolicy", "VolumeAttachment"]
)
def test_labels_stay_when_a_status_is_written(server: Server, kind: str) -> None:
    created(server, kind)
    assert "labels" not in patched(server, kind, {})["metadata"]


def test_conditions_of_a_request_get_their_times(server: Server) -> None:
    created(server, "CertificateSigningRequest")
    status = patched(server, "CertificateSigningRequest", {"conditions": [{"type": "X", "status": "True"}]})[
        "status"
    ]
    assert status["conditions"][0]["lastTransitionTime"] == "2026-03-04T05:06:07Z"


def test_what_drivers_say_goes_with_the_allocation(server: Server) -> None:
    created(server, "ResourceClaim")
    patched(server, "ResourceClaim", {"allocation": ALLOCATED, "devices": [DEVICE]})
    assert "devices" not in patched(server, "ResourceClaim", {"allocation": None})["status"]


def test_counts_of_a_controller_that_are_missing_are_zero(server: Server) -> None:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    controller = {"apiVersion": "v1", "kind": "ReplicationController", "metadata": {"name": "w"}}
    server.create({**controller, "spec": {"selector": {"a": "b"}, "template": template}})
    key = ObjectKey("", "ReplicationController", "default", "w")
    with pytest.raises(StatusError) as refusal:
        server.patch(key, {"status": {"replicas": -1}}, PatchType.MERGE, subresource="status")
    assert "status.fullyLabeledReplicas: Invalid value: 0: cannot be greater than" in refusal.value.message


def test_what_a_pod_cannot_say_of_its_claims_yet_is_dropped(server: Server) -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "w"}}
    server.create({**pod, "spec": {"containers": [{"name": "c", "image": "i"}]}})
    sent = {"status": {"nodeAllocatableResourceClaimStatuses": [{"resourceClaimName": "x"}]}}
    answer = server.patch(ObjectKey("", "Pod", "default", "w"), sent, PatchType.MERGE, subresource="status")
    assert "nodeAllocatableResourceClaimStatuses" not in answer.value["status"]
