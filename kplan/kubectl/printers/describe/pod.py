"""Pods.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (PodDescriber)
"""

from kplan.api.conditions import find
from kplan.api.object import Json
from kplan.api.qos import qos_class
from kplan.kubectl.printers.describe.containers import containers, resources
from kplan.kubectl.printers.describe.events import pod_events
from kplan.kubectl.printers.describe.metadata import controlled_by, identity, labelled, labels
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.placement import scheduling_group, spread, tolerations
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.volumes import volumes
from kplan.kubectl.printers.describe.words import NONE, moment

_SORTS = (
    ("Init Containers", "initContainer"),
    ("Containers", "container"),
    ("Ephemeral Containers", "ephemeralContainer"),
)


def pod(value: Json, page: Page, scene: Scene) -> None:
    """A pod: its place, state, containers, volumes and Events."""
    spec, status = value["spec"], value.get("status") or {}
    identity(page, value)
    _place(page, spec, status)
    labelled(page, value)
    _state(page, value, scene)
    _profile(page, spec)
    _addresses(page, status)
    controlled_by(page, value)
    if status.get("nominatedNodeName"):
        page.field(0, "NominatedNodeName", status["nominatedNodeName"])
    if spec.get("resources") is not None:
        page.row(0, "Resources:")
        resources(page, spec["resources"], 1)
    for title, sort in _SORTS:
        found = spec.get(f"{sort}s")
        if found or sort == "container":
            containers(page, title, found, statuses=status.get(f"{sort}Statuses"), pod=value)
    _conditions(page, spec, status)
    volumes(page, spec.get("volumes"))
    page.field(0, "QoS Class", status.get("qosClass") or qos_class(value))
    labels(page, "Node-Selectors", spec.get("nodeSelector"))
    tolerations(page, "Tolerations", spec.get("tolerations"))
    spread(page, spec.get("topologySpreadConstraints"))
    scheduling_group(page, spec)
    pod_events(page, value, scene)


def _place(page: Page, spec: Json, status: Json) -> None:
    if spec.get("priority") is not None:
        page.field(0, "Priority", spec["priority"])
    for title, field in (
        ("Priority Class Name", "priorityClassName"),
        ("Runtime Class Name", "runtimeClassName"),
        ("Service Account", "serviceAccountName"),
    ):
        if spec.get(field):
            page.field(0, title, spec[field])
    node = spec.get("nodeName")
    page.field(0, "Node", f"{node}/{status.get('hostIP') or ''}" if node else NONE)
    if status.get("startTime"):
        page.field(0, "Start Time", moment(status["startTime"]))


def _state(page: Page, value: Json, scene: Scene) -> None:
    metadata, status = value["metadata"], value.get("status") or {}
    phase = str(status.get("phase") or "")
    if metadata.get("deletionTimestamp") and phase not in ("Failed", "Succeeded"):
        page.field(0, "Status", f"Terminating (lasts {scene.age(metadata['deletionTimestamp'])})")
        page.field(0, "Termination Grace Period", f"{metadata.get('deletionGracePeriodSeconds', 0)}s")
    else:
        page.field(0, "Status", phase)
    for title in ("Reason", "Message"):
        if status.get(title.lower()):
            page.field(0, title, status[title.lower()])


def _profile(page: Page, spec: Json) -> None:
    profile = (spec.get("securityContext") or {}).get("seccompProfile")
    if profile is not None:
        page.field(0, "SeccompProfile", profile.get("type") or "")
        if profile.get("type") == "Localhost":
            page.field(0, "LocalhostProfile", profile.get("localhostProfile") or "")


def _addresses(page: Page, status: Json) -> None:
    page.field(0, "IP", status.get("podIP") or "")
    if not status.get("podIPs"):
        page.field(0, "IPs", NONE)
        return
    page.row(0, "IPs:")
    for address in status["podIPs"]:
        page.field(1, "IP", address.get("ip") or "")


def _conditions(page: Page, spec: Json, status: Json) -> None:
    found = status.get("conditions") or ()
    if spec.get("readinessGates"):
        page.write(0, "Readiness Gates:\n  Type\tStatus\n")
        for gate in spec["readinessGates"]:
            condition = find(found, str(gate.get("conditionType")))
            state = NONE if condition is None else condition.get("status")
            page.write(1, f"{gate.get('conditionType') or ''} \t{state} \n")
    if found:
        page.write(0, "Conditions:\n  Type\tStatus\n")
        for condition in found:
            page.write(1, f"{condition.get('type') or ''} \t{condition.get('status') or ''} \n")
