"""The EndpointSlices of a Service are found whether they are read or still text, in their order."""

import json
from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.plan.served_ports import SlicesOf, ready_by_port
from kplan.state.glance import Unread
from kplan.state.store import Store

SERVICES = ("web", "web-2", "db")


def endpoint_slice(number: int) -> dict[str, Any]:
    service = SERVICES[number % 3]
    return {
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
        "metadata": {"name": f"{service}-{number}", "namespace": "n", "labels": {"kubernetes.io/service-name": service}},
        "addressType": "IPv4", "endpoints": [],
    }  # fmt: skip


def half_read() -> Store:
    values = [endpoint_slice(number) for number in range(12)]
    keys = [ObjectKey("discovery.k8s.io", "EndpointSlice", "n", one["metadata"]["name"]) for one in values]
    texts = [
        (key, Unread(json.dumps(one, separators=(",", ":")))) for key, one in zip(keys, values, strict=True)
    ]
    store = Store.of_texts(texts, 1, None)
    for key in keys[::2]:
        store.get(key)
    return store


@pytest.mark.parametrize("earlier", [0, 20])
def test_slices_of_a_half_read_namespace(earlier: int) -> None:
    slices = SlicesOf(half_read())
    for _ in range(earlier):
        slices.service(ObjectKey("", "Service", "n", "other"))
    for place, service in enumerate(SERVICES):
        found = [one["metadata"]["name"] for one in slices.service(ObjectKey("", "Service", "n", service))]
        assert found == [f"{service}-{number}" for number in range(place, 12, 3)]
    assert list(slices.service(ObjectKey("", "Service", "elsewhere", "web"))) == []


def slice_of(name: str, manager: str, *addresses: str) -> dict[str, Any]:
    labels = {"kubernetes.io/service-name": "web", "endpointslice.kubernetes.io/managed-by": manager}
    return {
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
        "metadata": {"name": name, "namespace": "n", "labels": labels}, "ports": [{"name": "", "port": 80}],
        "endpoints": [{"addresses": [address], "conditions": {"ready": True}} for address in addresses],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("mirrored", "ready"), [(["10.0.0.1", "10.0.0.2"], 2), (["10.0.0.1", "10.0.0.3"], 3), ([], 2)]
)
def test_an_address_that_is_mirrored_counts_once(mirrored: list[str], ready: int) -> None:
    slices = [
        slice_of("own", "endpointslice-controller.k8s.io", "10.0.0.1", "10.0.0.2"),
        slice_of("mirror", "endpointslicemirroring-controller.k8s.io", *mirrored),
    ]
    service = {"metadata": {"name": "web", "namespace": "n"}, "spec": {"ports": [{"port": 80}]}}
    assert ready_by_port(service, slices) == {"": ready}
