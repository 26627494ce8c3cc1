"""How a stored state settles: what changes in it, when it is at rest, and what waits then. Stored, it
need not be simulated again.

Upstream: none; a real cluster is at rest or not, and nobody has to know.
"""

import json
from collections.abc import Sequence

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.namedtuples import NamedTuple


class Resting(NamedTuple):
    """What belongs to a revision, and can be worked out anew from its objects."""

    terms: str
    """The version of kplan and the assumptions for which it holds."""
    rest: Json
    """When the state is at rest, and what waits then."""
    version: int
    """The resourceVersion at rest."""
    latest: int
    """The latest time that the objects of the revision tell of, in microseconds since the epoch."""
    objects: Sequence[Json] = ()
    """What is there otherwise than in the revision."""
    gone: Sequence[ObjectKey] = ()
    """What is there no longer."""
    risks: Json | None = None
    """What is known of the risks of the state at rest."""

    def text(self) -> str:
        """As JSON."""
        return json.dumps(self._asdict(), separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> "Resting | None":
        """Read what ``text`` wrote; None for what this version did not write, which is worked out anew."""
        try:
            held = json.loads(text)
            gone = [ObjectKey(*key) for key in held["gone"]]
            found = cls(**held | {"gone": gone})
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
        return found if found._is_sound() else None

    def _is_sound(self) -> bool:
        numbers = isinstance(self.version, int) and isinstance(self.latest, int)
        texts = isinstance(self.terms, str) and all(
            isinstance(part, str) for key in self.gone for part in key
        )
        objects = isinstance(self.objects, list) and all(
            isinstance(one, dict) and isinstance(one.get("metadata"), dict) for one in self.objects
        )
        return numbers and texts and objects and isinstance(self.rest, dict)
