"""Containers of a pod: regular, init, sidecar and ephemeral.

Upstream: pkg/apis/core/validation/validation.go
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import validate_dns1123_label
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.validation.podspec.env import validate_env, validate_env_from
from kplan.apiserver.validation.podspec.images import validate_image_padding, validate_pull_policy
from kplan.apiserver.validation.podspec.options import PodValidationOptions
from kplan.apiserver.validation.podspec.ports import check_host_port_conflicts, validate_container_ports
from kplan.apiserver.validation.podspec.probes import validate_lifecycle, validate_probes
from kplan.apiserver.validation.podspec.resources import validate_container_resources
from kplan.apiserver.validation.podspec.security import validate_container_security_context
from kplan.fieldpath import FieldPath
from kplan.namedtuples import NamedTuple

_MESSAGE_POLICIES: Final = ("File", "FallbackToLogsOnError")
_RESIZED: Final = ("cpu", "memory")
_RESIZE_POLICIES: Final = ("NotRequired", "RestartContainer")
_RESTART_POLICIES: Final = ("Always", "Never", "OnFailure")
_RESTART_ACTIONS: Final = ("Restart", "RestartAllContainers")
_EXIT_OPERATORS: Final = ("In", "NotIn")
_RULES: Final = 20
_EXIT_CODES: Final = 255
_HOOKS: Final = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")
_NOT_EPHEMERAL: Final = (
    "ports", "resources", "resizePolicy", "restartPolicy", "restartPolicyRules",
    "livenessProbe", "readinessProbe", "startupProbe", "lifecycle",
)  # fmt: skip


class PodContext(NamedTuple):
    """What a container's rules need to know of its pod."""

    volumes: Mapping[str, Json]
    claims: Collection[str]
    grace: int | None
    restart_policy: str
    host_users: bool
    os_name: str | None
    options: PodValidationOptions


def validate_containers(containers: Sequence[Json], path: FieldPath, pod: PodContext) -> ErrorList:
    """``containers`` of a pod."""
    if not containers:
        return [field.required(path, "")]
    errors: ErrorList = []
    names: set[str] = set()
    for index, container in enumerate(containers):
        at = path / index
        errors += _validate_container(container, at, pod)
        name = container.get("name", "")
        if name in names:
            errors.append(field.duplicate(at / "name", name))
        names.add(name)
        if "lifecycle" in container:
            errors += validate_lifecycle(container["lifecycle"], pod.grace, at / "lifecycle", pod.os_name)
        errors += validate_probes(container, at)
        if "restartPolicy" in container or "restartPolicyRules" in container:
            errors += _validate_restart_policy(container, at, init=False)
    return errors + check_host_port_conflicts(containers, path)


def validate_init_containers(
    containers: Sequence[Json], regular: Sequence[Json], path: FieldPath, pod: PodContext
) -> ErrorList:
    """``initContainers`` of a pod; those that always restart are sidecars and may have probes."""
    errors: ErrorList = []
    names = {container.get("name", "") for container in regular}
    for index, container in enumerate(containers):
        at = path / index
        errors += _validate_container(container, at, pod)
        sidecar = container.get("restartPolicy") == "Always"
        if "restartPolicy" in container or "restartPolicyRules" in container:
            errors += _validate_restart_policy(container, at, init=True)
        name = container.get("name", "")
        if name in names:
            errors.append(field.duplicate(at / "name", name))
        elif name:
            names.add(name)
        errors += check_host_port_conflicts((container,), path)
        errors += _validate_sidecar(container, at, pod) if sidecar else _validate_run_once(container, at, pod)
    return errors


def _validate_sidecar(container: Json, path: FieldPath, pod: PodContext) -> ErrorList:
    errors: ErrorList = []
    if "lifecycle" in container:
        errors += validate_lifecycle(container["lifecycle"], pod.grace, path / "lifecycle", pod.os_name)
    return errors + validate_probes(container, path)


def _validate_run_once(container: Json, path: FieldPath, pod: PodContext) -> ErrorList:
    text = "may not be set for init containers without restartPolicy=Always"
    errors: ErrorList = [field.forbidden(path / name, text) for name in _HOOKS if name in container]
    if pod.options.allow_restart_container_for_init_containers:
        return errors
    for index, policy in enumerate(container.get("resizePolicy") or ()):
        if policy.get("restartPolicy") == "RestartContainer":
            text = "must not be set to 'RestartContainer' for non-sidecar initContainers"
            at = path / "resizePolicy" / index / "restartPolicy"
            errors.append(field.invalid(at, typed("RestartContainer"), text))
    return errors


def validate_ephemeral_containers(spec: Json, path: FieldPath, pod: PodContext) -> ErrorList:
    """``ephemeralContainers`` of a pod."""
    errors: ErrorList = []
    others = {
        item.get("name", "") for kind in ("containers", "initContainers") for item in spec.get(kind) or ()
    }
    names = set(others)
    for index, container in enumerate(spec.get("ephemeralContainers") or ()):
        at = path / index
        errors += _validate_container(container, at, pod)
        errors += validate_image_padding(container.get("image", ""), at / "image")
        name, target = container.get("name", ""), container.get("targetContainerName", "")
        if name in names:
            errors.append(field.duplicate(at / "name", name))
        names.add(name)
        if target and target not in others:
            errors.append(field.not_found(at / "targetContainerName", target))
        text = "cannot be set for an Ephemeral Container"
        errors += [field.forbidden(at / key, text) for key in _NOT_EPHEMERAL if _is_set(container, key)]
        for number, mount in enumerate(container.get("volumeMounts") or ()):
            mounts = at / "volumeMounts" / number
            errors += [
                field.forbidden(mounts / key, text) for key in ("subPath", "subPathExpr") if mount.get(key)
            ]
    return errors


