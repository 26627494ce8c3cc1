"""How addresses and ports make subsets."""

from typing import Any

from kplan.api.endpointsubsets import CAPACITY, Backend, Port, packed, port_hash, truncated

WEB, ADMIN = Port("web", 8080, "TCP"), Port("admin", 9000, "TCP")


def address(number: int) -> dict[str, Any]:
    return {"ip": f"10.0.{number // 256}.{number % 256}", "targetRef": {"uid": f"u{number}"}}


def seen(subsets: list[dict[str, Any]]) -> list[tuple[list[str], list[str], set[int]]]:
    return [
        (
            [item["ip"] for item in subset.get("addresses", ())],
            [item["ip"] for item in subset.get("notReadyAddresses", ())],
            {port["port"] for port in subset.get("ports", ())},
        )
        for subset in subsets
    ]


def test_addresses_with_the_same_ports_share_a_subset() -> None:
    subsets = packed(
        [Backend.of(address(2), [WEB, ADMIN], ready=True), Backend.of(address(1), [WEB, ADMIN], ready=False)]
    )
    assert seen(subsets) == [(["10.0.0.2"], ["10.0.0.1"], {8080, 9000})]


def test_a_port_that_only_some_have_makes_a_subset_of_its_own() -> None:
    subsets = packed(
        [Backend.of(address(1), [WEB, ADMIN], ready=True), Backend.of(address(2), [WEB], ready=True)]
    )
    assert seen(subsets) == [(["10.0.0.1", "10.0.0.2"], [], {8080}), (["10.0.0.1"], [], {9000})]


def test_addresses_without_ports_are_kept() -> None:
    assert seen(packed([Backend.of(address(1), [], ready=True)])) == [(["10.0.0.1"], [], set())]


def test_ports_are_in_the_order_of_their_hashes() -> None:
    ports = [Port("one", 1, "TCP"), Port("two", 2, "UDP"), Port("", 3, "TCP", "h2c")]
    shown = packed([Backend.of(address(1), ports, ready=True)])[0]["ports"]
    assert shown == [port.value for port in sorted(ports, key=port_hash)]
    assert {"port": 3, "protocol": "TCP", "appProtocol": "h2c"} in shown


def test_ready_addresses_are_kept_first_and_shares_are_rounded_up() -> None:
    ready = [Backend.of(address(number), [WEB], ready=True) for number in range(900)]
    unready = [Backend.of(address(number), [ADMIN], ready=False) for number in range(5000, 5400)]
    subsets, cut = truncated(packed([*ready, *unready]))
    assert cut
    assert [len(one) + len(other) for one, other, _ in seen(subsets)] == [900, 100]
    many = [
        Backend.of(address(number), [WEB] if number % 3 else [ADMIN], ready=True) for number in range(1500)
    ]
    subsets, cut = truncated(packed([*many, *unready]))
    assert sorted(len(one) for one, _, _ in seen(subsets)) == [333, 667]
    assert sum(len(other) for _, other, _ in seen(subsets)) == 0
    assert truncated(packed(many[:CAPACITY]))[1] is False
