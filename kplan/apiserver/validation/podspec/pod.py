"""The spec of a pod, and a pod on create.

Upstream: pkg/apis/core/validation/validation.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import name_is_dns_subdomain, range_text
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import METADATA, validate_labels, validate_object_meta
from kplan.apiserver.validation.podspec.annotations import validate_pod_annotations
from kplan.apiserver.validation.podspec.containers import (
    PodContext,
    validate_containers,
    validate_ephemeral_containers,
    validate_init_containers,
)
from kplan.apiserver.validation.podspec.env import validate_file_key_volumes
from kplan.apiserver.validation.podspec.images import validate_image_padding
from kplan.apiserver.validation.podspec.network import (
    validate_dns_config,
    validate_dns_policy,
    validate_host_aliases,
    validate_host_names,
    validate_hostname_override,
)
from kplan.apiserver.validation.podspec.options import PodValidationOptions
from kplan.apiserver.validation.podspec.ports import validate_host_network_ports
from kplan.apiserver.validation.podspec.profiles import validate_app_armor_match, validate_seccomp_match
from kplan.apiserver.validation.podspec.resources import validate_overhead, validate_pod_resources
from kplan.apiserver.validation.podspec.security import validate_host_users, validate_pod_security_context
from kplan.apiserver.validation.podspec.windows import validate_host_process, validate_os
from kplan.fieldpath import FieldPath

SPEC: Final = FieldPath("spec")
_RESTART_POLICIES: Final = ("Always", "OnFailure", "Never")
_PREEMPTION_POLICIES: Final = ("PreemptLowerPriority", "Never")
_MAX_INT32: Final = 2**31 - 1


def validate_pod_spec(
    spec: Json, meta: Json | None, path: FieldPath, options: PodValidationOptions
) -> ErrorList:
    """The spec of a pod; ``meta`` is None inside a template."""
    get = spec.get
    errors: ErrorList = []
    grace = get("terminationGracePeriodSeconds")
    if grace is None:
        errors.append(field.required(path / "terminationGracePeriodSeconds", ""))
    known, found = _validate_volumes(spec, meta, path, options)
    errors += found
    claims = {claim["name"] for claim in get("resourceClaims") or () if claim.get("name")}
    if get("resourceClaims"):
        from kplan.apiserver.validation.podspec.scheduling import validate_resource_claims  # noqa: PLC0415 - few have any

        errors += validate_resource_claims(meta, spec["resourceClaims"], path / "resourceClaims")
    os_name = spec["os"].get("name", "") if get("os") is not None else None
    pod = PodContext(known, claims, grace, get("restartPolicy", ""), get("hostUsers", True), os_name, options)
    errors += _validate_all_containers(spec, path, pod)
    if get("resources") is not None:
        errors += validate_pod_resources(spec, claims, path, options)
    errors += validate_host_network_ports(spec, path, required=options.resource_is_pod)
    errors += _validate_policies(spec, path)
    if get("nodeSelector"):
        errors += validate_labels(spec["nodeSelector"], path / "nodeSelector")
    errors += _validate_security(spec, path, options)
    if get("affinity"):
        from kplan.apiserver.validation.podspec.affinity import validate_affinity  # noqa: PLC0415 - likewise

        errors += validate_affinity(spec["affinity"], options, path / "affinity")
    errors += validate_dns_config(get("dnsConfig"), get("dnsPolicy", ""), path / "dnsConfig")
    errors += _validate_gates_and_spread(spec, path, options)
    errors += validate_host_process(spec, path)
    errors += validate_host_users(spec, path, options)
    errors += validate_hostname_override(spec, path)
    return errors + _validate_rest(spec, path, options)


def _validate_volumes(
    spec: Json, meta: Json | None, path: FieldPath, options: PodValidationOptions
) -> tuple[dict[str, Json], ErrorList]:
    if not spec.get("volumes"):
        return {}, []
    from kplan.apiserver.validation.podspec.volumes import validate_volumes  # noqa: PLC0415 - likewise

    return validate_volumes(spec["volumes"], meta, path / "volumes", options)


def _validate_all_containers(spec: Json, path: FieldPath, pod: PodContext) -> ErrorList:
    regular = spec.get("containers") or ()
    errors = validate_containers(regular, path / "containers", pod)
    if spec.get("initContainers"):
        errors += validate_init_containers(spec["initContainers"], regular, path / "initContainers", pod)
    if spec.get("ephemeralContainers"):
        errors += validate_ephemeral_containers(spec, path / "ephemeralContainers", pod)
    return errors


def _validate_policies(spec: Json, path: FieldPath) -> ErrorList:
    policy = spec.get("restartPolicy", "")
    errors: ErrorList = []
    if not policy:
        errors.append(field.required(path / "restartPolicy", ""))
    elif policy not in _RESTART_POLICIES:
        errors.append(field.not_supported(path / "restartPolicy", typed(policy), _RESTART_POLICIES))
    return errors + validate_dns_policy(spec.get("dnsPolicy", ""), path / "dnsPolicy")


def _validate_security(spec: Json, path: FieldPath, options: PodValidationOptions) -> ErrorList:
    context = spec.get("securityContext") or {}
    if not context and not spec.get("shareProcessNamespace"):
        return []
    return validate_pod_security_context(context, spec, path / "securityContext", options)


def _validate_gates_and_spread(spec: Json, path: FieldPath, options: PodValidationOptions) -> ErrorList:
    errors: ErrorList = []
    constraints = spec.get("topologySpreadConstraints")
    if not (spec.get("readinessGates") or spec.get("schedulingGates") or constraints):
        return errors
    from kplan.apiserver.validation.podspec import scheduling  # noqa: PLC0415 - likewise

    if spec.get("readinessGates"):
        errors += scheduling.validate_readiness_gates(spec["readinessGates"], path / "readinessGates")
    if spec.get("schedulingGates"):
        errors += scheduling.validate_scheduling_gates(spec["schedulingGates"], path / "schedulingGates")
    if constraints:
        errors += scheduling.validate_topology_spread(
            constraints, path / "topologySpreadConstraints", options
        )
    return errors


def _validate_name(spec: Json, name: str, path: FieldPath) -> ErrorList:
    value = spec.get(name)
    if not value:
        return []
    return [field.invalid(path / name, value, text) for text in name_is_dns_subdomain(value)]


def _validate_rest(spec: Json, path: FieldPath, options: PodValidationOptions) -> ErrorList:
    get = spec.get
    errors = _validate_name(spec, "serviceAccountName", path) + _validate_name(spec, "nodeName", path)
    deadline = get("activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline <= _MAX_INT32:
        errors.append(field.invalid(path / "activeDeadlineSeconds", deadline, range_text(1, _MAX_INT32)))
    errors += validate_host_names(spec, path)
    if get("tolerations"):
        from kplan.apiserver.validation.podspec.scheduling import validate_tolerations  # noqa: PLC0415 - likewise

        errors += validate_tolerations(spec["tolerations"], path / "tolerations", options)
    if get("hostAliases"):
        errors += validate_host_aliases(spec["hostAliases"], path / "hostAliases")
    errors += _validate_name(spec, "priorityClassName", path)
    runtime = get("runtimeClassName")
    if runtime is not None:
        errors += [
            field.invalid(path / "runtimeClassName", runtime, text) for text in name_is_dns_subdomain(runtime)
        ]
    if get("preemptionPolicy") is not None:
        errors += validate_preemption_policy(spec["preemptionPolicy"], path / "preemptionPolicy")
    if get("overhead"):
        errors += validate_overhead(spec["overhead"], path / "overhead", options)
    if get("os") is not None:
        errors += validate_os(spec, path)
    if get("schedulingGroup") is not None:
        from kplan.apiserver.validation.podspec.scheduling import validate_scheduling_group  # noqa: PLC0415 - likewise

        errors += validate_scheduling_group(spec["schedulingGroup"], path / "schedulingGroup")
    return errors + validate_file_key_volumes(spec, path)


def validate_preemption_policy(policy: str, path: FieldPath) -> ErrorList:
    """``preemptionPolicy`` of a pod or priority class."""
    if not policy:
        return [field.required(path, "")]
    return (
        []
        if policy in _PREEMPTION_POLICIES
        else [field.not_supported(path, typed(policy), _PREEMPTION_POLICIES)]
    )


def validate_pod_metadata_and_spec(pod: Json, options: PodValidationOptions) -> ErrorList:
    """What holds for a pod on create and on update."""
    meta, spec = pod.get("metadata") or {}, pod.get("spec") or {}
    errors = validate_object_meta(meta, True, name_is_dns_subdomain)
    errors += validate_pod_annotations(meta.get("annotations"), spec, METADATA / "annotations", options)
    errors += validate_pod_spec(spec, meta, SPEC, options)
    if not spec.get("serviceAccountName"):
        errors += _validate_no_tokens(spec)
    for kind in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(kind) or ()):
            errors += validate_image_padding(container.get("image", ""), SPEC / kind / index / "image")
    return errors


def _validate_no_tokens(spec: Json) -> ErrorList:
    errors: ErrorList = []
    for index, volume in enumerate(spec.get("volumes") or ()):
        for number, source in enumerate((volume.get("projected") or {}).get("sources") or ()):
            if "serviceAccountToken" in source:
                at = SPEC / "volumes" / index / "projected" / "sources" / number / "serviceAccountToken"
                errors.append(field.forbidden(at, "must not be specified when serviceAccountName is not set"))
    return errors


def validate_pod_create(pod: Json, options: PodValidationOptions) -> ErrorList:
    """A pod on create."""
    spec, annotations = pod.get("spec") or {}, (pod.get("metadata") or {}).get("annotations")
    errors = validate_pod_metadata_and_spec(pod, options)
    if spec.get("ephemeralContainers"):
        errors.append(field.forbidden(SPEC / "ephemeralContainers", "cannot be set on create"))
    if spec.get("nodeName") and spec.get("schedulingGates"):
        text = "cannot be set until all schedulingGates have been cleared"
        errors.append(field.forbidden(SPEC / "nodeName", text))
    errors += validate_seccomp_match(annotations, spec, SPEC)
    return errors + validate_app_armor_match(annotations, spec, SPEC)
