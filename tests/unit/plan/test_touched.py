"""What is otherwise than in a state of which everything is known."""

import json
from typing import Any

from kplan.api.gvk import ObjectKey
from kplan.plan.touched import Touched, name_word
from kplan.state.glance import Unread
from kplan.state.store import Store

Json = dict[str, Any]


def value(kind: str, number: int) -> Json:
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"name": f"{kind}-{number}", "namespace": "default"},
    }


def test_events_do_not_make_a_plan_look_at_everything() -> None:
    store = Store.of_texts((), 0, None)
    for number in range(9):
        store.put(value("Event", number))
    store.put(value("ConfigMap", 0))
    store.put(value("ConfigMap", 1))
    assert Touched((store,)).few
    store.put(value("ConfigMap", 2))
    assert not Touched((store,)).few


def stored(kind: str, number: int) -> tuple[ObjectKey, Unread]:
    text = json.dumps(value(kind, number), separators=(",", ":"))
    return ObjectKey("", kind, "default", f"{kind}-{number}"), Unread(text)


def test_however_many_names_are_looked_for_only_what_mentions_one_is_looked_at() -> None:
    store = Store.of_texts((stored("ConfigMap", number) for number in range(60)), 0, None)
    words = [name_word(f"ConfigMap-{number}") for number in range(10, 1000)]
    found = Touched((store,)).mentioning((("", "ConfigMap"),), {"default": words})
    assert {key.name for key in found} == {f"ConfigMap-{number}" for number in range(10, 60)}
