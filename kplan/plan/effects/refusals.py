"""What the API server refused the controllers: quotas, limits, Pod Security."""

import re
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.plan.effect import alike
from kplan.plan.effects.share import Share
from kplan.simulation.timeline import EntryType, TimelineEvent

_GENERATED: Final = re.compile(r'"([a-z0-9.-]+-)[bcdfghjklmnpqrstvwxz2456789]{5}"')
_TERMINATING: Final = "because it is being terminated"


def refusals(share: Share) -> tuple[str, ...]:
    """Every refusal once, not once a try; of those that differ in amounts, or in the template of a Deployment's pods, the last."""
    refused = (
        entry.message
        for entry in share.events
        if entry.entry_type is EntryType.REFUSED and not _goes_with_namespace(entry, share)
    )
    return tuple({alike(message): message for message in map(without_generated_name, refused)}.values())


def _goes_with_namespace(entry: TimelineEvent, share: Share) -> bool:
    """Whether the same change deletes the namespace: that controllers cannot replace what goes with it is as it should be."""
    namespace = ObjectKey("", "Namespace", "", entry.object.namespace)
    return entry.message.endswith(_TERMINATING) and namespace in share.went


def without_generated_name(message: str) -> str:
    """A refusal with ``web-5ddb6994f5-*`` for the pod's name, which is another one at each try."""
    return _GENERATED.sub(r'"\1*"', message)
