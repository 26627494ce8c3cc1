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
    folds: bool = False
    """Whether each change stands in a fold that its reader opens, and there is no command line to ask for more."""

    @property
    def lists_all(self) -> bool:
        """Whether lists are printed to their end."""
        return self.verbose or self.folds

    def paint(self, text: str, tone: Tone) -> str:
        """The text in its tone; the same text if there is no colour."""
        return f"\x1b[{tone.value}m{text}\x1b[0m" if self.colour and text else text


PLAIN = Style()
