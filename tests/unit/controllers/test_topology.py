"""Hints by zone, for endpoints in zones with so many processors each."""

from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.controllers.endpointslice.slices import Changes
from kplan.controllers.endpointslice.topology import Topology, wants_hints

SERVICE = ObjectKey("", "Service", "ns", "svc")


def node(zone: str, cpu: str, ready: str = "True", role: str = "worker") -> dict[str, Any]:
    labels = {
        f"node-role.kubernetes.io/{role}": "",
        **({"topology.kubernetes.io/zone": zone} if zone else {}),
    }
    return {
        "metadata": {"labels": labels},
        "status": {"allocatable": {"cpu": cpu}, "conditions": [{"type": "Ready", "status": ready}]},
    }


def piece(zones: str, name: str = "one") -> dict[str, Any]:
    """A slice of endpoints in the zones a, b...; ``.`` is one without a zone, capitals are not ready."""
    endpoints = [
        {
            "conditions": {"ready": zone.islower() or zone == "."},
            **({} if zone == "." else {"zone": zone.lower()}),
        }
        for zone in zones
    ]
    return {"metadata": {"name": name}, "endpoints": endpoints}


def hints(item: dict[str, Any]) -> str:
    """The zones that the endpoints are for; ``-`` for everybody."""
    return "".join(
        (one.get("hints") or {}).get("forZones", [{"name": "-"}])[0]["name"] for one in item["endpoints"]
    )


ON = "Topology Aware Hints has been enabled"
UNKNOWN = "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes"
UNFAIR = "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold"


@pytest.mark.parametrize(
    ("cpu", "zones", "wanted", "message"),
    [
        ({"a": "30", "b": "40", "c": "30"}, "ab", "--", "Insufficient number of endpoints (2 endpoints, 3 zones)"),
        ({"a": "45", "b": "55"}, "ab", "ab", ON),
        ({"a": "45", "b": "55"}, "abB", "ab-", ON),
        ({"a": "35", "b": "35", "c": "30"}, "abccaaabca", "bbccaaabca", ON),
        ({"a": "1", "b": "1"}, "aaaa", "bbaa", ON),
        ({"a": "1", "b": "1"}, "aab", "---", f"{UNFAIR} (3 endpoints, 2 zones)"),
        ({"a": "1", "b": "1"}, "ab.b", "----", "One or more endpoints do not have a zone specified"),
        ({"a": "1"}, "aa", "--", UNKNOWN),
        ({"a": "1", "": "1"}, "aa", "--", UNKNOWN),
    ],
)  # fmt: skip
def test_zones_get_endpoints_by_their_share(
    cpu: dict[str, str], zones: str, wanted: str, message: str
) -> None:
    topology = Topology()
    topology.set_nodes([node(*pair) for pair in cpu.items()])
    made = piece(zones)
    said = topology.add_hints(SERVICE, "IPv4", Changes(create=[made]), [])
    assert said is not None
    assert (hints(made), said.message) == (wanted, f"{message}, addressType: IPv4")
    assert said.type == ("Normal" if "enabled" in message else "Warning")


def test_control_planes_and_nodes_that_are_not_ready_do_not_count() -> None:
    topology = Topology()
    topology.set_nodes([node("a", "1"), node("b", "1", "False"), node("c", "1", role="control-plane")])
    said = topology.add_hints(SERVICE, "IPv4", Changes(create=[piece("ab")]), [])
    assert said is not None
    assert said.reason == "TopologyAwareHintsDisabled"


def test_a_slice_whose_hints_still_do_stays_as_it_is() -> None:
    topology = Topology()
    topology.set_nodes([node("a", "1"), node("b", "1")])
    first = piece("abab", "first")
    topology.add_hints(SERVICE, "IPv4", Changes(create=[first]), [])
    changes = Changes(create=[piece("ab", "second")])
    assert topology.add_hints(SERVICE, "IPv4", changes, [first]) is None
    assert (changes.update, hints(changes.create[0])) == ([], "ab")


def test_losing_a_zone_overloads_the_service_and_takes_its_hints_off() -> None:
    topology = Topology()
    topology.set_nodes([node("a", "1"), node("b", "1")])
    first = piece("abab")
    topology.add_hints(SERVICE, "IPv4", Changes(create=[first]), [])
    assert list(topology.overloaded()) == []
    topology.set_nodes([node("a", "1"), node("b", "1", "Unknown")])
    assert list(topology.overloaded()) == [SERVICE]
    changes = Changes()
    topology.add_hints(SERVICE, "IPv4", changes, [first])
    assert [hints(item) for item in changes.update] == ["----"]
    assert hints(first) == "abab"
    assert not topology.in_use


@pytest.mark.parametrize(
    ("mode", "older", "wanted"),
    [
        ("Auto", None, True),
        ("auto", None, True),
        (None, "auto", True),
        ("Auto", "disabled", False),
        (None, None, False),
    ],
)
def test_the_older_annotation_counts_first(mode: str | None, older: str | None, wanted: bool) -> None:
    names = {"service.kubernetes.io/topology-mode": mode, "service.kubernetes.io/topology-aware-hints": older}
    annotations = {name: text for name, text in names.items() if text is not None}
    assert wants_hints({"metadata": {"annotations": annotations}}) is wanted
