"""What older minors answer where 1.36 answers otherwise."""

from typing import Any

import pytest

from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Server
from kplan.schema.catalog import Catalog
from kplan.schema.changes.gates import gates
from kplan.schema.changes.roster import told
from kplan.schema.changes.texts import RULES, TEXTS
from kplan.schema.changes.warnings import WARNINGS
from kplan.state.store import Store

Json = dict[str, Any]


def server(minor: str) -> Server:
    made = Server(Store(), catalog=Catalog.for_version(minor))
    made.load(
        [
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}},
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "default"}},
        ]
    )  # fmt: skip
    return made


def created(minor: str, manifest: Json) -> Json:
    value: Json = server(minor).create(manifest, namespace="default", dry_run=True).value
    return value


def refused(minor: str, manifest: Json) -> str:
    with pytest.raises(StatusError) as refusal:
        created(minor, manifest)
    return refusal.value.message


def pod(**spec: Any) -> Json:
    container = {"name": "shop", "image": "shop:1"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "shop"},
        "spec": {"containers": [container], **spec},
    }


def workload(kind: str, labels: Json | None = None, **spec: Any) -> Json:
    template = {"metadata": {"labels": labels or {"tier": "shop"}}, "spec": pod()["spec"]}
    selector = {"matchLabels": {"tier": "shop"}}
    return {
        "apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "shop"},
        "spec": {"selector": selector, "template": template, **spec},
    }  # fmt: skip


def service(name: str) -> Json:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"ports": [{"port": 81}]},
    }


def test_a_template_has_a_null_time_of_creation_up_to_1_33() -> None:
    deployment = workload("Deployment")
    assert created("1.33", deployment)["spec"]["template"]["metadata"]["creationTimestamp"] is None
    assert "creationTimestamp" not in created("1.34", deployment)["spec"]["template"]["metadata"]


def test_names_of_services_begin_with_a_letter_up_to_1_35() -> None:
    assert created("1.36", service("7shops"))["metadata"]["name"] == "7shops"
    assert "a DNS-1035 label must consist of" in refused("1.35", service("7shops"))


def test_a_field_whose_gate_is_off_is_dropped() -> None:
    manifest = pod(hostnameOverride="shop-host")
    assert created("1.36", manifest)["spec"]["hostnameOverride"] == "shop-host"
    assert "hostnameOverride" not in created("1.34", manifest)["spec"]
    assert 'unknown field "spec.hostnameOverride"' in refused("1.33", manifest)


def test_a_volume_whose_gate_is_off_goes_with_its_mounts() -> None:
    manifest = pod(volumes=[{"name": "data", "image": {"reference": "data:1"}}])
    manifest["spec"]["containers"][0]["volumeMounts"] = [{"name": "data", "mountPath": "/srv"}]
    assert created("1.36", manifest)["spec"]["volumes"][0]["name"] == "data"
    spec = created("1.34", manifest)["spec"]
    assert "data" not in [volume["name"] for volume in spec.get("volumes") or ()]
    assert "data" not in [mount["name"] for mount in spec["containers"][0].get("volumeMounts") or ()]


def test_templates_of_stateful_sets_are_hardly_validated_up_to_1_33() -> None:
    stateful = workload("StatefulSet", serviceName="shop")
    stateful["spec"]["template"]["spec"]["dnsPolicy"] = "Nowhere"
    assert created("1.33", stateful)["spec"]["template"]["spec"]["dnsPolicy"] == "Nowhere"
    assert "dnsPolicy: Unsupported value" in refused("1.34", stateful)


@pytest.mark.parametrize(
    ("minor", "shown"),
    [("1.33", 'map[string]string{"tier":"bar", "zone":"a"}'), ("1.34", '{"tier":"bar","zone":"a"}')],
)
def test_bad_values_are_printed_in_go_syntax_up_to_1_33(minor: str, shown: str) -> None:
    message = refused(minor, workload("Deployment", labels={"zone": "a", "tier": "bar"}))
    assert f"spec.template.metadata.labels: Invalid value: {shown}: `selector` does not match" in message


def test_structs_are_printed_with_their_types_up_to_1_33() -> None:
    manifest = service("shop")
    manifest["spec"]["ports"] *= 2
    assert 'core.ServicePort{Name:"", Protocol:"TCP", AppProtocol:(*string)(nil), Port:81, ' in refused(
        "1.33", manifest
    )


