"""What looks renamed: one old object for one new one, and only where more speaks for it than a type in common."""

import json
from typing import Any

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.plan.renames import renames

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def _made(kind: str, name: str, **fields: Any) -> Json:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": "default"}, **fields}


def _applied(written: Json, **given: Any) -> Json:
    """A manifest as it is stored, with what the server gave it."""
    annotations = {_LAST_APPLIED: json.dumps(written)}
    spec = {**written["spec"], **given}
    return {**written, "metadata": {**written["metadata"], "annotations": annotations}, "spec": spec}


def _pod(name: str, *images: str) -> Json:
    containers = [
        {"name": f"{name}-{place}", "image": image, "args": ["--port", "80"], "tty": True}
        for place, image in enumerate(images)
    ]
    written = _made("Pod", name, spec={"containers": containers})
    return _applied(written, dnsPolicy="ClusterFirst", restartPolicy="Always", schedulerName="default-scheduler",
                    securityContext={}, terminationGracePeriodSeconds=30, enableServiceLinks=True)  # fmt: skip


def _names(old: list[Json], new: list[Json]) -> dict[str, str]:
    """The renames as ``kind/name``: only objects of the same kind are one."""
    found = renames(old, new)
    assert all(one.kind == other.kind for one, other in found.items())
    return {_title(one): other.name for one, other in found.items()}


def _title(key: ObjectKey) -> str:
    return f"{key.kind}/{key.name}"


def test_similar_objects_each_get_one_new_name_by_their_names() -> None:
    old = [_made("ConfigMap", name, data={"a": "1"}) for name in ("mail", "pay-config")]
    new = [_made("ConfigMap", name, data={"a": "1"}) for name in ("payment-config", "mailer")]
    assert _names(old, new) == {"ConfigMap/mail": "mailer", "ConfigMap/pay-config": "payment-config"}


def test_two_old_objects_are_not_both_the_one_new_object() -> None:
    old = [_made("ConfigMap", name, data={"a": "1"}) for name in ("mail", "pay")]
    assert _names(old, [_made("ConfigMap", "mails", data={"a": "1"})]) == {"ConfigMap/mail": "mails"}


def test_the_likest_is_the_new_name_whatever_the_order() -> None:
    data = {name: name for name in "abcdefghij"}
    old = [_made("ConfigMap", "old", data=data)]
    nearly, equal = _made("ConfigMap", "older", data={**data, "j": "x"}), _made("ConfigMap", "zzz", data=data)
    assert _names(old, [nearly, equal]) == _names(old, [equal, nearly]) == {"ConfigMap/old": "zzz"}


def test_what_has_no_content_is_renamed_along_with_its_company_alone() -> None:
    accounts = [_made("ServiceAccount", name) for name in ("mail", "pay")]
    new = [_made("ServiceAccount", "billing")]
    assert _names(accounts, new) == {}
    pods = [_pod("pay", "registry.example/pay:1")], [_pod("billing", "registry.example/pay:1")]
    assert _names([*accounts, *pods[0]], [*new, *pods[1]]) == {
        "Pod/pay": "billing",
        "ServiceAccount/pay": "billing",
    }


def test_a_pod_with_another_tag_is_the_same_and_one_with_another_image_is_not() -> None:
    old = _pod("pay", "registry.example:5000/pay:1", "web:1", "log:1")
    same = ["registry.example:5000/pay@sha256:0123", "web:1", "log:1"]
    assert _names([old], [_pod("billing", *same)]) == {"Pod/pay": "billing"}
    assert _names([old], [_pod("billing", "registry.example:5000/billing:1", "mail:1", "log:1")]) == {
        "Pod/pay": "billing"
    }
    assert _names([old], [_pod("billing", "registry.example:5000/mail:1", "db:1", "cache:1")]) == {}


def test_an_object_whose_image_alone_is_another_is_another_although_all_else_is_equal() -> None:
    old, new = (_pod(name, image) for name, image in (("pay", "pay:1"), ("mail", "smtp:1")))
    for one in (old, new):
        one["metadata"]["annotations"] = {}  # what the server gave both counts where no manifest is known
    assert _names([old], [new]) == {}
    new["spec"]["containers"][0]["image"] = "pay:2"
    assert _names([old], [new]) == {"Pod/pay": "mail"}


def test_a_hash_at_the_end_tells_before_the_content_does() -> None:
    old = [_made("ConfigMap", "settings-" + 10 * "b", data={"a": "1"})]
    new = [
        _made("ConfigMap", "copy", data={"a": "1"}),
        _made("ConfigMap", "settings-" + 10 * "c", data={"a": "2"}),
    ]
    assert _names(old, new) == {"ConfigMap/settings-bbbbbbbbbb": "settings-cccccccccc"}


def test_objects_of_other_kinds_or_namespaces_are_not_renames() -> None:
    old = [_made("ConfigMap", "old", data={"a": "1"})]
    elsewhere = _made("ConfigMap", "new", data={"a": "1"})
    elsewhere["metadata"]["namespace"] = "other"
    assert _names(old, [_made("Secret", "new", data={"a": "1"}), elsewhere]) == {}


def test_many_objects_that_are_all_alike_go_by_their_names() -> None:
    old = [_made("ConfigMap", f"old-{number:03}-settings", data={"a": "1"}) for number in range(60)]
    new = [_made("ConfigMap", f"n-{number:03}-settings", data={"a": "1"}) for number in reversed(range(60))]
    assert _names(old, new) == {f"ConfigMap/old-{n:03}-settings": f"n-{n:03}-settings" for n in range(60)}


def test_an_object_that_lost_one_of_five_values_is_found_by_the_other_four() -> None:
    old = [_made("ConfigMap", "old", data=dict.fromkeys("abcde", "1"))]
    assert _names(old, [_made("ConfigMap", "new", data=dict.fromkeys("abcd", "1"))]) == {
        "ConfigMap/old": "new"
    }
