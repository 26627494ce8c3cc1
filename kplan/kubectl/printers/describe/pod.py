"""Pods.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (PodDescriber)
"""

from kplan.api.core.pod import Pod, PodSpec, PodStatus
from kplan.api.object import Json
from kplan.api.qos import qos_class
from kplan.kubectl.printers.describe.containers import containers, resources, seccomp
from kplan.kubectl.printers.describe.events import pod_events
from kplan.kubectl.printers.describe.metadata import controlled_by, identity, labelled, labels
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.placement import scheduling_group, spread, tolerations
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.volumes import volumes
from kplan.kubectl.printers.describe.words import NONE, moment


def pod(value: Json, page: Page, scene: Scene) -> None:
    """A pod: its place, state, containers, volumes and Events."""
    found = Pod(value)
    spec, status = found.spec, found.status
    identity(page, value)
    _place(page, spec, status)
    labelled(page, value)
    _state(page, found, scene)
    seccomp(page, spec.security_context, 0, 0)
    _addresses(page, status)
    controlled_by(page, value)
    if status.nominated_node_name:
        page.field(0, "NominatedNodeName", status.nominated_node_name)
    if spec.resources is not None:
        page.row(0, "Resources:")
        resources(page, spec.resources, 1)
    _containers(page, found)
    _conditions(page, spec, status)
    volumes(page, spec.volumes)
    page.field(0, "QoS Class", status.qos_class or qos_class(value))
    labels(page, "Node-Selectors", spec.node_selector)
    tolerations(page, "Tolerations", spec.tolerations)
    spread(page, spec.topology_spread_constraints)
    scheduling_group(page, spec)
    pod_events(page, value, scene)


def _containers(page: Page, found: Pod) -> None:
    spec, status = found.spec, found.status
    if spec.init_containers:
        statuses = status.init_container_statuses
        containers(page, "Init Containers", spec.init_containers, statuses=statuses, pod=found)
    containers(page, "Containers", spec.containers, statuses=status.container_statuses, pod=found)
    if spec.ephemeral_containers:
        statuses = status.ephemeral_container_statuses
        containers(page, "Ephemeral Containers", spec.ephemeral_containers, statuses=statuses, pod=found)


def _place(page: Page, spec: PodSpec, status: PodStatus) -> None:
    if spec.priority is not None:
        page.field(0, "Priority", spec.priority)
    for title, text in (
        ("Priority Class Name", spec.priority_class_name),
        ("Runtime Class Name", spec.runtime_class_name),
        ("Service Account", spec.service_account_name),
    ):
        if text:
            page.field(0, title, text)
    page.field(0, "Node", f"{spec.node_name}/{status.host_ip}" if spec.node_name else NONE)
    if status.start_time:
        page.field(0, "Start Time", moment(status.start_time))


def _state(page: Page, found: Pod, scene: Scene) -> None:
    metadata, status = found.metadata, found.status
    if metadata.deletion_timestamp and status.phase not in ("Failed", "Succeeded"):
        page.field(0, "Status", f"Terminating (lasts {scene.age(metadata.deletion_timestamp)})")
        page.field(0, "Termination Grace Period", f"{metadata.deletion_grace_period_seconds or 0}s")
    else:
        page.field(0, "Status", status.phase)
    for title, text in (("Reason", status.reason), ("Message", status.message)):
        if text:
            page.field(0, title, text)


def _addresses(page: Page, status: PodStatus) -> None:
    page.field(0, "IP", status.pod_ip)
    if not status.pod_ips:
        page.field(0, "IPs", NONE)
        return
    page.row(0, "IPs:")
    for address in status.pod_ips:
        page.field(1, "IP", address.ip)


def _conditions(page: Page, spec: PodSpec, status: PodStatus) -> None:
    if spec.readiness_gates:
        states = {condition.type: condition.status for condition in reversed(status.conditions)}
        page.write(0, "Readiness Gates:\n  Type\tStatus\n")
        for gate in spec.readiness_gates:
            page.write(1, f"{gate.condition_type} \t{states.get(gate.condition_type, NONE)} \n")
    if status.conditions:
        page.write(0, "Conditions:\n  Type\tStatus\n")
        for condition in status.conditions:
            page.write(1, f"{condition.type} \t{condition.status} \n")
