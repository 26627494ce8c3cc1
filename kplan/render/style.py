"""Colour and symbols; the only file that knows what a terminal understands."""

from enum import StrEnum

from kplan.namedtuples import NamedTuple


class Tone(StrEnum):
    """What a piece of text means, not how it looks."""

    ADDED = "32"
    REMOVED = "31"
    CHANGED = "33"
    HEADING = "1"
    NOTE = "2"
    ERROR = "1;31"
    WARNING = "33"
    PLACE = "36"


class Style(NamedTuple):
    """How to print: with colour or without, everything or what fits on a screen."""

    colour: bool = False
    verbose: bool = False

    def paint(self, text: str, tone: Tone) -> str:
        """The text in its tone; the same text if there is no colour."""
        return f"\x1b[{tone.value}m{text}\x1b[0m" if self.colour and text else text


PLAIN = Style()
