"""What a stored state knows beside its objects: what it is, how late it is there, and what is assumed of it."""

import json
from typing import Final

from kplan.api.object import Json
from kplan.namedtuples import NamedTuple


class Facts(NamedTuple):
    """What belongs to a revision and is no object."""

    sandbox: bool = False
    """Whether verbs change it, as they change a cluster; of a snapshot they only ask what if."""
    clock: int | None = None
    """The time that it is there, in microseconds since the epoch; None if only its objects tell."""
    kubernetes: str = ""
    """The minor that it was made for."""
    secrets: bool = False
    """Whether it holds the values of Secrets, as somebody asked when it was made."""
    scenario: Json = {}  # noqa: RUF012 - never written to
    """What is assumed of images, load and addresses, as a scenario file says it."""

    def text(self) -> str:
        """As JSON, without what says nothing."""
        return json.dumps(
            {name: value for name, value in self._asdict().items() if value not in (None, "", False, {})}
        )

    @classmethod
    def parse(cls, text: str) -> "Facts":
        """Read what ``text`` wrote; what a later version of kplan added is left out."""
        held = json.loads(text)
        return cls(**{name: held[name] for name in cls._fields if name in held})


NONE: Final = Facts()
"""The facts of a state that was never stored."""
