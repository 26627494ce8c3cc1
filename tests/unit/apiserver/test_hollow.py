"""Structs remember what they were sent empty, and forget it before they are stored."""

from kplan.api.gvk import GroupVersionKind
from kplan.apiserver.decode import decode
from kplan.apiserver.hollow import Hollow, sent, solid

CONFIG_MAP = GroupVersionKind("", "v1", "ConfigMap")


def test_decoding_remembers_empty_fields_that_go_leaves_out() -> None:
    value = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "labels": {}}, "data": {}}
    read = decode(value, CONFIG_MAP, hollow=True).value
    assert read == {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    assert sent(read, "data") == {}
    assert sent(read["metadata"], "labels") == {}
    assert sent(read["metadata"], "annotations") is None


def test_solid_is_plain_all_the_way_down() -> None:
    value = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"labels": {}}, "data": {}}
    plain = solid(decode(value, CONFIG_MAP, hollow=True).value)
    assert plain == {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {}}
    assert not isinstance(plain, Hollow)
    assert not isinstance(plain["metadata"], Hollow)


def test_plain_decoding_keeps_plain_dicts() -> None:
    value = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"labels": {}}, "data": {}}
    assert type(decode(value, CONFIG_MAP).value) is dict
