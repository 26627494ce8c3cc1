"""What the API server checks of APIServices.

Upstream: staging/src/k8s.io/kube-aggregator/pkg/apis/apiregistration/validation/validation.go
"""

from typing import Final

from kplan.apiserver import field
from kplan.apiserver.dns import (
    is_dns1035_label,
    is_dns1123_subdomain,
    is_path_segment_name,
    is_valid_port_num,
)
from kplan.apiserver.field import ErrorList, go_quote
from kplan.apiserver.meta import (
    METADATA,
    Json,
    validate_generic_object_meta,
    validate_generic_object_meta_update,
)
from kplan.apiserver.validation.values import decoded_size, each
from kplan.fieldpath import FieldPath

_SPEC: Final = FieldPath("spec")


def validate_api_service(obj: Json) -> ErrorList:
    """Check a new APIService; its name is made of version and group."""
    spec = obj.get("spec") or {}
    group, version = spec.get("group", ""), spec.get("version", "")
    wanted = f"{version}.{group}"

    def name_rule(name: str, _prefix: bool = False) -> list[str]:
        wrong = [] if name == wanted else [f'must be `spec.version+"."+spec.group`: {go_quote(wanted)}']
        return is_path_segment_name(name) or wrong

    errors = validate_generic_object_meta(obj["metadata"], False, name_rule, METADATA)
    if not group and version != "v1":
        text = "only v1 may have an empty group and it better be legacy kube"
        errors.append(field.required(_SPEC / "group", text))
    if group:
        errors += each(_SPEC / "group", group, is_dns1123_subdomain(group))
    errors += each(_SPEC / "version", version, is_dns1035_label(version))
    errors += _priority(spec.get("groupPriorityMinimum", 0), 20000, _SPEC / "groupPriorityMinimum")
    errors += _priority(spec.get("versionPriority", 0), 1000, _SPEC / "versionPriority")
    service = spec.get("service")
    return errors + (_local(spec) if service is None else _served_by(service, spec))


def validate_api_service_update(new: Json, old: Json) -> ErrorList:
    """Check a changed APIService."""
    errors = validate_generic_object_meta_update(new["metadata"], old["metadata"], METADATA)
    return errors + validate_api_service(new)


def _priority(value: int, limit: int, path: FieldPath) -> ErrorList:
    return (
        [] if 0 < value <= limit else [field.invalid(path, value, f"must be positive and less than {limit}")]
    )


def _local(spec: Json) -> ErrorList:
    errors: ErrorList = []
    bundle = decoded_size(spec.get("caBundle"))
    if bundle:
        text = "local APIServices may not have a caBundle"
        errors.append(field.invalid(_SPEC / "caBundle", f"{bundle} bytes", text))
    if spec.get("insecureSkipTLSVerify"):
        text = "local APIServices may not have insecureSkipTLSVerify"
        errors.append(field.invalid(_SPEC / "insecureSkipTLSVerify", True, text))
    return errors


def _served_by(service: Json, spec: Json) -> ErrorList:
    path = _SPEC / "service"
    errors = [field.required(path / name, "") for name in ("namespace", "name") if not service.get(name)]
    port = service.get("port", 0)
    if texts := is_valid_port_num(port):
        errors.append(field.invalid(path / "port", port, "port is not valid: " + ", ".join(texts)))
    if spec.get("insecureSkipTLSVerify") and spec.get("caBundle"):
        text = "may not be true if caBundle is present"
        errors.append(field.invalid(_SPEC / "insecureSkipTLSVerify", True, text))
    return errors
