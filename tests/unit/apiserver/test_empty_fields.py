"""Structs remember what they were sent empty, and forget it before they are stored."""

from kplan.api.gvk import GroupVersionKind
from kplan.apiserver.decode import decode
from kplan.apiserver.empty_fields import EmptyAware, plain, sent

CONFIG_MAP = GroupVersionKind("", "v1", "ConfigMap")


def test_decoding_remembers_empty_fields_that_go_leaves_out() -> None:
    value = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "labels": {}}, "data": {}}
    read = decode(value, CONFIG_MAP, remember_empty=True).value
    assert read == {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    assert sent(read, "data") == {}
    assert sent(read["metadata"], "labels") == {}
    assert sent(read["metadata"], "annotations") is None


def test_plain_is_plain_all_the_way_down() -> None:
    value = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"labels": {}}, "data": {}}
    read = plain(decode(value, CONFIG_MAP, remember_empty=True).value)
    assert read == {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {}}
    assert not isinstance(read, EmptyAware)
    assert not isinstance(read["metadata"], EmptyAware)


def test_plain_decoding_keeps_plain_dicts() -> None:
    value = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"labels": {}}, "data": {}}
    assert type(decode(value, CONFIG_MAP).value) is dict
