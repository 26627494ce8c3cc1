"""Fields that the server fills, drops or compares in its own way; every answer is a real API server's."""

from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patchbody import PatchType
from kplan.apiserver.server import Server
from kplan.state.store import Store

Json = dict[str, Any]


@pytest.fixture
def server() -> Server:
    made = Server(Store())
    made.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}})
    made.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}})
    return made


def refusal(server: Server, value: Json, **options: Any) -> str:
    with pytest.raises(StatusError) as refused:
        (server.update if options.pop("update", False) else server.create)(value, **options)
    return refused.value.message


def daemon_set(**strategy: Any) -> Json:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template, "updateStrategy": strategy}
    return {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "d"}, "spec": spec}


def test_numbers_of_a_rolling_update_that_nobody_rolls_are_zero(server: Server) -> None:
    made = server.create(daemon_set(type="OnDelete", rollingUpdate={"maxSurge": "10%"})).value
    assert made["spec"]["updateStrategy"]["rollingUpdate"] == {"maxSurge": "10%", "maxUnavailable": 0}


def test_the_generation_of_a_template_stays_when_a_status_is_written(server: Server) -> None:
    server.create(daemon_set(type="OnDelete"))
    counts = ("currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled", "numberReady")
    status = {**daemon_set(type="OnDelete"), "status": dict.fromkeys(counts, 1)}
    written = server.update(status, subresource="status").value
    assert written["metadata"]["annotations"] == {"deprecated.daemonset.template.generation": "1"}


def test_a_service_without_addresses_has_no_internal_policy(server: Server) -> None:
    spec = {"type": "ExternalName", "externalName": "a.b", "internalTrafficPolicy": "Local"}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": spec}
    assert "internalTrafficPolicy" not in server.create(service).value["spec"]
    spec["internalTrafficPolicy"] = "x"
    assert 'spec.internalTrafficPolicy: Invalid value: "x"' in refusal(server, service) or (
        'spec.internalTrafficPolicy: Unsupported value: "x"' in refusal(server, service)
    )


def test_no_parameters_are_those_of_a_class_without_any(server: Server) -> None:
    value = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "c"}}
    value |= {"provisioner": "x.io/p", "volumeBindingMode": "Immediate", "reclaimPolicy": "Delete"}
    server.create(value)
    assert server.update({**value, "parameters": {}}).value["provisioner"] == "x.io/p"
    changed = {**value, "parameters": {"a": "b"}}
    assert 'parameters: Invalid value: {"a":"b"}: field is immutable' in refusal(server, changed, update=True)


def test_lists_that_are_empty_are_set_in_the_metadata_of_a_claim_template(server: Server) -> None:
    value = {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaimTemplate", "metadata": {"name": "t"}}
    value["spec"] = {"spec": {"devices": {}}, "metadata": {"finalizers": [], "ownerReferences": []}}
    assert refusal(server, value).endswith(
        "[spec.metadata.ownerReferences: Forbidden: cannot be set, spec.metadata.finalizers: Forbidden: cannot be set]"
    )


def test_the_nodes_of_a_slice_are_checked_one_way_after_the_other(server: Server) -> None:
    pool = {"name": "p", "generation": 1, "resourceSliceCount": 1}
    spec = {"driver": "d.x", "pool": pool, "nodeSelector": {"nodeSelectorTerms": []}, "allNodes": False}
    value = {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceSlice",
        "metadata": {"name": "s"},
        "spec": spec,
    }
    assert refusal(server, value).endswith(
        "[spec.nodeSelector.nodeSelectorTerms: Required value: must have at least one node selector term, "
        "spec.nodeSelector.nodeSelectorTerms: Invalid value: []: must have exactly one node selector term, "
        "spec.allNodes: Invalid value: false: must be either unset or set to true]"
    )


def test_inline_volumes_know_no_class_of_attributes(server: Server) -> None:
    inline = {"volumeAttributesClassName": "Bad_", "hostPath": {"path": "/x"}}
    spec = {"attacher": "a", "nodeName": "n", "source": {"inlineVolumeSpec": inline}}
    value = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "VolumeAttachment",
        "metadata": {"name": "v"},
        "spec": spec,
    }
    assert "volumeAttributesClassName" not in refusal(server, value)


def test_addresses_of_a_pod_that_are_none_are_of_no_family(server: Server) -> None:
    pod = {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
        "spec": {"containers": [{"name": "c", "image": "i"}]},
    }  # fmt: skip
    live = server.create(pod).value
    status = {"hostIP": "fd00::1", "hostIPs": [{"ip": "fd00::1"}, {"ip": "-"}]}
    assert refusal(server, {**live, "status": status}, update=True, subresource="status").endswith(
        "status.hostIPs: Internal error: failed to check for dual stack with error:invalid IP[1]: -, "
        'status.hostIPs: Invalid value: [{"IP":"fd00::1"},{"IP":"-"}]: may specify no more than one IP for each IP family]'
    )


def definition(spec: Json) -> Json:
    schema = {"type": "object", "properties": {"spec": spec}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"plural": "foos", "singular": "foo", "kind": "Foo"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "foos.ex.io"},
        "spec": {"group": "ex.io", "scope": "Namespaced", "names": names, "versions": [version]},
    }  # fmt: skip


def test_what_has_to_be_undefined_in_a_branch_of_a_schema_may_not_be_empty_either(server: Server) -> None:
    inner = {"properties": {"a": {"x-kubernetes-map-type": "", "default": 0}}}
    spec = {"type": "object", "properties": {"a": {"type": "object"}}, "allOf": [inner]}
    refused = refusal(server, definition(spec))
    for name in ("x-kubernetes-map-type", "default"):
        assert f"allOf[0].properties[a].{name}: Forbidden: must be undefined to be structural" in refused


def test_a_patch_that_takes_the_kind_away_is_shown_without_one(server: Server) -> None:
    server.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}})
    patch = [{"op": "remove", "path": "/kind"}, {"op": "add", "path": "/data", "value": 1}]
    with pytest.raises(StatusError) as refused:
        server.patch(ObjectKey("", "ConfigMap", "default", "c"), patch, PatchType.JSON)
    shown = refused.value.message
    assert r"\"apiVersion\":\"v1\"" in shown
    assert r"\"kind\"" not in shown
