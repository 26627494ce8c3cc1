"""Endpoints by port: an address counts for a port only where its pod has that port."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.plan import served_ports
from kplan.plan.finder import Example
from kplan.plan.model import Plan
from kplan.plan.served_ports import slices_by_service
from kplan.state.store import Store
from tests.unit.plan.played import plan_of

PODS = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: web:1
        ports: [{name: http, containerPort: 80}, {name: dns, containerPort: 53, protocol: UDP}]
---
"""
SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [%s]}}"
HTTP = "{name: http, port: 80, targetPort: %s}"
DNS = "{name: dns, port: 53, targetPort: %s, protocol: %s}"


def endpoints(plan: Plan) -> list[tuple[str, int, int, int]]:
    effects = [one for planned in plan.changes for one in planned.effects.endpoints]
    return [(one.port, one.ready_before, one.ready_lowest, one.ready_after) for one in effects]


def codes(plan: Plan) -> list[str]:
    return [risk.code for risk in plan.risks]


@pytest.mark.parametrize(
    ("before", "after", "expected", "risks"),
    [
        (HTTP % "http", HTTP % "web", [("", 2, 0, 0)], ["PLN003"]),
        (HTTP % "http", HTTP % "80", [], []),
        (HTTP % "http", HTTP % "81", [], []),  # any number leads somewhere, whether or not a container names it
        (DNS % ("dns", "UDP"), DNS % ("dns", "TCP"), [("", 2, 0, 0)], ["PLN003"]),
        (
            ", ".join((HTTP % "http", DNS % ("dns", "UDP"))),
            ", ".join((HTTP % "http", DNS % ("name", "UDP"))),
            [("dns", 2, 0, 0)],
            ["PLN007"],
        ),
        (HTTP % "web", HTTP % "http", [("", 0, 0, 2)], []),
    ],
)  # fmt: skip
def test_ports_that_lead_nowhere_have_no_endpoints(
    before: str, after: str, expected: list[tuple[str, int, int, int]], risks: list[str], tmp_path: Path
) -> None:
    plan = plan_of(Example(PODS + SERVICE % before, SERVICE % after), tmp_path)
    assert endpoints(plan) == expected
    assert codes(plan) == risks


def test_a_new_service_whose_port_nobody_has_serves_nobody(tmp_path: Path) -> None:
    plan = plan_of(Example(PODS, SERVICE % HTTP % "metrics"), tmp_path)
    assert endpoints(plan) == [("", 0, 0, 0)]
    assert codes(plan) == ["PLN003"]
    assert plan.risks[0].message.endswith("no container has a TCP port named metrics")


def test_renamed_container_ports_take_the_endpoints_along(tmp_path: Path) -> None:
    """The rollout replaces each pod by one that lacks the port's name."""
    plan = plan_of(Example(PODS + SERVICE % HTTP % "http", PODS.replace("http,", "site,")), tmp_path)
    assert endpoints(plan) == [("", 2, 0, 0)]
    assert codes(plan) == ["PLN003"]


def test_the_protocol_that_the_name_has_is_told(tmp_path: Path) -> None:
    plan = plan_of(Example(PODS, SERVICE % DNS % ("dns", "TCP")), tmp_path)
    assert plan.risks[0].message.endswith("no container has a TCP port named dns, only one for UDP")


def test_slices_of_many_services_are_grouped_once_for_each_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grouped: list[Store] = []

    def counted(store: Store, namespace: str = "") -> Mapping[ObjectKey, list[Json]]:
        grouped.append(store)
        return slices_by_service(store, namespace)

    monkeypatch.setattr(served_ports, "slices_by_service", counted)
    services = "---\n".join(
        (SERVICE % (HTTP % "http")).replace("{name: web}", f"{{name: web-{number}}}") + "\n"
        for number in range(12)
    )
    applied = Example(PODS + services, services.replace("targetPort: http", "targetPort: web"))
    for folder in ("many", "few"):
        (tmp_path / folder).mkdir()
    monkeypatch.setattr(served_ports, "_FEW", 8)
    assert endpoints(plan_of(applied, tmp_path / "many")) == [("", 2, 0, 0)] * 12
    assert 0 < len(grouped) < 12
    grouped.clear()
    monkeypatch.setattr(served_ports, "_FEW", 12 * 12)
    assert endpoints(plan_of(applied, tmp_path / "few")) == [("", 2, 0, 0)] * 12
    assert grouped == []
