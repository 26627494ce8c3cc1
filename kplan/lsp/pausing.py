"""Waits until nobody types: work on a text is done once no key has been pressed for a moment."""

import asyncio
from collections.abc import Callable
from typing import Final

USUAL: Final = 0.15
"""Seconds: somebody who types is not interrupted, and does not wait for what is outdated."""


class Pauses:
    """What waits, by text; later waits take the place of earlier ones."""

    def __init__(self) -> None:
        self.seconds = USUAL
        self._waiting: dict[str, asyncio.TimerHandle] = {}

    def __contains__(self, uri: str) -> bool:
        return uri in self._waiting

    def after(self, uri: str, act: Callable[[str], None]) -> None:
        """Call a function with a text after the pause; at once if there is no pause."""
        self.give_up(uri)
        if self.seconds:
            self._waiting[uri] = asyncio.get_running_loop().call_later(self.seconds, act, uri)
        else:
            act(uri)

    def give_up(self, uri: str) -> None:
        """Wait for nothing any more."""
        if waiting := self._waiting.pop(uri, None):
            waiting.cancel()
