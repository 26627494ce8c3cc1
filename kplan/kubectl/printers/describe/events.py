"""The Events about an object, oldest first.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (DescribeEvents, searchEvents)
"""

from collections.abc import Iterator, Sequence

from kplan.api.core.configuration import Event
from kplan.api.meta import Resource
from kplan.api.metadata import annotations_of
from kplan.api.object import Json
from kplan.kubectl.correlating import correlated
from kplan.kubectl.gosort import go_sorted_by
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene

_MIRROR = "kubernetes.io/config.mirror"


def events(page: Page, value: Json, scene: Scene) -> None:
    """The table of Events, unless nobody wants it."""
    if scene.show_events:
        _table(page, list(_about(value, scene, value["metadata"].get("uid"), value["kind"])), scene)


def pod_events(page: Page, pod: Json, scene: Scene) -> None:
    """The Events about a pod; those about a static pod name what it mirrors."""
    if scene.show_events:
        uid = annotations_of(pod).get(_MIRROR, pod["metadata"].get("uid"))
        _table(page, list(_about(pod, scene, uid)), scene)


def node_events(page: Page, node: Json, scene: Scene) -> None:
    """The Events about a node: controllers know it by uid, its kubelet by name."""
    if scene.show_events:
        metadata = node["metadata"]
        found = [
            event
            for uid in (metadata.get("uid"), metadata["name"])
            for event in _about(node, scene, uid, "Node")
        ]
        _table(page, found, scene)


def _about(subject: Json, scene: Scene, uid: object, kind: str = "") -> Iterator[Event]:
    metadata = Resource(subject).metadata
    found = []
    for value in scene.list("", "Event", metadata.namespace):
        about = Event(value).involved_object
        if (
            (about.name, about.namespace) == (metadata.name, metadata.namespace)
            and (not kind or about.kind == kind)
            and (not uid or about.uid == uid)
        ):
            found.append(value)
    return map(Event, map(scene.shown, correlated(found)))


def _table(page: Page, found: Sequence[Event], scene: Scene) -> None:
    if not found:
        page.field(0, "Events", "<none>")
        return
    page.write(0, "Events:\n  Type\tReason\tAge\tFrom\tMessage\n")
    page.row(1, "----", "------", "----", "----", "-------")
    for event in go_sorted_by(found, lambda one: one.last_timestamp):
        origin = event.source.component or event.reporting_component
        page.row(1, event.type, event.reason, _interval(event, scene), origin, _message(event))


def _interval(event: Event, scene: Scene) -> str:
    since = scene.age(event.event_time or event.first_timestamp)
    if event.series is not None:
        return f"{scene.age(event.series.last_observed_time)} (x{event.series.count} over {since})"
    if event.count > 1:
        return f"{scene.age(event.last_timestamp)} (x{event.count} over {since})"
    return since


def _message(event: Event) -> str:
    message, part = event.message.strip(), event.involved_object.field_path
    return f"{part}: {message}" if part else message
