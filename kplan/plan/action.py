"""What happens to an object, and why it has to be that."""

from enum import StrEnum
from typing import assert_never


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
        match self:
            case Action.NOOP:
                return " "
            case Action.CREATE:
                return "+"
            case Action.UPDATE:
                return "~"
            case Action.REPLACE:
                return "±"
            case Action.DELETE:
                return "-"
            case Action.REFUSED:
                return "!"
            case unknown:
                assert_never(unknown)


class Reason(StrEnum):
    """Why an action and not a milder one; for explanation, never to decide by."""

    NONE = ""
    NOT_IN_STATE = "not in the state"
    DIFFERS = "differs from the state"
    IMMUTABLE = "an immutable field changes"
    REQUESTED = "asked for"
    PRUNED = "no longer in the manifests"
    REFUSED = "the API server refuses it"
    OFFLINE = "taken offline"
    BACK = "back online"
