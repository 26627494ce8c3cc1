"""The containers of a pod or of a pod template: what runs, in which state, with what.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (describeContainers)
"""

from collections.abc import Iterable, Sequence

from kplan.api.core.container import (
    Container,
    ContainerPort,
    ContainerState,
    ContainerStateTerminated,
    ContainerStatus,
    ResourceRequirements,
    SecurityContext,
)
from kplan.api.core.pod import Pod, PodSecurityContext
from kplan.apiserver.field import go_quote
from kplan.kubectl.printers.describe.environment import environment
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.probes import probes
from kplan.kubectl.printers.describe.words import NONE, capitalized, moment, quantity


def containers(
    page: Page,
    title: str,
    found: Sequence[Container],
    *,
    statuses: Iterable[ContainerStatus] = (),
    pod: Pod | None = None,
    indent: str = "",
) -> None:
    """All containers of one sort; a template has neither statuses nor a pod."""
    by_name = {status.name: status for status in statuses}
    page.row(0, f"{indent}{title}:{'' if found else ' <none>'}")
    for container in found:
        status = by_name.get(container.name)
        page.row(1, f"{' ' if indent else ''}{container.name}:")
        _image(page, container, status)
        seccomp(page, container.security_context, 2, 3)
        _words(page, "Command", container.command)
        _words(page, "Args", container.args)
        if status is not None:
            _states(page, status)
        resources(page, container.resources, 2)
        probes(page, container)
        environment(page, container, pod)
        _mounts(page, container)


def _image(page: Page, container: Container, status: ContainerStatus | None) -> None:
    if status is not None:
        page.field(2, "Container ID", status.container_id)
    page.field(2, "Image", container.image)
    if status is not None:
        page.field(2, "Image ID", status.image_id)
    for title, numbers in (
        ("Port", [(port.container_port, port) for port in container.ports]),
        ("Host Port", [(port.host_port, port) for port in container.ports]),
    ):
        text = ", ".join(_port(number, port) for number, port in numbers)
        page.field(2, f"{title}s" if "," in text else title, text or NONE)


def _port(number: int, port: ContainerPort) -> str:
    text = f"{number}/{port.protocol}"
    return f"{text} ({port.name})" if port.name else text


def seccomp(page: Page, context: SecurityContext | PodSecurityContext | None, level: int, below: int) -> None:
    """The seccomp profile of a container or pod, if it has one."""
    profile = context.seccomp_profile if context else None
    if profile is not None:
        page.field(level, "SeccompProfile", profile.type)
        if profile.type == "Localhost":
            page.field(below, "LocalhostProfile", profile.localhost_profile or "")


def _words(page: Page, title: str, words: Sequence[str]) -> None:
    if words:
        page.row(2, f"{title}:")
        for word in words:
            for line in word.split("\n"):
                page.row(3, line)


def _states(page: Page, status: ContainerStatus) -> None:
    _state(page, "State", status.state)
    if status.last_state.terminated is not None:
        _state(page, "Last State", status.last_state)
    page.field(2, "Ready", capitalized(status.ready))
    page.field(2, "Restart Count", status.restart_count)


def _state(page: Page, title: str, state: ContainerState) -> None:
    if state.running is not None:
        page.field(2, title, "Running")
        page.field(3, "Started", moment(state.running.started_at))
    elif state.waiting is not None or state.terminated is None:
        page.field(2, title, "Waiting")
        if state.waiting is not None and state.waiting.reason:
            page.field(3, "Reason", state.waiting.reason)
    else:
        page.field(2, title, "Terminated")
        _ended(page, state.terminated)


def _ended(page: Page, ended: ContainerStateTerminated) -> None:
    for title, text in (("Reason", ended.reason), ("Message", ended.message)):
        if text:
            page.field(3, title, text)
    page.field(3, "Exit Code", ended.exit_code)
    if ended.signal > 0:
        page.field(3, "Signal", ended.signal)
    page.field(3, "Started", moment(ended.started_at))
    page.field(3, "Finished", moment(ended.finished_at))


def resources(page: Page, wanted: ResourceRequirements, level: int) -> None:
    """Limits and requests."""
    for title, amounts in (("Limits", wanted.limits), ("Requests", wanted.requests)):
        if amounts:
            page.row(level, f"{title}:")
        for name in sorted(amounts):
            page.field(level + 1, name, quantity(amounts[name]))


def _mounts(page: Page, container: Container) -> None:
    none = "" if container.volume_mounts else f"\t{NONE}"
    page.row(2, f"Mounts:{none}")
    for mount in sorted(container.volume_mounts, key=lambda one: one.mount_path):
        flags = "ro" if mount.read_only else "rw"
        if mount.sub_path:
            flags += f",path={go_quote(mount.sub_path)}"
        page.row(3, f"{mount.mount_path} from {mount.name} ({flags})")
    if container.volume_devices:
        page.row(2, f"Devices:{none}")
        for device in sorted(container.volume_devices, key=lambda one: one.device_path):
            page.row(3, f"{device.device_path} from {device.name}")
