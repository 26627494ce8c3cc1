"""What is otherwise than in a state of which everything is known."""

from typing import Any

from kplan.plan.touched import Touched
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
