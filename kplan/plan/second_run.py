"""What kubectl takes in a second run only: objects that come before the namespace or the definition
that the same run makes.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kplan.plan.applied import Applied

_DOING: Final = r'Error from server \(\w+\): (?:error when \w+ "(?:[^"\\]|\\.)*": )?'


def with_runs_told(applied: Sequence[tuple[Applied, str]]) -> Sequence[Applied]:
    """The objects, each given with why the first run refuses it;
    of all that miss the same thing, the first says so for all.
    """
    missing = [_missing(why) if not one.refusal else "" for one, why in applied]
    waiting = Counter(missing)
    first = {what: place for place, what in reversed(list(enumerate(missing)))}
    return [
        _warned(one, what, waiting[what]) if what and first[what] == place else one
        for place, ((one, _), what) in enumerate(zip(applied, missing, strict=True))
    ]


def _missing(why: str) -> str:
    """What is not there, without the object and the file that miss it."""
    return re.sub(_DOING, "", " ".join(why.split()), count=1)


def _warned(one: Applied, missing: str, number: int) -> Applied:
    others = f" and {number - 1} more object{'s' * (number > 2)}" if number > 1 else ""
    them = "them" if others else "it"
    text = f"kubectl apply refuses it{others} in the first run and takes {them} in the second: {missing}"
    return replace(one, warnings=(*one.warnings, text))
