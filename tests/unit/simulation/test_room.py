"""A quota is tried again when it leaves more room, and not whenever its status is written."""

import pytest

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.simulation.room import makes_room
from kplan.state.watch import EventType, WatchEvent


def quota(hard: dict[str, str], used: dict[str, str]) -> Json:
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "q"},
        "status": {"hard": hard, "used": used},
    }


BEFORE = quota({"pods": "4", "limits.memory": "2Gi"}, {"pods": "4", "limits.memory": "1Gi"})


@pytest.mark.parametrize(
    ("hard", "used", "room"),
    [
        ({"pods": "4", "limits.memory": "2Gi"}, {"pods": "3", "limits.memory": "1Gi"}, True),
        ({"pods": "4", "limits.memory": "2Gi"}, {"pods": "4", "limits.memory": "512Mi"}, True),
        ({"pods": "5", "limits.memory": "2Gi"}, {"pods": "4", "limits.memory": "1Gi"}, True),
        ({"pods": "4"}, {"pods": "4"}, True),
        ({"pods": "4", "limits.memory": "2Gi"}, {"pods": "4", "limits.memory": "1024Mi"}, False),
        ({"pods": "4", "limits.memory": "2Gi"}, {"pods": "4", "limits.memory": "1500Mi"}, False),
    ],
)
def test_room_is_what_is_used_less_or_allowed_otherwise(
    hard: dict[str, str], used: dict[str, str], room: bool
) -> None:
    key = ObjectKey("", "ResourceQuota", "default", "q")
    assert makes_room(WatchEvent(2, EventType.MODIFIED, key, quota(hard, used), BEFORE)) is room


def test_a_quota_that_is_gone_leaves_room_and_a_new_one_none() -> None:
    key = ObjectKey("", "ResourceQuota", "default", "q")
    assert makes_room(WatchEvent(2, EventType.DELETED, key, BEFORE, BEFORE))
    assert not makes_room(WatchEvent(2, EventType.ADDED, key, BEFORE))
    assert not makes_room(WatchEvent(2, EventType.DELETED, key._replace(kind="Pod"), BEFORE, BEFORE))
