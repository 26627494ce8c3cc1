"""Whether two states hold the same, and where they differ.

Values of Secrets count with their hashes, so that a state answers the same whether it holds the ones or the others.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.namedtuples import NamedTuple
from kplan.state.secrets import hashed
from kplan.state.store import Store

ADDED: Final = "added"
CHANGED: Final = "changed"
DELETED: Final = "deleted"


class Moved(NamedTuple):
    """An object that is not as it was."""

    key: ObjectKey
    how: str


def digest(store: Store) -> str:
    """A hash of every object, the same for the same objects in any order."""
    whole = hashlib.sha256()
    for line in sorted(_line(value, store.salt) for value in store):
        whole.update(line.encode("utf-8", "surrogatepass"))
    return f"sha256:{whole.hexdigest()}"


def moved(before: Store, after: Store) -> Iterator[Moved]:
    """The objects that came, changed and went."""
    for value in after:
        key = after.key_of(value)
        earlier = before.get(key)
        if earlier is None:
            yield Moved(key, ADDED)
        elif _line(earlier, before.salt) != _line(value, after.salt):
            yield Moved(key, CHANGED)
    for value in before:
        key = before.key_of(value)
        if after.get(key) is None:
            yield Moved(key, DELETED)


def _line(value: Json, salt: bytes) -> str:
    return json.dumps(hashed(value, salt), sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
