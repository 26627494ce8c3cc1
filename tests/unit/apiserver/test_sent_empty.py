"""What a server makes of fields that are sent as [] or {},
and how it prints values of named types and behind pointers.
"""

import copy
import json
from typing import Any

import pytest

from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Server
from kplan.state.store import Store

Json = dict[str, Any]
ODD = "a<b&c"
PRINTED = json.dumps(ODD).replace("<", "\\u003c").replace("&", "\\u0026")


def refusal(manifest: Json) -> str:
    with pytest.raises(StatusError) as caught:
        Server(Store()).create(manifest, dry_run=True)
    return str(caught.value.message)


def definition(**schema: Any) -> Json:
    """A definition with a schema at spec.a, or these keywords at the root."""
    whole: Json = {"type": "object", "properties": {"spec": {"type": "object", "properties": schema}}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {
            "group": "example.com", "scope": "Namespaced", "names": {"plural": "widgets", "kind": "Widget"},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": whole}}],
        },
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["string", "integer"])
def test_dependencies_are_refused_where_they_are_sent_empty(kind: str) -> None:
    text = refusal(definition(a={"type": kind, "dependencies": {}}))
    assert text.endswith(
        "openAPIV3Schema.properties[spec].properties[a].dependencies: Forbidden: dependencies is not supported"
    )


def test_map_keys_sent_empty_are_no_field_that_a_root_may_have() -> None:
    manifest = definition()
    version = manifest["spec"]["versions"][0]
    version["schema"]["openAPIV3Schema"]["x-kubernetes-list-map-keys"] = []
    version["subresources"] = {"status": {}}
    assert "fields are allowed at the root of the schema if the status subresource is enabled" in refusal(
        manifest
    )


def test_the_default_of_a_number_or_text_is_not_asked_for_its_type() -> None:
    text = refusal(definition(a={"x-kubernetes-int-or-string": True, "minProperties": 5, "default": {}}))
    assert "in body should have at least 5 properties" in text
    assert "must be of type" not in text


def test_overhead_sent_empty_needs_a_class() -> None:
    server = Server(Store())
    for obj in (
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}},
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": "default", "namespace": "default"},
        },
    ):
        server.load([obj])
    pod = {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "default"},
        "spec": {"containers": [{"name": "a", "image": "a"}], "overhead": {}},
    }  # fmt: skip
    with pytest.raises(StatusError, match="Overhead set without corresponding RuntimeClass defined Overhead"):
        server.create(pod, dry_run=True)


@pytest.mark.parametrize("name", ["failurePolicy", "matchPolicy", "sideEffects", "reinvocationPolicy"])
def test_values_of_a_webhook_are_printed_as_json(name: str) -> None:
    hook = {
        "name": "a.example.com", "clientConfig": {"url": "https://example.com"}, "sideEffects": "None",
        "admissionReviewVersions": ["v1"], name: ODD,
    }  # fmt: skip
    text = refusal(
        {
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": "a"}, "webhooks": [hook],
        }
    )  # fmt: skip
    assert f"webhooks[0].{name}: Unsupported value: {PRINTED}: supported values: " in text


def test_a_time_zone_is_printed_as_json() -> None:
    job = {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a"}]}}}
    cron = {
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "a", "namespace": "default"},
        "spec": {"schedule": "* * * * *", "jobTemplate": {"spec": job}, "timeZone": ODD},
    }  # fmt: skip
    server = Server(Store())
    server.load([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}])
    with pytest.raises(StatusError) as caught:
        server.create(cron, dry_run=True)
    assert f"spec.timeZone: Invalid value: {PRINTED}: unknown time zone {ODD}" in caught.value.message


def generation_after(obj: Json, **spec: Any) -> int:
    """The generation of an object of the default namespace once these fields of its spec are sent."""
    server = Server(Store())
    server.load([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}])
    changed = copy.deepcopy(server.create(obj).value)
    changed["spec"] |= spec
    return int(server.update(changed).value["metadata"]["generation"])


@pytest.mark.parametrize(
    ("spec", "generation"),
    [
        ({}, 1),
        ({"policyTypes": []}, 1),
        ({"egress": []}, 2),
        ({"podSelector": {"matchLabels": {}}}, 2),
        ({"egress": [{}]}, 2),
    ],
)
def test_what_a_network_policy_is_sent_empty_counts_as_a_change(spec: Json, generation: int) -> None:
    policy = {
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": {"name": "a", "namespace": "default"}, "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
    }  # fmt: skip
    assert generation_after(policy, **spec) == generation


