"""What goes between the state before and the state after."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.plan.reading import text
from kplan.state.store import Store


def is_going(value: Json, final: Store) -> bool:
    """Whether an object of the state before is deleted, or was marked for deletion and waits for it."""
    after = final.get(final.key_of(value))
    if after is None or text(after, "metadata", "uid") != text(value, "metadata", "uid"):
        return True
    return is_marked(after) and not is_marked(value)


def going(prior: Store, final: Store, group: str | None = None, kind: str = "") -> Iterator[Json]:
    """All that goes, or all of a kind, in the order of the state before."""
    for key, value in _going(prior, final, final.revision):
        if group is None or key[:2] == (group, kind):
            yield value


def touched(prior: Store, final: Store) -> Sequence[ObjectKey]:
    """What was there before and may be otherwise in the end, in the order of the state before."""
    return _touched(prior, final, final.revision)


# What many risks ask of the same two states is found once.
@lru_cache(maxsize=2)
def _touched(prior: Store, final: Store, _revision: int) -> Sequence[ObjectKey]:
    return tuple(final.touched(prior))


@lru_cache(maxsize=2)
def _going(prior: Store, final: Store, revision: int) -> Sequence[tuple[ObjectKey, Json]]:
    pairs = ((key, prior.get(key)) for key in _touched(prior, final, revision))
    return [(key, value) for key, value in pairs if value is not None and is_going(value, final)]


def is_marked(value: Json) -> bool:
    """Whether an object waits to be deleted."""
    return bool(value["metadata"].get("deletionTimestamp"))
