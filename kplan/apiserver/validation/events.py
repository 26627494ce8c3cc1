"""What the API server checks of Events, in either of their groups.

Both groups serve the same stored object; the newer one is strict, the core one keeps to the old rules.
Upstream: pkg/apis/core/validation/events.go, pkg/registry/core/event/strategy.go
"""

from typing import Any, Final

from kplan.apiserver import field
from kplan.apiserver.dns import (
    is_dns1123_subdomain,
    name_is_dns_subdomain,
    name_is_path_segment,
    size,
    validate_qualified_name,
)
from kplan.apiserver.field import ErrorList
from kplan.apiserver.meta import (
    METADATA,
    Json,
    validate_generic_object_meta,
    validate_object_meta,
    validate_object_meta_update,
)
from kplan.apiserver.validation.values import each, immutable
from kplan.fieldpath import FieldPath

_LIMIT: Final = 128
_NOTE_LIMIT: Final = 1024


def validate_core_event(obj: Json) -> ErrorList:
    """Check a new Event of the core group, by the old rules."""
    errors = _legacy(obj, "reportingComponent")
    return errors or validate_generic_object_meta(obj["metadata"], True, name_is_path_segment, METADATA)


def validate_core_event_update(new: Json, _old: Json) -> ErrorList:
    """Check a changed Event of the core group, by the old rules."""
    return _legacy(new, "reportingComponent")


def validate_event(obj: Json) -> ErrorList:
    """Check a new Event of events.k8s.io, converted to the core form."""
    errors = _legacy(obj, "reportingController")
    errors += validate_object_meta(obj["metadata"], True, name_is_dns_subdomain, METADATA)
    errors += _series(obj)
    if not obj.get("eventTime"):
        errors.append(field.required(FieldPath("eventTime"), ""))
    kind, source = obj.get("type", ""), obj.get("source") or {}
    if kind not in ("Normal", "Warning"):
        errors.append(field.invalid(FieldPath("type"), "", f"has invalid value: {kind}"))
    used = {
        "firstTimestamp": obj.get("firstTimestamp"),
        "lastTimestamp": obj.get("lastTimestamp"),
        "count": obj.get("count"),
        "source": source.get("component") or source.get("host"),
    }
    return errors + [
        field.invalid(FieldPath(name), "", "needs to be unset") for name, value in used.items() if value
    ]


def validate_event_update(new: Json, old: Json) -> ErrorList:
    """Check a changed Event of events.k8s.io: only its series and metadata may change."""
    errors = _legacy(new, "reportingController")
    errors += validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    if new.get("series") != old.get("series"):
        errors += _series(new)
    errors += _frozen("involvedObject", new, old, {}, "core.ObjectReference")
    errors += _frozen("reason", new, old, "") + _frozen("message", new, old, "")
    errors += _frozen("source", new, old, {}, "core.EventSource")
    errors += _frozen("firstTimestamp", new, old, None) + _frozen("lastTimestamp", new, old, None)
    errors += _frozen("count", new, old, 0) + _frozen("reason", new, old, "")
    errors += _frozen("type", new, old, "") + _frozen("eventTime", new, old, None)
    errors += _frozen("action", new, old, "")
    errors += _frozen("related", new, old, None, "core.ObjectReference")
    controller, before = new.get("reportingComponent", ""), old.get("reportingComponent", "")
    errors += immutable(FieldPath("reportingController"), controller, before)
    return errors + _frozen("reportingInstance", new, old, "")


def _frozen(name: str, new: Json, old: Json, absent: Any, type_name: str = "") -> ErrorList:
    value, before = new.get(name, absent), old.get(name, absent)
    return immutable(FieldPath(name), value, before, type_name)


def _series(event: Json) -> ErrorList:
    series = event.get("series")
    if series is None:
        return []
    errors: ErrorList = []
    if series.get("count", 0) < 2:
        errors.append(field.invalid(FieldPath("series.count"), "", "should be at least 2"))
    if not series.get("lastObservedTime"):
        errors.append(field.required(FieldPath("series.lastObservedTime"), ""))
    return errors


def _legacy(event: Json, controller_field: str) -> ErrorList:
    namespace = event["metadata"].get("namespace", "")
    about = (event.get("involvedObject") or {}).get("namespace", "")
    timed = bool(event.get("eventTime"))
    if not about:
        matches = namespace in (("default", "kube-system") if timed else ("", "default"))
    else:
        matches = timed or namespace == about
    errors: ErrorList = []
    if not matches:
        path = FieldPath("involvedObject") / "namespace"
        errors.append(field.invalid(path, about, "does not match event.namespace"))
    if timed:
        errors += _reporting(event, controller_field)
    return errors + each(FieldPath("namespace"), namespace, is_dns1123_subdomain(namespace))


def _reporting(event: Json, controller_field: str) -> ErrorList:
    errors: ErrorList = []
    controller, path = event.get("reportingComponent", ""), FieldPath(controller_field)
    if not controller:
        errors.append(field.required(path, ""))
    errors += validate_qualified_name(controller, path)
    for name in ("reportingInstance", "action", "reason"):
        value = event.get(name, "")
        if not value:
            errors.append(field.required(FieldPath(name), ""))
        errors += _at_most(value, FieldPath(name), _LIMIT)
    return errors + _at_most(event.get("message", ""), FieldPath("message"), _NOTE_LIMIT)


def _at_most(value: str, path: FieldPath, limit: int) -> ErrorList:
    return [field.invalid(path, "", f"can have at most {limit} characters")] if size(value) > limit else []
