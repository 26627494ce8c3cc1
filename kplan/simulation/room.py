"""Room in quotas: whether a change of one leaves more than before."""

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.state.watch import EventType, WatchEvent

EXCEEDED = "exceeded quota"
"""What the API server says where a quota leaves no room."""


def makes_room(event: WatchEvent) -> bool:
    """Whether an event is about a quota that is gone, allows something else, or of which less is used."""
    if event.key.kind != "ResourceQuota":
        return False
    if event.type is EventType.DELETED or event.previous is None:
        return event.type is EventType.DELETED
    hard, before = (_amounts(value, "hard") for value in (event.value, event.previous))
    return hard != before or _falls(_amounts(event.previous, "used"), _amounts(event.value, "used"))


def _amounts(quota: Json, what: str) -> dict[str, str]:
    found: dict[str, str] = (quota.get("status") or {}).get(what) or {}
    return found


def _falls(before: dict[str, str], after: dict[str, str]) -> bool:
    return any(
        Quantity.parse(after[name]) < Quantity.parse(text)
        for name, text in before.items()
        if after.get(name, text) != text
    )
