"""Probes and lifecycle hooks: one handler each, thresholds that are not negative.

Upstream: pkg/apis/core/validation/validation.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import NEGATIVE, is_http_header_name
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.validation.podspec.ports import validate_port_num, validate_port_num_or_name
from kplan.fieldpath import FieldPath

_HANDLERS: Final = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")
_COUNTS: Final = (
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
)
_SCHEMES: Final = ("HTTP", "HTTPS")
_REAL_TIME: Final = tuple(f"SIGRTMIN+{number}" for number in range(1, 16)) + tuple(
    f"SIGRTMAX-{number}" for number in range(14, 0, -1)
)
_LINUX_SIGNALS: Final = tuple(
    sorted(
        (
            "SIGABRT", "SIGALRM", "SIGBUS", "SIGCHLD", "SIGCLD", "SIGCONT", "SIGFPE", "SIGHUP", "SIGILL",
            "SIGINT", "SIGIO", "SIGIOT", "SIGKILL", "SIGPIPE", "SIGPOLL", "SIGPROF", "SIGPWR", "SIGQUIT",
            "SIGSEGV", "SIGSTKFLT", "SIGSTOP", "SIGSYS", "SIGTERM", "SIGTRAP", "SIGTSTP", "SIGTTIN", "SIGTTOU",
            "SIGURG", "SIGUSR1", "SIGUSR2", "SIGVTALRM", "SIGWINCH", "SIGXCPU", "SIGXFSZ", "SIGRTMIN",
            "SIGRTMAX", *_REAL_TIME,
        )
    )
)  # fmt: skip
_WINDOWS_SIGNALS: Final = ("SIGKILL", "SIGTERM")


def validate_probe(probe: Json, path: FieldPath) -> ErrorList:
    """What holds for every probe."""
    errors = _validate_handler(probe, None, path)
    for name in _COUNTS:
        number = probe.get(name, 0)
        if number < 0:
            errors.append(field.invalid(path / name, number, NEGATIVE))
    grace = probe.get("terminationGracePeriodSeconds")
    if grace is not None and grace <= 0:
        errors.append(field.invalid(path / "terminationGracePeriodSeconds", grace, "must be greater than 0"))
    return errors


def validate_probes(container: Json, path: FieldPath) -> ErrorList:
    """The three probes of a container."""
    errors: ErrorList = []
    if "livenessProbe" in container:
        errors += _validate_single_success(container["livenessProbe"], path / "livenessProbe")
    if "readinessProbe" in container:
        probe, at = container["readinessProbe"], path / "readinessProbe"
        errors += validate_probe(probe, at)
        grace = probe.get("terminationGracePeriodSeconds")
        if grace is not None:
            text = "must not be set for readinessProbes"
            errors.append(field.invalid(at / "terminationGracePeriodSeconds", grace, text))
    if "startupProbe" in container:
        errors += _validate_single_success(container["startupProbe"], path / "startupProbe")
    return errors


def _validate_single_success(probe: Json, path: FieldPath) -> ErrorList:
    errors = validate_probe(probe, path)
    if probe.get("successThreshold", 0) != 1:
        errors.append(field.invalid(path / "successThreshold", probe.get("successThreshold", 0), "must be 1"))
    return errors


def _validate_handler(handler: Json, grace: int | None, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    given = [name for name in _HANDLERS if name in handler]
    for name in given[:1]:
        errors += _validate_action(name, handler[name], grace, path / name)
    errors += [field.forbidden(path / name, "may not specify more than 1 handler type") for name in given[1:]]
    if not given:
        errors.append(field.required(path, "must specify a handler type"))
    return errors


def _validate_action(name: str, action: Json, grace: int | None, path: FieldPath) -> ErrorList:
    if name == "exec":
        return [] if action.get("command") else [field.required(path / "command", "")]
    if name == "httpGet":
        return _validate_http_get(action, path)
    if name == "tcpSocket":
        return validate_port_num_or_name(action.get("port", 0), path / "port")
    if name == "grpc":
        return validate_port_num(action.get("port", 0), path / "port")
    seconds = action.get("seconds", 0)
    if grace is not None and not 0 <= seconds <= grace:
        text = f"must be non-negative and less than terminationGracePeriodSeconds ({grace})"
        return [field.invalid(path, seconds, text)]
    return []


def _validate_http_get(action: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    if not action.get("path"):
        errors.append(field.required(path / "path", ""))
    errors += validate_port_num_or_name(action.get("port", 0), path / "port")
    scheme = action.get("scheme", "")
    if scheme not in _SCHEMES:
        errors.append(field.not_supported(path / "scheme", typed(scheme), _SCHEMES))
    for header in action.get("httpHeaders") or ():
        name = header.get("name", "")
        errors += [field.invalid(path / "httpHeaders", name, text) for text in is_http_header_name(name)]
    return errors


def validate_lifecycle(lifecycle: Json, grace: int | None, path: FieldPath, os_name: str | None) -> ErrorList:
    """Hooks after start and before stop, and the signal to stop with."""
    errors: ErrorList = []
    for name in ("postStart", "preStop"):
        if name in lifecycle:
            hook = {key: action for key, action in lifecycle[name].items() if key != "grpc"}
            errors += _validate_handler(hook, grace, path / name)
    signal = lifecycle.get("stopSignal")
    if signal is not None:
        errors += _validate_stop_signal(signal, path / "stopSignal", os_name)
    return errors


def _validate_stop_signal(signal: str, path: FieldPath, os_name: str | None) -> ErrorList:
    if os_name is None:
        return [field.forbidden(path, "may not be set for containers with empty `spec.os.name`")]
    supported = {"windows": _WINDOWS_SIGNALS, "linux": _LINUX_SIGNALS}.get(os_name)
    if supported is None or signal in supported:
        return []
    return [field.not_supported(path, typed(signal), supported)]
