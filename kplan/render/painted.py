"""A unified diff with its lines in colour."""

from typing import Final

from kplan.render.style import Style, Tone

_TONES: Final = {"@": Tone.PLACE, "-": Tone.REMOVED, "+": Tone.ADDED}


def painted(text: str, style: Style) -> str:
    """The same diff with its lines in colour."""
    return "".join(_painted(line, style) for line in text.splitlines(keepends=True)) if style.colour else text


def _painted(line: str, style: Style) -> str:
    heading = line.startswith(("diff ", "--- ", "+++ "))
    tone = Tone.HEADING if heading else _TONES.get(line[0])
    return line if tone is None else style.paint(line.rstrip("\n"), tone) + "\n"
