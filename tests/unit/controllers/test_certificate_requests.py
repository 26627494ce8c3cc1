"""How long certificate requests stay."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

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