def _is_set(container: Json, name: str) -> bool:
    value = sent(container, name)
    return bool(value) if name == "resources" else value is not None


def _validate_container(container: Json, path: FieldPath, pod: PodContext) -> ErrorList:
    """What holds for every container."""
    get = container.get
    errors: ErrorList = []
    name = get("name", "")
    if not name:
        errors.append(field.required(path / "name", ""))
    else:
        errors += validate_dns1123_label(name, path / "name")
    if not get("image"):
        errors.append(field.required(path / "image", ""))
    policy = get("terminationMessagePolicy", "")
    if policy not in _MESSAGE_POLICIES:
        errors += _validate_message_policy(policy, path / "terminationMessagePolicy")
    if get("ports"):
        errors += validate_container_ports(container["ports"], path / "ports")
    if get("env"):
        errors += validate_env(container["env"], path / "env")
    if get("envFrom"):
        errors += validate_env_from(container["envFrom"], path / "envFrom")
    if get("volumeMounts"):
        from kplan.apiserver.validation.podspec.mounts import validate_volume_mounts  # noqa: PLC0415 - many have none

        errors += validate_volume_mounts(container, pod.volumes, path / "volumeMounts")
    if get("volumeDevices"):
        from kplan.apiserver.validation.podspec.mounts import validate_volume_devices  # noqa: PLC0415 - likewise

        devices, mounts = container["volumeDevices"], get("volumeMounts") or ()
        errors += validate_volume_devices(devices, mounts, pod.volumes, path / "volumeDevices")
    errors += validate_pull_policy(get("imagePullPolicy", ""), path / "imagePullPolicy")
    if get("resources"):
        errors += validate_container_resources(
            container["resources"], pod.claims, path / "resources", pod.options
        )
    if get("resizePolicy"):
        errors += _validate_resize_policy(
            container["resizePolicy"], path / "resizePolicy", pod.restart_policy
        )
    if get("securityContext"):
        at = path / "securityContext"
        errors += validate_container_security_context(
            container["securityContext"], at, host_users=pod.host_users
        )
    return errors


def _validate_message_policy(policy: str, path: FieldPath) -> ErrorList:
    if not policy:
        return [field.required(path, "")]
    return [field.not_supported(path, typed(policy), _MESSAGE_POLICIES)]


def _validate_resize_policy(policies: Sequence[Json], path: FieldPath, restart_policy: str) -> ErrorList:
    errors: ErrorList = []
    seen: set[str] = set()
    for index, item in enumerate(policies):
        name, policy = item.get("resourceName", ""), item.get("restartPolicy", "")
        if name in seen:
            errors.append(field.duplicate(path / index, typed(name)))
        seen.add(name)
        errors += _validate_listed(name, _RESIZED, path) + _validate_listed(policy, _RESIZE_POLICIES, path)
        if restart_policy == "Never" and policy != "NotRequired":
            text = "must be 'NotRequired' when pod `restartPolicy` is 'Never'"
            errors.append(field.invalid(path, typed(policy), text))
    return errors


def _validate_listed(value: str, supported: Sequence[str], path: FieldPath) -> ErrorList:
    if not value:
        return [field.required(path, "")]
    return [] if value in supported else [field.not_supported(path, typed(value), supported)]


def _validate_restart_policy(container: Json, path: FieldPath, *, init: bool) -> ErrorList:
    errors: ErrorList = []
    policy, rules = container.get("restartPolicy"), container.get("restartPolicyRules") or []
    if policy is None and rules:
        text = "must specify restartPolicy when restart rules are used"
        errors.append(field.required(path / "restartPolicy", text))
    elif policy is not None and policy not in _RESTART_POLICIES:
        errors.append(field.not_supported(path / "restartPolicy", typed(policy), _RESTART_POLICIES))
    if policy is None and init:
        return errors
    at = path / "restartPolicyRules"
    if len(rules) > _RULES:
        errors.append(field.too_many(at, len(rules), _RULES))
    for index, rule in enumerate(rules):
        errors += _validate_restart_rule(rule, at / index)
    return errors


def _validate_restart_rule(rule: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    action, codes = rule.get("action", ""), rule.get("exitCodes")
    if action not in _RESTART_ACTIONS:
        errors.append(field.not_supported(path / "action", typed(action), _RESTART_ACTIONS))
    if codes is None:
        return [*errors, field.required(path / "exitCodes", "must be specified")]
    operator, values = codes.get("operator", ""), codes.get("values") or []
    if operator not in _EXIT_OPERATORS:
        errors.append(field.not_supported(path / "exitCodes" / "operator", typed(operator), _EXIT_OPERATORS))
    if len(values) > _EXIT_CODES:
        errors.append(field.too_many(path / "exitCodes" / "values", len(values), _EXIT_CODES))
    return errors
