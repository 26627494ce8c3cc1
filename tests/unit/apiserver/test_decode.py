"""Decoding: the fast reader, the faithful one, and the words of a real server."""

from typing import Any

import pytest

from kplan.api.gvk import GroupVersionKind
from kplan.apiserver.decode import decode, encode
from kplan.apiserver.errors import StatusError
from kplan.apiserver.unmarshal import Unmarshaler
from kplan.schema import layouts

POD = GroupVersionKind("", "v1", "Pod")
SECRET = GroupVersionKind("", "v1", "Secret")
CRD = GroupVersionKind("apiextensions.k8s.io", "v1", "CustomResourceDefinition")


def pod(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec}


def refusal(value: dict[str, Any], gvk: GroupVersionKind = POD) -> str:
    with pytest.raises(StatusError) as caught:
        decode(value, gvk)
    assert caught.value.code == 400
    return caught.value.message.partition(f"handled as a {gvk.kind}: ")[2]


def test_zero_values_appear_where_go_writes_them_and_nulls_nowhere() -> None:
    decoded = decode(pod(containers=[{"name": "c", "image": None, "stdin": False}], nodeName=""), POD).value
    assert decoded["spec"] == {"containers": [{"name": "c", "resources": {}}]}
    assert decoded["status"] == {}


def test_quantities_become_canonical() -> None:
    limits = {"cpu": 0.5, "memory": "1024Mi"}
    decoded = decode(pod(containers=[{"name": "c", "resources": {"limits": limits}}]), POD).value
    assert decoded["spec"]["containers"][0]["resources"]["limits"] == {"cpu": "500m", "memory": "1Gi"}


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"hostNetwork": "yes"}, "json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool"),
        ({"priority": 1.5}, "json: cannot unmarshal number 1.5 into Go struct field PodSpec.spec.priority of type int32"),
        ({"containers": {}}, "json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container"),
        ({"nodeSelector": {"a": 1}}, "json: cannot unmarshal number into Go struct field PodSpec.spec.nodeSelector of type string"),
        (
            {"volumes": [{"fc": {"lun": "1"}}]},
            "json: cannot unmarshal string into Go struct field FCVolumeSource.spec.volumes.VolumeSource.fc.lun of type int32",
        ),
        ({"bogus": 1, "hostNetwork": True, "x": 1}, 'strict decoding error: unknown field "spec.bogus", unknown field "spec.x"'),
        ({"hostnetwork": True}, 'strict decoding error: unknown field "spec.hostnetwork"'),
    ],
)  # fmt: skip
def test_refusals_are_worded_as_the_server_does(spec: dict[str, Any], message: str) -> None:
    assert refusal(pod(**spec)) == message


def test_an_unreadable_quantity_outdoes_an_earlier_mismatch() -> None:
    value = pod(hostNetwork=1, overhead={"cpu": "x"})
    assert refusal(value).startswith("quantities must match the regular expression")


@pytest.mark.parametrize(
    ("text", "place"),
    [("a", 0), ("ab=c", 2), ("YWJj*", 4), ("YQ=", 3), ("YWI=x", 4), ("=", 0), ("YW\nJj!", 5)],
)
def test_bad_base64_names_the_byte(text: str, place: int) -> None:
    value = {"metadata": {"name": "s"}, "data": {"k": text}}
    assert refusal(value, SECRET) == f"illegal base64 data at input byte {place}"


def test_a_nested_schema_is_not_read_strictly() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "array", "items": {"type": "string", "bogus": 1}}},
    }
    value = {"spec": {"versions": [{"name": "v1", "schema": {"openAPIV3Schema": schema}}]}}
    version = decode(value, CRD).value["spec"]["versions"][0]
    assert version["schema"]["openAPIV3Schema"]["properties"]["a"]["items"] == {"type": "string"}


def test_unknown_fields_are_warnings_unless_strict() -> None:
    decoded = decode(pod(containers=[], bogus=1), POD, strict=False)
    assert decoded.warnings == ('unknown field "spec.bogus"',)
    assert "bogus" not in decoded.value["spec"]


def test_printing_writes_nulls_where_go_does() -> None:
    event = {"metadata": {"name": "e"}, "involvedObject": {}}
    printed = encode(
        decode(event, GroupVersionKind("", "v1", "Event")).value, GroupVersionKind("", "v1", "Event")
    )
    assert printed["firstTimestamp"] is None
    assert printed["eventTime"] is None
    assert printed["reportingComponent"] == ""


def test_both_readers_agree() -> None:
    value = pod(
        containers=[{"name": "c", "ports": [{"containerPort": 80}], "env": [{"name": "A", "value": "b"}]}]
    )
    value["metadata"]["labels"] = {"a": "b"}
    slow = Unmarshaler(layouts.bundled(), strict=True).read("core/v1.Pod", value)
    assert decode(slow, POD).value == decode(value, POD).value
