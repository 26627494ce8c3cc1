"""What the API server refused the controllers: quotas, limits, Pod Security."""

import re
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.plan.effect import alike
from kplan.plan.effects.share import Share
from kplan.plan.owned import is_superseded
from kplan.simulation.timeline import EntryType, TimelineEvent

_GENERATED: Final = re.compile(r'"([a-z0-9.-]+-)[bcdfghjklmnpqrstvwxz2456789]{5}"')
_OF_REPLICA_SET: Final = re.compile(r'pods "([a-z0-9.-]+)-\*" is forbidden')
"""The ReplicaSet that was refused a pod, if it was one."""
_TERMINATING: Final = "because it is being terminated"


def refusals(share: Share) -> tuple[str, ...]:
    """Every refusal once, not once a try; of those that differ in amounts, or in the template of a
    Deployment's pods, the last.

    What a ReplicaSet is refused that a newer one has replaced matters to nobody any more.
    """
    refused = (
        entry.message
        for entry in share.events
        if entry.entry_type is EntryType.REFUSED
        and not _goes_with_namespace(entry, share)
        and not _is_of_older_template(entry, share)
    )
    return tuple({alike(message): message for message in map(without_generated_name, refused)}.values())


def _goes_with_namespace(entry: TimelineEvent, share: Share) -> bool:
    """Whether the change also deletes the namespace, so that objects which cannot be replaced there are expected."""
    namespace = ObjectKey("", "Namespace", "", entry.object.namespace)
    return entry.message.endswith(_TERMINATING) and namespace in share.went


def _is_of_older_template(entry: TimelineEvent, share: Share) -> bool:
    """Whether a pod was refused to a ReplicaSet that is not the newest of its Deployment."""
    named = _OF_REPLICA_SET.search(without_generated_name(entry.message))
    replica_set = ObjectKey("apps", "ReplicaSet", entry.object.namespace, named[1]) if named else None
    value = share.after(replica_set) if replica_set else None
    return value is not None and is_superseded(value, share.outcome.final)


def without_generated_name(message: str) -> str:
    """A refusal with ``web-5ddb6994f5-*`` for the pod's name, which is another one at each try."""
    return _GENERATED.sub(r'"\1*"', message)