@pytest.mark.parametrize(("amount", "generation"), [("1e9", 1), ("1000M", 1), ("1Gi", 2)])
def test_an_amount_written_otherwise_is_no_change(amount: str, generation: int) -> None:
    def template(limit: str) -> Json:
        container = {"name": "a", "image": "a", "resources": {"limits": {"memory": limit}}}
        return {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [container]}}

    deployment = {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a", "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": template("1G")},
    }  # fmt: skip
    assert generation_after(deployment, template=template(amount)) == generation


def test_a_volume_may_be_kept_for_a_claim_without_a_name() -> None:
    volume = {
        "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "a"},
        "spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/a"}, "claimRef": {}},
    }  # fmt: skip
    server = Server(Store())
    assert not server.load([volume])
    assert len(server.store) == 1


@pytest.mark.parametrize(("empty", "refused"), [("data", False), ("binaryData", True)])
def test_data_of_a_config_map_is_empty_by_default(empty: str, refused: bool) -> None:
    server = Server(Store())
    server.load([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}])
    obj = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "a", "namespace": "default"},
        "immutable": True,
    }
    changed = {**copy.deepcopy(server.create(obj).value), empty: {}}
    if not refused:
        assert server.update(changed).value["immutable"]
        return
    with pytest.raises(
        StatusError, match="binaryData: Forbidden: field is immutable when `immutable` is set"
    ):
        server.update(changed)


def test_a_nullable_field_that_is_null_is_absent_for_rules() -> None:
    server = Server(Store())
    server.load([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}])
    manifest = definition(a={"type": "string", "nullable": True})
    spec = manifest["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    spec["x-kubernetes-validations"] = [{"rule": "has(self.a)", "message": "a is absent"}]
    server.create(manifest)
    widget = {
        "apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a", "namespace": "default"},
        "spec": {"a": None},
    }  # fmt: skip
    with pytest.raises(StatusError, match="a is absent"):
        server.create(widget, dry_run=True)
    assert server.create({**widget, "spec": {"a": "b"}}, dry_run=True).value["spec"] == {"a": "b"}


def test_access_modes_sent_empty_are_told_from_none_where_a_claim_may_not_change(server: Server) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    claim: Json = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "c"},
        "spec": spec,
    }
    stored = server.create(claim).value
    with pytest.raises(StatusError) as caught:
        server.update({**stored, "spec": {**stored["spec"], "accessModes": []}})
    assert '+ "AccessModes": [],' in caught.value.message


def test_a_controller_that_is_changed_is_warned_of_the_template_that_it_had(server: Server) -> None:
    ports = [{"containerPort": 80}, {"containerPort": 80}]
    template: Json = {
        "metadata": {"labels": {"a": "b"}},
        "spec": {"containers": [{"name": "c", "image": "i", "ports": ports}]},
    }
    controller = {
        "apiVersion": "v1", "kind": "ReplicationController", "metadata": {"name": "r"}, "spec": {"template": template},
    }  # fmt: skip
    made = server.create(controller)
    assert any("duplicate port" in text for text in made.warnings)
    mended = copy.deepcopy(made.value)
    del mended["spec"]["template"]["spec"]["containers"][0]["ports"][1]
    assert any("duplicate port" in text for text in server.update(mended, dry_run=True).warnings)


def test_lists_that_a_pod_is_changed_to_without_anything_in_them_are_shown_so() -> None:
    server = Server(Store())
    server.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}})
    server.create(
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": "default", "namespace": "default"},
        }
    )
    container = {"name": "web", "image": "shop:1", "args": ["a"]}
    context = {"supplementalGroups": [4], "runAsUser": 1}
    spec = {
        "containers": [container], "readinessGates": [{"conditionType": "a.b/c"}], "securityContext": context,
        "automountServiceAccountToken": False, "serviceAccountName": "default",
    }  # fmt: skip
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": spec,
    }
    server.create(pod)
    context["supplementalGroups"] = []
    spec["readinessGates"], container["args"], spec["schedulingGates"], spec["tolerations"] = [], [], [], []
    with pytest.raises(StatusError) as caught:
        server.update(pod, namespace="default", name="web")
    added = [line.strip("+ ,") for line in str(caught.value.message).splitlines() if line.startswith("+")]
    assert added == ['"Args": []', '"SupplementalGroups": []', '"ReadinessGates": []']


def test_attributes_that_a_volume_is_changed_to_without_any_are_shown_so() -> None:
    server = Server(Store())
    csi = {"driver": "disks.example.com", "volumeHandle": "h", "volumeAttributes": {"a": "b"}}
    volume = {
        "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "disk"},
        "spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "csi": csi},
    }  # fmt: skip
    server.create(volume)
    csi["volumeAttributes"] = {}
    with pytest.raises(StatusError) as caught:
        server.update(volume, name="disk")
    assert '+  "VolumeAttributes": {},' in str(caught.value.message)
