"""Whether two states are the same, Secrets with values and with hashes alike."""

from kplan.api.object import Json, Object
from kplan.state.moved import digest, moved
from kplan.state.secrets import hashed, reveal
from kplan.state.store import Store

APPLIED = (
    '{"apiVersion":"v1","data":{"b":"Yg=="},"kind":"Secret","metadata":{"name":"s"},"stringData":{"a":"a"}}\n'
)
SECRET: Json = {
    "apiVersion": "v1", "kind": "Secret", "data": {"a": "YQ==", "b": "Yg=="},
    "metadata": {
        "name": "s", "namespace": "default",
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": APPLIED},
    },
}  # fmt: skip


def named(name: str, value: str = "") -> Json:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "resourceVersion": "1"},
        "data": {"a": value},
    }


def test_a_hash_is_not_hashed_again() -> None:
    once = hashed(SECRET)
    assert once != SECRET
    assert hashed(once) == once


def test_a_digest_is_of_the_content_in_any_order() -> None:
    assert digest(Store.of([named("a"), named("b")])) == digest(Store.of([named("b"), named("a")]))
    assert digest(Store.of([named("a")])) != digest(Store.of([named("a", "b")]))


def test_a_digest_is_the_same_for_values_and_hashes_of_secrets() -> None:
    store = Store.of([hashed(SECRET)])
    before = digest(store)
    reveal(
        store,
        [Object({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": "a"}})],
    )
    assert next(iter(store))["data"]["a"] == "YQ=="
    assert digest(store) == before
    assert digest(Store.of([{**SECRET, "data": {"a": "Yg=="}}])) != digest(Store.of([SECRET]))


def test_what_moved_is_named() -> None:
    before = Store.of([named("same"), named("gone"), named("other")])
    after = Store.of([named("same"), named("other", "x"), named("new")])
    assert [(one.key.name, one.how) for one in moved(before, after)] == [
        ("other", "changed"), ("new", "added"), ("gone", "deleted"),
    ]  # fmt: skip