@pytest.mark.parametrize(("minor", "unit"), [("1.34", "characters"), ("1.35", "bytes")])
def test_lengths_are_told_in_bytes_since_1_35(minor: str, unit: str) -> None:
    manifest = pod()
    manifest["metadata"]["labels"] = {"tier": "t" * 70}
    assert f"must be no more than 63 {unit}" in refused(minor, manifest)


@pytest.mark.parametrize(
    ("minor", "place"), [("1.34", "livenessProbe"), ("1.35", "livenessProbe.ProbeHandler")]
)
def test_embedded_structs_are_named_since_1_35(minor: str, place: str) -> None:
    manifest = pod()
    manifest["spec"]["containers"][0]["livenessProbe"] = {"exec": {"command": "true"}}
    assert f".containers.{place}.exec.command of type []string" in refused(minor, manifest)


def test_a_change_that_was_made_before_the_first_minor_is_not_told() -> None:
    assert {one.minor for one in told(34, 36)} == {35, 36}


def test_every_row_says_what_changed() -> None:
    assert all(row.text and 33 <= row.since <= 36 for row in (*TEXTS, *RULES, *WARNINGS))
    assert all(row.text and 26 <= row.since <= 36 for row in gates())


@pytest.mark.parametrize(
    ("minor", "kept"), [("1.30", []), ("1.31", ["matchLabelKeys"]), ("1.36", ["matchLabelKeys"])]
)
def test_a_gate_of_before_1_33_drops_its_fields_too(minor: str, kept: list[str]) -> None:
    """Braces in the table stand for each of their choices."""
    term = {"labelSelector": {}, "topologyKey": "zone", "matchLabelKeys": ["tier"]}
    rule = {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "podAffinityTerm": term}]}
    manifest = pod(affinity={"podAntiAffinity": rule})
    (found,) = created(minor, manifest)["spec"]["affinity"]["podAntiAffinity"][
        "preferredDuringSchedulingIgnoredDuringExecution"
    ]
    assert sorted(found["podAffinityTerm"].keys() & {"matchLabelKeys"}) == kept


def test_what_is_off_in_every_release_is_no_change() -> None:
    assert "MaxUnavailableStatefulSet" not in {gate.name for gate in gates()}


def test_sidecars_had_no_restart_rules_in_1_35() -> None:
    sidecar = {
        "name": "proxy",
        "image": "proxy:1",
        "restartPolicy": "Always",
        "restartPolicyRules": [{"action": "x"}],
    }
    manifest = pod(initContainers=[sidecar])
    assert refused("1.35", manifest) == (
        'Pod "shop" is invalid: spec.initContainers[0].restartPolicyRules: Forbidden: restartPolicyRules are not allowed for '
        "init containers with restart policy Always"
    )
    assert "restartPolicyRules[0].action" in refused("1.36", manifest)


def test_addresses_of_a_service_are_printed_in_go_s_syntax_up_to_1_33() -> None:
    """They are refused when they are to be allocated, before validation."""
    manifest = service("shop")
    manifest["spec"]["clusterIPs"] = ["x"]
    assert 'spec.clusterIPs: Invalid value: []string{"x"}: must be empty' in refused("1.33", manifest)
    assert 'spec.clusterIPs: Invalid value: ["x"]: must be empty' in refused("1.34", manifest)


def warned(minor: str, manifest: Json) -> list[str]:
    return list(server(minor).create(manifest, namespace="default", dry_run=True).warnings)


def test_a_warning_that_came_later_is_not_given() -> None:
    outside = service("shop")
    outside["spec"]["externalIPs"] = ["192.0.2.7"]
    assert [bool(warned(minor, outside)) for minor in ("1.35", "1.36")] == [False, True]


def test_a_warning_that_was_worded_otherwise_is_given_so() -> None:
    manifest = pod(volumes=[{"name": "source", "gitRepo": {"repository": "https://example.com/shop"}}])
    (before,), (after,) = warned("1.32", manifest), warned("1.33", manifest)
    assert after == before + ", and disabled by default in v1.33+"


def test_sources_of_a_projected_volume_without_items_overlapped_up_to_1_33() -> None:
    """A source that names no items was taken for the one before it; a warning is given once."""
    token, plain = {"serviceAccountToken": {"path": "token"}}, {"secret": {"name": "shop"}}
    manifest = pod(volumes=[{"name": "all", "projected": {"sources": [token, plain, plain]}}])
    place = '"token" (ServiceAccountToken)'
    text = f'volume "all" (Projected): overlapping paths: {place} with {place}'
    assert warned("1.33", manifest) == [text]
    assert warned("1.34", manifest) == []
