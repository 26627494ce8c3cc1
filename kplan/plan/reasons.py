"""Why pods are not ready, grouped by the reason itself and not by the words, numbers and names of one pod.

Whoever compares what was at risk before with what is at risk now goes by these, so that a new cause is
not taken for the old one.

Upstream: none.
"""

import re
from collections.abc import Iterator
from typing import Final

from kplan.api import conditions
from kplan.api.object import Json
from kplan.api.pods import node_of
from kplan.plan.named_causes import causes_in
from kplan.plan.owned import events_of
from kplan.plan.reading import fields, items, text
from kplan.state.store import Store

Reasons = frozenset[str]

_NODES: Final = re.compile(r"^\d+/\d+ nodes are available: (.*?)(?:\. |\.?$)", re.DOTALL)
_COUNT: Final = re.compile(r"^\d+ ")
_NUMBER: Final = re.compile(r"\d+")
_PULLS: Final = frozenset({"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"})
_UNREMARKABLE: Final = frozenset({"", "ContainerCreating", "PodInitializing"})


def reasons_of(pod: Json, store: Store) -> Reasons:
    """What keeps a pod from being ready; the same for pods that the same keeps, whatever they are called."""
    if not node_of(pod):
        return frozenset(_of_scheduler(text(conditions.of_type(pod, "PodScheduled") or {}, "message")))
    found = [*_of_containers(pod)]
    events = (one for one in events_of(pod, store) if text(one, "type") == "Warning")
    lacking = [cause for one in events for cause in causes_in(text(one, "message"))]
    return frozenset((*found, *lacking)) or frozenset({f"{text(pod, 'status', 'phase')} and not ready"})


def _of_scheduler(message: str) -> Iterator[str]:
    """What nodes lack, without how many of them lack it."""
    nodes = _NODES.match(message)
    for part in re.split(r", (?=\d)", nodes[1]) if nodes else [message]:
        yield f"no node: {_COUNT.sub('', part) if nodes else _NUMBER.sub('#', part)}"


def _of_containers(pod: Json) -> Iterator[str]:
    for status in (
        *items(pod, "status", "initContainerStatuses"),
        *items(pod, "status", "containerStatuses"),
    ):
        name = text(status, "name")
        waiting = text(status, "state", "waiting", "reason")
        if waiting in _PULLS:
            yield f"image of container {name}: {_image(pod, name)}"
        elif waiting not in _UNREMARKABLE:
            yield f"container {name}: {waiting}"
        elif fields(status, "state", "running") and not status.get("ready"):
            yield f"container {name} runs and is not ready"


def _image(pod: Json, name: str) -> str:
    listed = (*items(pod, "spec", "initContainers"), *items(pod, "spec", "containers"))
    return next((text(one, "image") for one in listed if one.get("name") == name), "")
