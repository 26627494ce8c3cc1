"""What the API server refused the controllers: quotas, limits, Pod Security."""

import re
from typing import Final

from kplan.plan.effects.share import Share
from kplan.simulation.timeline import EntryType

_GENERATED: Final = re.compile(r'"([a-z0-9.-]+-)[bcdfghjklmnpqrstvwxz2456789]{5}"')


def refusals(share: Share) -> tuple[str, ...]:
    """Every refusal once, not once a try."""
    refused = (entry.message for entry in share.events if entry.entry_type is EntryType.REFUSED)
    return tuple(dict.fromkeys(map(without_generated_name, refused)))


def without_generated_name(message: str) -> str:
    """A refusal with ``web-5ddb6994f5-*`` for the pod's name, which is another one at each try."""
    return _GENERATED.sub(r'"\1*"', message)
