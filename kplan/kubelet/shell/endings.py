"""How a script, a loop or a function is left before its last statement.

Upstream: none; these are exit, break, continue and return of a POSIX shell.
"""


class EndError(Exception):
    """The script has ended, by ``exit`` or after an error."""


class ForEverError(Exception):
    """The script goes on for ever."""


class ReturnError(Exception):
    """The function is left."""


class LeftError(Exception):
    """A loop is left, or its next turn begins."""

    def __init__(self, *, again: bool) -> None:
        super().__init__()
        self.again = again
