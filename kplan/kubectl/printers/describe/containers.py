"""The containers of a pod or of a pod template: what runs, in which state, with what.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (describeContainers)
"""

from collections.abc import Iterable, Mapping, Sequence

from kplan.api.object import Json
from kplan.apiserver.field import go_quote
from kplan.kubectl.printers.describe.environment import environment
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.probes import probes
from kplan.kubectl.printers.describe.words import NONE, capitalized, moment, quantity

_PLAIN = ("reason", "Reason"), ("message", "Message")


def containers(
    page: Page,
    title: str,
    found: Sequence[Json] | None,
    *,
    statuses: Iterable[Json] | None = None,
    pod: Json | None = None,
    indent: str = "",
) -> None:
    """All containers of one sort; a template has neither statuses nor a pod."""
    by_name = {status.get("name"): status for status in statuses or ()}
    page.row(0, f"{indent}{title}:{'' if found else ' <none>'}")
    for container in found or ():
        status = by_name.get(container.get("name"))
        page.row(1, f"{' ' if indent else ''}{container.get('name') or ''}:")
        _image(page, container, status)
        _profile(page, container)
        _words(page, "Command", container.get("command"))
        _words(page, "Args", container.get("args"))
        if status is not None:
            _states(page, status)
        resources(page, container.get("resources"), 2)
        probes(page, container)
        environment(page, container, pod)
        _mounts(page, container)


def _image(page: Page, container: Json, status: Json | None) -> None:
    if status is not None:
        page.field(2, "Container ID", status.get("containerID") or "")
    page.field(2, "Image", container.get("image") or "")
    if status is not None:
        page.field(2, "Image ID", status.get("imageID") or "")
    for title, field in (("Port", "containerPort"), ("Host Port", "hostPort")):
        text = ", ".join(_port(port, field) for port in container.get("ports") or ())
        page.field(2, f"{title}s" if "," in text else title, text or NONE)


def _port(port: Json, field: str) -> str:
    text = f"{port.get(field, 0)}/{port.get('protocol') or ''}"
    return f"{text} ({port['name']})" if port.get("name") else text


def _profile(page: Page, container: Json) -> None:
    profile = (container.get("securityContext") or {}).get("seccompProfile")
    if profile is not None:
        page.field(2, "SeccompProfile", profile.get("type") or "")
        if profile.get("type") == "Localhost":
            page.field(3, "LocalhostProfile", profile.get("localhostProfile") or "")


def _words(page: Page, title: str, words: Iterable[str] | None) -> None:
    if words:
        page.row(2, f"{title}:")
        for word in words:
            for line in word.split("\n"):
                page.row(3, line)


def _states(page: Page, status: Json) -> None:
    _state(page, "State", status.get("state") or {})
    last = status.get("lastState") or {}
    if last.get("terminated") is not None:
        _state(page, "Last State", last)
    page.field(2, "Ready", capitalized(status.get("ready")))
    page.field(2, "Restart Count", status.get("restartCount", 0))


def _state(page: Page, title: str, state: Json) -> None:
    running, waiting, ended = (state.get(name) for name in ("running", "waiting", "terminated"))
    if running is not None:
        page.field(2, title, "Running")
        page.field(3, "Started", moment(running.get("startedAt")))
    elif waiting is not None or ended is None:
        page.field(2, title, "Waiting")
        if (waiting or {}).get("reason"):
            page.field(3, "Reason", (waiting or {})["reason"])
    else:
        page.field(2, title, "Terminated")
        _ended(page, ended)


def _ended(page: Page, ended: Json) -> None:
    for name, title in _PLAIN:
        if ended.get(name):
            page.field(3, title, ended[name])
    page.field(3, "Exit Code", ended.get("exitCode", 0))
    if int(ended.get("signal") or 0) > 0:
        page.field(3, "Signal", ended["signal"])
    page.field(3, "Started", moment(ended.get("startedAt")))
    page.field(3, "Finished", moment(ended.get("finishedAt")))


def resources(page: Page, wanted: Mapping[str, Json] | None, level: int) -> None:
    """Limits and requests."""
    for title in ("Limits", "Requests"):
        amounts = (wanted or {}).get(title.lower()) or {}
        if amounts:
            page.row(level, f"{title}:")
        for name in sorted(amounts):
            page.field(level + 1, name, quantity(amounts[name]))


def _mounts(page: Page, container: Json) -> None:
    found = container.get("volumeMounts") or ()
    none = "" if found else f"\t{NONE}"
    page.row(2, f"Mounts:{none}")
    for mount in sorted(found, key=lambda one: str(one.get("mountPath") or "")):
        flags = "ro" if mount.get("readOnly") else "rw"
        if mount.get("subPath"):
            flags += f",path={go_quote(str(mount['subPath']))}"
        page.row(3, f"{mount.get('mountPath') or ''} from {mount.get('name') or ''} ({flags})")
    devices = container.get("volumeDevices") or ()
    if devices:
        page.row(2, f"Devices:{none}")
        for device in sorted(devices, key=lambda one: str(one.get("devicePath") or "")):
            page.row(3, f"{device.get('devicePath') or ''} from {device.get('name') or ''}")
