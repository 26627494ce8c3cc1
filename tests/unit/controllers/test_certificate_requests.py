"""How long certificate requests stay."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kplan.api.certificaterequests import Asked, parse_request
from kplan.api.gvk import ObjectKey
from kplan.apiserver.attributes import ADMIN, User
from kplan.cluster import Cluster
from kplan.simulation.clock import SECOND

_PEM = b"-----BEGIN CERTIFICATE REQUEST-----\nMA==\n-----END CERTIFICATE REQUEST-----\n"
HOUR = 3600
DAY = 24 * HOUR


def before(seconds: int) -> str:
    """A time so long before clusters begin."""
    return f"{datetime(2026, 1, 1, tzinfo=UTC) - timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


def request(made: str, **status: Any) -> dict[str, Any]:
    spec = {
        "request": base64.b64encode(_PEM).decode(), "signerName": "a.example/b", "usages": ["client auth"],
    }  # fmt: skip
    metadata = {"name": "r", "uid": "u", "creationTimestamp": made}
    kind = {"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest"}
    return {**kind, "metadata": metadata, "spec": spec, "status": status}


def conditions(at: str, *kinds: str) -> list[dict[str, Any]]:
    return [{"type": kind, "status": "True", "reason": "R", "lastUpdateTime": at} for kind in kinds]


@pytest.mark.parametrize(
    ("kinds", "certificate", "stays"),
    [
        ([], "", DAY),
        (["Approved"], "", DAY),
        (["Approved"], "eA==", HOUR),
        (["Denied"], "", HOUR),
        (["Approved", "Failed"], "", HOUR),
    ],
)
def test_a_request_goes_when_its_time_is_over(kinds: list[str], certificate: str, stays: int) -> None:
    at = before(stays - 60)
    made = request(at, conditions=conditions(at, *kinds), certificate=certificate)
    cluster = Cluster.of([made])
    kind = ("certificates.k8s.io", "CertificateSigningRequest")
    cluster.advance(60)
    assert len(cluster.server.list(*kind)) == 1
    cluster.advance(2)
    assert not cluster.server.list(*kind)


def test_a_request_that_waits_does_not_keep_a_cluster_from_rest() -> None:
    cluster = Cluster.of([request(before(0))])
    began = cluster.clock.now
    assert cluster.run()
    assert cluster.clock.now - began < SECOND


KUBELET = "kubernetes.io/kube-apiserver-client-kubelet"
SERVING = "kubernetes.io/kubelet-serving"
NODE = ("system:node:n1", "system:nodes")
R = ObjectKey("certificates.k8s.io", "CertificateSigningRequest", "", "r")


def der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = bytes([len(body)]) if len(body) < 128 else bytes([0x82, *divmod(len(body), 256)])
    return bytes([tag]) + size + body


def asking(name: str, organisation: str = "", **alternative: str) -> str:
    """A request in PEM and base64; alternative names by their kind. Key and signature are empty."""
    tags = {"email": 0x81, "dns": 0x82, "uri": 0x86}
    parts = [(b"\x55\x04\x0a", organisation), (b"\x55\x04\x03", name)]
    subject = [der(0x31, der(0x30, der(6, kind), der(12, text.encode()))) for kind, text in parts if text]
    names = der(0x30, *(der(tags[kind], text.encode()) for kind, text in alternative.items()))
    extension = der(0x30, der(0x30, der(6, b"\x55\x1d\x11"), der(1, b"\xff"), der(4, names)))
    return sent(subject, extension) if alternative else sent(subject)


def sent(subject: Sequence[bytes], *extensions: bytes) -> str:
    """A request of these parts."""
    wanted = [der(0x30, der(6, bytes.fromhex("2a864886f70d01090e")), der(0x31, one)) for one in extensions]
    made = der(
        0x30, der(0x30, der(2, b"\0"), der(0x30, *subject), der(0x30), der(0xA0, *wanted)), der(0x30), der(3)
    )
    pem = f"-----BEGIN CERTIFICATE REQUEST-----\n{base64.b64encode(made).decode()}\n-----END CERTIFICATE REQUEST-----\n"
    return base64.b64encode(pem.encode()).decode()


def judged(text: str, signer: str, *usages: str, user: User = ADMIN, approve: bool = False) -> list[str]:
    """The conditions of a request after it was sent, and approved where nobody else did."""
    cluster = Cluster.of([])
    value = {**request(before(0)), "metadata": {"name": "r"}}
    value["spec"] = {"request": text, "signerName": signer, "usages": list(usages)}
    cluster.server.create(value, user=user)
    cluster.advance(5)
    if approve:
        live = cluster.server.get(R)
        live["status"] = {"conditions": [{"type": "Approved", "status": "True", "reason": "R"}]}
        cluster.server.update(live, subresource="approval")
        cluster.advance(5)
    found = cluster.server.get(R)["status"].get("conditions") or []
    return [f"{one['type']}: {one.get('message', '')}" for one in found]


def test_a_request_is_read_as_it_was_made() -> None:
    names = {"dns": "n1" * 70, "email": "a@b.c", "uri": "a:b"}
    assert parse_request(asking(*NODE, **names)) == Asked(
        *NODE[:1], NODE[1:], frozenset({"dns", "email", "uri"})
    )
    assert parse_request(asking("joe")) == Asked("joe", (), frozenset())
    assert parse_request(base64.b64encode(_PEM).decode()) is None


@pytest.mark.parametrize("extension", [der(0x30), der(0x30, der(6, b"\x55\x1d\x11")), der(5), b"\x30\x7f"])
def test_a_request_whose_extensions_are_cut_short_is_none(extension: bytes) -> None:
    assert parse_request(sent([], der(0x30, extension))) is None


@pytest.mark.parametrize(
    ("user", "text"),
    [
        (ADMIN, "Approved: Auto approving kubelet client certificate after SubjectAccessReview."),
        (
            User("system:node:n1", ("system:masters",)),
            "Approved: Auto approving self kubelet client certificate",
        ),
        (User("somebody", ()), ""),
    ],
)
def test_a_kubelet_that_may_ask_gets_its_approval(user: User, text: str) -> None:
    told = judged(asking(*NODE), KUBELET, "digital signature", "client auth", user=user)
    assert len(told) == bool(text)
    assert all(one.startswith(text) for one in told)


def test_what_is_no_request_of_a_kubelet_is_left_to_people() -> None:
    usages = ("digital signature", "client auth")
    assert not judged(asking("joe", "system:nodes"), KUBELET, *usages)
    assert not judged(asking(*NODE, dns="n1"), KUBELET, *usages)
    assert not judged(asking(*NODE), KUBELET, "client auth", "server auth")
    assert not judged(asking(*NODE), "a.example/b", *usages)


@pytest.mark.parametrize(
    ("text", "signer", "usages", "refusal"),
    [
        (asking("joe"), "kubernetes.io/kube-apiserver-client", ("client auth",), ""),
        (
            asking("joe"), "kubernetes.io/kube-apiserver-client", ("server auth",),
            "invalid usage for client certificate: server auth",
        ),
        (
            asking("joe"), "kubernetes.io/kube-apiserver-client", ("digital signature",),
            "missing required usage for client certificate: client auth",
        ),
        (
            asking("joe", "system:nodes"), KUBELET, ("digital signature", "client auth"),
            "subject common name does not begin with system:node:",
        ),
        (asking("joe"), KUBELET, ("client auth",), "subject organization is not system:nodes"),
        (
            asking(*NODE), KUBELET, ("client auth",),
            "usages did not match [client auth digital signature key encipherment]",
        ),
        (asking(*NODE), SERVING, ("server auth",), "DNS or IP subjectAltName is required"),
        (asking(*NODE, dns="n1"), SERVING, ("digital signature", "server auth"), ""),
        (
            asking(*NODE, dns="n1", email="a@b.c"), SERVING, ("server auth",),
            "Email subjectAltNames are not allowed",
        ),
        (asking("joe"), "a.example/b", ("server auth",), ""),
    ],
)  # fmt: skip
def test_what_a_signer_does_not_sign_has_failed(
    text: str, signer: str, usages: tuple[str, ...], refusal: str
) -> None:
    told = judged(text, signer, *usages, approve=True)
    assert told[0] == "Approved: "
    assert told[1:] == ([f"Failed: {refusal}"] if refusal else [])
