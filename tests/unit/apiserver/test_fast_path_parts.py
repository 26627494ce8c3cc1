"""What the fast path compares and reads for itself: the same as a whole look would say, without the look."""

import copy
from typing import Any

import pytest

from kplan.apiserver.codec import Codec, UnusualError
from kplan.apiserver.fast_path.nodenames import is_name_of_node
from kplan.apiserver.fast_path.status import changes_status_only
from kplan.apiserver.fast_path.unchanged import differing, has_stored_metadata, kept_or_read
from kplan.apiserver.validation.core_endpoints import validate_address
from kplan.apiserver.validation.discovery import validate_endpoint
from kplan.apiserver.validation.endpoint_ip import is_plain_endpoint_ip
from kplan.apiserver.validation.podspec.status import validate_pod_status_update
from kplan.fieldpath import FieldPath
from kplan.schema import layouts

Json = dict[str, Any]


def test_fields_differ_by_identity() -> None:
    shared: Json = {"a": 1}
    old = {"kept": shared, "copied": {"b": 2}, "gone": 3}
    new = {"copied": {"b": 2}, "kept": shared, "new": 4, "null": None}
    assert differing(new, old) == ["copied", "new"]
    assert differing(new, {}) == ["copied", "kept", "new"]


def test_metadata_is_as_it_is_stored_but_for_annotations() -> None:
    old = {"name": "web", "generation": 1, "labels": {"app": "web"}, "annotations": {"a": "1"}}
    assert has_stored_metadata({**old}, old)
    assert has_stored_metadata({**old, "labels": {"app": "web"}, "annotations": {"b": "2"}}, old)
    assert not has_stored_metadata({**old, "labels": {"app": "other"}}, old)
    assert not has_stored_metadata({**old, "generation": True}, old)
    assert not has_stored_metadata({**old, "annotations": {"a b": "2"}}, old)
    assert not has_stored_metadata({name: old[name] for name in ("name", "generation", "annotations")}, old)


def test_a_status_alone_is_another_one() -> None:
    old = {"kind": "Pod", "metadata": {"name": "web"}, "spec": {}, "status": {"phase": "Pending"}}
    new = {**old, "status": {"phase": "Running"}}
    assert changes_status_only(new, old)
    assert not changes_status_only({**new, "spec": {}}, old)
    assert not changes_status_only({**new, "status": {"containerStatuses": [{"resources": {"x": 1}}]}}, old)


def test_items_are_kept_wherever_they_stood_and_others_are_read() -> None:
    one, two, three = {"n": 1}, {"n": 2}, {"n": 3}
    seen = []

    def read(item: Json) -> Json | None:
        seen.append(item["n"])
        return {**item, "read": True} if item["n"] < 9 else None

    made = kept_or_read([two, one, three], [one, two], read)
    assert made == [two, one, {"n": 3, "read": True}]
    assert seen == [3]
    assert made is not None
    assert made[0] is two
    assert kept_or_read([one, {"n": 9}], [one], read) is None
    assert kept_or_read({}, [one], read) is None
    assert kept_or_read([], [one], read) == []


@pytest.mark.parametrize("value", [True, 1.0, "1", 2**31, -(2**31) - 1, [], {}])
def test_a_number_that_is_none_or_too_large_needs_another_look(value: Any) -> None:
    read = Codec(layouts.bundled(), nulls=False).reader("apps/v1.ReplicaSetStatus")
    assert read({"replicas": 3, "readyReplicas": 0}) == {"replicas": 3}
    with pytest.raises(UnusualError):
        read({"replicas": 3, "readyReplicas": value})


@pytest.mark.parametrize("value", [True, 1, [], {}])
def test_a_text_that_is_none_needs_another_look(value: Any) -> None:
    read = Codec(layouts.bundled(), nulls=False).reader("core/v1.PodStatus")
    assert read({"phase": "", "message": "x"}) == {"message": "x"}
    with pytest.raises(UnusualError):
        read({"message": value})


RUNNING: Json = {
    "phase": "Running",
    "qosClass": "BestEffort",
    "conditions": [{"type": "Ready", "status": "True"}, {"type": "ContainersReady", "status": "True"}],
    "containerStatuses": [{"name": "web", "state": {"running": {}}, "ready": True}],
    "hostIP": "10.0.0.1",
    "hostIPs": [{"ip": "10.0.0.1"}],
    "podIP": "10.1.0.1",
    "podIPs": [{"ip": "10.1.0.1"}],
}
ENDED = {"containerStatuses": [{"name": "web", "state": {"terminated": {"exitCode": 0}}}]}


@pytest.mark.parametrize(
    ("status", "before", "refused"),
    [
        (RUNNING, RUNNING, False),
        ({**RUNNING, "qosClass": "Guaranteed"}, RUNNING, True),
        ({**RUNNING, "podIPs": [{"ip": "10.1.0"}]}, RUNNING, True),
        ({**RUNNING, "podIPs": [{"ip": "10.1.0.1"}, {"ip": "10.1.0.2"}]}, RUNNING, True),
        ({**RUNNING, "hostIP": "10.0.0.2"}, RUNNING, True),
        ({**RUNNING, "conditions": [{"type": "a b"}]}, RUNNING, True),
        ({**RUNNING, "conditions": [{"type": "Ready", "observedGeneration": -1}]}, RUNNING, True),
        ({**RUNNING, "observedGeneration": -1}, RUNNING, True),
        ({**RUNNING, "nominatedNodeName": "Node"}, RUNNING, True),
        (RUNNING, {**RUNNING, **ENDED}, True),
        ({**RUNNING, "resourceClaimStatuses": [{"name": "none"}]}, RUNNING, True),
        (
            {**RUNNING, "containerStatuses": [{"name": "web", "user": {"linux": {"uid": -1, "gid": 0}}}]},
            RUNNING,
            True,
        ),
    ],
)
def test_a_pods_status_passes_at_first_sight_only_where_a_whole_look_finds_nothing(
    status: Json, before: Json, refused: bool
) -> None:
    metadata = {"name": "web", "namespace": "default", "resourceVersion": "1"}
    spec = {"restartPolicy": "Never", "containers": [{"name": "web"}]}
    old = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": before}
    new = {**old, "status": status}
    glance = validate_pod_status_update(new, old)
    whole = validate_pod_status_update({**new, "spec": copy.deepcopy(spec)}, old)
    assert list(map(str, glance)) == list(map(str, whole))
    assert bool(glance) == refused


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "0.0.0.0", "127.0.0.1", "169.254.0.9", "224.0.0.7", "224.0.1.7", "10.0.0.01", "::ffff:10.0.0.1",
     "fd00::1", "10.0.0", "10.0.0.1.1", "10.0.0.256", "10.0.0.-1", "1\u0662.0.0.1", "", "name"],
)  # fmt: skip
@pytest.mark.parametrize("node", [None, "node-1", "Node 1"])
def test_an_address_is_plain_only_where_a_whole_look_finds_nothing(address: str, node: str | None) -> None:
    path = FieldPath("endpoints")
    plain = is_plain_endpoint_ip(address) and (node is None or is_name_of_node(node))
    found = {"addresses": [address], "nodeName": node}
    assert plain <= (not validate_endpoint(found, "IPv4", path))
    assert plain <= (not validate_address({"ip": address, "nodeName": node}, path))
    assert is_plain_endpoint_ip(address) == (address in ("10.0.0.1", "224.0.1.7"))
