"""The Events about an object, oldest first.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (DescribeEvents, searchEvents)
"""

from collections.abc import Iterator, Sequence

from kplan.api.object import Json
from kplan.kubectl.printers.describe.ordering import go_sorted
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
        uid = (pod["metadata"].get("annotations") or {}).get(_MIRROR, pod["metadata"].get("uid"))
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


def _about(value: Json, scene: Scene, uid: object, kind: str = "") -> Iterator[Json]:
    namespace = value["metadata"].get("namespace") or ""
    for event in scene.list("", "Event", namespace):
        regarding = event.get("involvedObject") or {}
        if (
            regarding.get("name") == value["metadata"].get("name")
            and (regarding.get("namespace") or "") == namespace
            and (not kind or regarding.get("kind") == kind)
            and (not uid or regarding.get("uid") == uid)
        ):
            yield event


def _table(page: Page, found: Sequence[Json], scene: Scene) -> None:
    if not found:
        page.field(0, "Events", "<none>")
        return
    page.write(0, "Events:\n  Type\tReason\tAge\tFrom\tMessage\n")
    page.row(1, "----", "------", "----", "----", "-------")
    for event in go_sorted(found, lambda one: str(one.get("lastTimestamp") or "")):
        page.row(
            1,
            event.get("type") or "",
            event.get("reason") or "",
            _interval(event, scene),
            (event.get("source") or {}).get("component") or event.get("reportingComponent") or "",
            _message(event),
        )


def _interval(event: Json, scene: Scene) -> str:
    since = scene.age(event.get("eventTime") or event.get("firstTimestamp"))
    series = event.get("series")
    if series is not None:
        return f"{scene.age(series.get('lastObservedTime'))} (x{series.get('count', 0)} over {since})"
    if int(event.get("count") or 0) > 1:
        return f"{scene.age(event.get('lastTimestamp'))} (x{event['count']} over {since})"
    return since


def _message(event: Json) -> str:
    message = str(event.get("message") or "").strip()
    part = (event.get("involvedObject") or {}).get("fieldPath")
    return f"{part}: {message}" if part else message
