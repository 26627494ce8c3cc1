"""The store: versions, order, forks and watches."""

from kplan.api.gvk import ObjectKey
from kplan.state.store import Store
from kplan.state.watch import EventType, WatchEvent


def config_map(name: str, namespace: str = "a", **data: str) -> dict[str, object]:
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def names(objects: object) -> list[str]:
    return [value["metadata"]["name"] for value in objects]  # type: ignore[attr-defined]


def test_put_stamps_a_rising_resource_version_and_leaves_the_argument_alone() -> None:
    store, value = Store(), config_map("one")
    first, second = store.put(value), store.put(value)
    assert (first["metadata"]["resourceVersion"], second["metadata"]["resourceVersion"]) == ("1", "2")
    assert "resourceVersion" not in value["metadata"]  # type: ignore[operator]


def test_list_keeps_creation_order_over_updates_and_namespaces() -> None:
    store = Store()
    for name, namespace in (("c", "x"), ("a", "y"), ("b", "x")):
        store.put(config_map(name, namespace))
    store.put(config_map("c", "x", more="1"))
    assert names(store.list("", "ConfigMap")) == ["c", "a", "b"]
    assert names(store.list("", "ConfigMap", "x")) == ["c", "b"]


def test_loading_keeps_versions_and_goes_on_from_the_highest() -> None:
    value = config_map("old")
    value["metadata"]["resourceVersion"] = "41"  # type: ignore[index]
    store = Store([value])
    assert store.get(ObjectKey("", "ConfigMap", "a", "old"))["metadata"]["resourceVersion"] == "41"  # type: ignore[index]
    assert store.put(config_map("new"))["metadata"]["resourceVersion"] == "42"


def test_forks_do_not_see_each_other() -> None:
    store = Store()
    store.put(config_map("shared"))
    fork = store.fork()
    fork.put(config_map("theirs"))
    store.put(config_map("ours"))
    fork.delete(ObjectKey("", "ConfigMap", "a", "shared"))
    assert names(store.list("", "ConfigMap", "a")) == ["shared", "ours"]
    assert names(fork.list("", "ConfigMap", "a")) == ["theirs"]
    assert len(store) == 2


def test_fork_of_a_fork_keeps_the_middle_apart() -> None:
    store = Store()
    store.put(config_map("one"))
    middle = store.fork()
    middle.put(config_map("two"))
    last = middle.fork()
    last.put(config_map("three"))
    middle.put(config_map("four"))
    assert (names(store), names(middle), names(last)) == (
        ["one"],
        ["one", "two", "four"],
        ["one", "two", "three"],
    )


def test_subscribers_hear_every_change_in_order_until_they_stop() -> None:
    store, heard = Store(), list[WatchEvent]()
    stop = store.subscribe(heard.append)
    store.put(config_map("one"))
    store.put(config_map("one", more="1"))
    store.delete(ObjectKey("", "ConfigMap", "a", "one"))
    stop()
    store.put(config_map("two"))
    assert [event.type for event in heard] == [EventType.ADDED, EventType.MODIFIED, EventType.DELETED]
    assert [event.revision for event in heard] == [1, 2, 3]
    assert heard[1].previous is not None


def test_loading_an_object_anew_is_a_change_of_its_kind() -> None:
    store = Store()
    before = store.put(config_map("one"))
    store.put(config_map("one", more="1"))
    revision = store.revision_of("", "ConfigMap")
    store.load([before])
    assert store.get(ObjectKey("", "ConfigMap", "a", "one")) is before
    assert store.revision_of("", "ConfigMap") > revision


def test_a_replacement_says_whether_it_is_a_report() -> None:
    store, told = Store(), list[WatchEvent]()
    first = store.put(config_map("one"))
    key = Store.key_of(first)
    store.subscribe(told.append)
    second = store.replace(key, {**first, "status": {"phase": "Done"}}, first, reports=True)
    third = store.replace(key, config_map("one", more="1"), second)
    assert [(event.type, event.reports) for event in told] == [("MODIFIED", True), ("MODIFIED", False)]
    assert [event.previous for event in told] == [first, second]
    assert store.get(key) == third
    assert (second["metadata"]["resourceVersion"], third["metadata"]["resourceVersion"]) == ("2", "3")


def test_what_is_added_comes_last_and_is_told_of_as_new() -> None:
    store, told = Store(), list[WatchEvent]()
    store.put(config_map("one"))
    before = store.fork()
    store.subscribe(told.append)
    value = config_map("two")
    store.add(Store.key_of(value), value)
    assert names(store.list("", "ConfigMap", "a")) == ["one", "two"]
    assert [(event.type, event.key.name, event.previous) for event in told] == [("ADDED", "two", None)]
    assert (store.revision, before.revision) == (2, 1)
    assert names(before.list("", "ConfigMap")) == ["one"]
