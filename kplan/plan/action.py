"""What happens to an object, and why it has to be that."""

from enum import StrEnum


class Action(StrEnum):
    """What applying does to one object."""

    NOOP = "no-op"
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    REFUSED = "refused"

    @property
    def symbol(self) -> str:
        """The sign before the object in a text."""
        return _SYMBOLS[self]


class Reason(StrEnum):
    """Why an action and not a milder one; for explanation, never to decide by."""

    NONE = ""
    NOT_IN_STATE = "not in the state"
    DIFFERS = "differs from the state"
    IMMUTABLE = "an immutable field changes"
    REQUESTED = "asked for"
    REFUSED = "the API server refuses it"


_SYMBOLS = {
    Action.NOOP: " ",
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.REPLACE: "±",
    Action.DELETE: "-",
    Action.REFUSED: "!",
}
