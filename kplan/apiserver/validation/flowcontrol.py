"""What the API server checks of FlowSchemas and PriorityLevelConfigurations.

The four mandatory objects are fixed; here they are data, to compare with.
Upstream: pkg/apis/flowcontrol/validation/validation.go,
staging/src/k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap/default.go
"""

import math
from typing import Any, Final

from kplan.apiserver import field
from kplan.apiserver.dns import name_is_dns_label, name_is_dns_subdomain
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import METADATA, Json, validate_object_meta
from kplan.apiserver.validation.values import each, internal, one_of
from kplan.fieldpath import FieldPath

_SPEC: Final = FieldPath("spec")
_STATUS: Final = FieldPath("status")
_MAX_PRECEDENCE: Final = 10_000
_MAX_QUEUES: Final = 10_000_000
_MAX_HASH_BITS: Final = 60
_PRESERVE_ZERO: Final = "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares"
_VERBS: Final = ("create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch")
_KINDS: Final = {"ServiceAccount": "serviceAccount", "User": "user", "Group": "group"}
_EVERYTHING: Final = {
    "resourceRules": [
        {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "clusterScope": True, "namespaces": ["*"]}
    ],
    "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
}


def _groups(*names: str) -> list[Json]:
    return [{"kind": "Group", "group": {"name": name}} for name in names]


_MANDATORY_SCHEMAS: Final[dict[str, Json]] = {
    "exempt": {
        "priorityLevelConfiguration": {"name": "exempt"},
        "matchingPrecedence": 1,
        "rules": [{"subjects": _groups("system:masters"), **_EVERYTHING}],
    },
    "catch-all": {
        "priorityLevelConfiguration": {"name": "catch-all"},
        "matchingPrecedence": 10_000,
        "distinguisherMethod": {"type": "ByUser"},
        "rules": [{"subjects": _groups("system:unauthenticated", "system:authenticated"), **_EVERYTHING}],
    },
}
_MANDATORY_LEVELS: Final[dict[str, Json]] = {
    "exempt": {"type": "Exempt"},
    "catch-all": {
        "type": "Limited",
        "limited": {"nominalConcurrencyShares": 5, "lendablePercent": 0, "limitResponse": {"type": "Reject"}},
    },
}


def validate_flow_schema(obj: Json) -> ErrorList:
    """Check a FlowSchema."""
    name, spec = obj["metadata"].get("name", ""), obj.get("spec") or {}
    errors = validate_object_meta(obj["metadata"], False, name_is_dns_subdomain, METADATA)
    errors += _schema_spec(name, spec)
    mandatory = _MANDATORY_SCHEMAS.get(name)
    if mandatory is not None and spec != mandatory:
        value = internal("flowcontrol.FlowSchemaSpec", spec)
        errors.append(field.invalid(_SPEC, value, f"spec of '{name}' must equal the fixed value"))
    return errors + _conditions(obj.get("status") or {})


def validate_flow_schema_update(new: Json, _old: Json) -> ErrorList:
    """Check a changed FlowSchema: as a new one."""
    return validate_flow_schema(new)


def validate_status_update(new: Json, _old: Json) -> ErrorList:
    """Check a changed status, of a schema or a level: every condition has a type of its own."""
    return _conditions(new.get("status") or {})


def _schema_spec(name: str, spec: Json) -> ErrorList:
    errors: ErrorList = []
    precedence, path = spec.get("matchingPrecedence", 0), _SPEC / "matchingPrecedence"
    if precedence <= 0:
        errors.append(field.invalid(path, precedence, "must be a positive value"))
    if precedence > _MAX_PRECEDENCE:
        errors.append(field.invalid(path, precedence, f"must not be greater than {_MAX_PRECEDENCE}"))
    if precedence == 1 and name != "exempt":
        text = "only the schema named 'exempt' may have matchingPrecedence 1"
        errors.append(field.invalid(path, precedence, text))
    method = spec.get("distinguisherMethod")
    if method is not None and method.get("type") not in ("ByNamespace", "ByUser"):
        value = internal("flowcontrol.FlowDistinguisherMethod", method)
        at = _SPEC.child("distinguisherMethod", "type")
        errors.append(field.not_supported(at, value, ("ByNamespace", "ByUser")))
    level, at = (
        (spec.get("priorityLevelConfiguration") or {}).get("name", ""),
        _SPEC / "priorityLevelConfiguration",
    )
    if level:
        errors += each(at / "name", level, name_is_dns_subdomain(level))
    else:
        errors.append(field.required(at / "name", "must reference a priority level"))
    for index, rule in enumerate(spec.get("rules") or ()):
        errors += _rules_with_subjects(rule, _SPEC / "rules" / index)
    return errors


def _rules_with_subjects(rule: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    subjects = rule.get("subjects") or ()
    if not subjects:
        errors.append(field.required(path / "subjects", "subjects must contain at least one value"))
    for index, subject in enumerate(subjects):
        errors += _subject(subject, path / "subjects" / index)
    resources, others = rule.get("resourceRules") or (), rule.get("nonResourceRules") or ()
    if not resources and not others:
        text = "at least one of resourceRules and nonResourceRules has to be non-empty"
        errors.append(field.required(path, text))
    for index, item in enumerate(resources):
        errors += _resource_rule(item, path / "resourceRules" / index)
    for index, item in enumerate(others):
        errors += _non_resource_rule(item, path / "nonResourceRules" / index)
    return errors


def _subject(subject: Json, path: FieldPath) -> ErrorList:
    kind = subject.get("kind", "")
    own = _KINDS.get(kind)
    if own is None:
        return [field.not_supported(path / "kind", typed(kind), sorted(_KINDS))]
    value = subject.get(own)
    if value is None:
        errors: ErrorList = [field.required(path / own, f"{own} is required when subject kind is '{kind}'")]
    else:
        errors = _named_subject(value, kind, path / own)
    for other, name in _KINDS.items():
        if name != own and subject.get(name) is not None:
            text = f"{name} is forbidden when subject kind is not '{other}'"
            errors.append(field.forbidden(path / name, text))
    return errors


def _named_subject(subject: Json, kind: str, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    name = subject.get("name", "")
    if not name:
        errors.append(field.required(path / "name", ""))
    if kind != "ServiceAccount":
        return errors
    if name and name != "*":
        errors += each(path / "name", name, name_is_dns_subdomain(name))
    namespace = subject.get("namespace", "")
    if namespace:
        errors += each(path / "namespace", namespace, name_is_dns_label(namespace))
    else:
        errors.append(field.required(path / "namespace", "must specify namespace for service account"))
    return errors


def _verbs(rule: Json, path: FieldPath) -> ErrorList:
    verbs, path = rule.get("verbs") or [], path / "verbs"
    if not verbs:
        return [field.required(path, "verbs must contain at least one value")]
    if "*" in verbs:
        return _only_wildcard(verbs, path, "verbs")
    return [] if set(verbs) <= set(_VERBS) else [field.not_supported(path, verbs, _VERBS)]


def _only_wildcard(values: list[str], path: FieldPath, what: str) -> ErrorList:
    if len(values) < 2 or "*" not in values:
        return []
    return [field.invalid(path, values, f"if '*' is present, must not specify other {what}")]


def _non_resource_rule(rule: Json, path: FieldPath) -> ErrorList:
    errors = _verbs(rule, path)
    urls, at = rule.get("nonResourceURLs") or [], path / "nonResourceURLs"
    if not urls:
        return [*errors, field.required(at, "nonResourceURLs must contain at least one value")]
    if "*" in urls:
        return errors + _only_wildcard(urls, at, "non-resource URLs")
    for index, url in enumerate(urls):
        problem = _url_problem(url)
        if problem:
            errors.append(field.invalid(at / index, url, problem))
    return errors


def _url_problem(url: str) -> str:
    if not url:
        return "must not be empty"
    if url == "/":
        return ""
    if not url.startswith("/"):
        return "must start with slash"
    if " " in url:
        return "must not contain white-space"
    if "//" in url:
        return "must not contain double slash"
    stars = url.count("*")
    return (
        "wildcard can only do suffix matching" if stars > 1 or (stars == 1 and not url.endswith("/*")) else ""
    )


def _resource_rule(rule: Json, path: FieldPath) -> ErrorList:
    errors = _verbs(rule, path)
    for name, one, many in (("apiGroups", "api group", "api groups"), ("resources", "resource", "resources")):
        values = rule.get(name) or []
        if not values:
            errors.append(field.required(path / name, f"resource rules must supply at least one {one}"))
        errors += _only_wildcard(values, path / name, many)
    namespaces, at = rule.get("namespaces") or [], path / "namespaces"
    if not namespaces and not rule.get("clusterScope"):
        text = "resource rules that are not cluster scoped must supply at least one namespace"
        errors.append(field.required(at, text))
    elif "*" in namespaces:
        errors += _only_wildcard(namespaces, at, "namespaces")
    else:
        intro = "each member of this list must be '*' or a DNS-1123 label; "
        for index, namespace in enumerate(namespaces):
            errors += each(at / index, namespace, (intro + text for text in name_is_dns_label(namespace)))
    return errors


def _conditions(status: Json) -> ErrorList:
    errors: ErrorList = []
    seen: set[str] = set()
    for index, condition in enumerate(status.get("conditions") or ()):
        kind, path = condition.get("type", ""), _STATUS / "conditions" / index / "type"
        if kind in seen:
            errors.append(field.duplicate(path, typed(kind)))
        seen.add(kind)
        if not kind:
            errors.append(field.required(path, ""))
    return errors


def validate_priority_level_configuration(obj: Json) -> ErrorList:
    """Check a PriorityLevelConfiguration."""
    metadata, spec = obj["metadata"], obj.get("spec") or {}
    errors = validate_object_meta(metadata, False, name_is_dns_subdomain, METADATA)
    if _PRESERVE_ZERO in (metadata.get("annotations") or {}):
        errors.append(
            field.forbidden(METADATA / "annotations", f"annotation '{_PRESERVE_ZERO}' is forbidden")
        )
    name = metadata.get("name", "")
    errors += _level_spec(name, spec)
    mandatory = _MANDATORY_LEVELS.get(name)
    compared: Any = (
        {key: value for key, value in spec.items() if key != "exempt"} if name == "exempt" else spec
    )
    if mandatory is not None and compared != mandatory:
        value = internal("flowcontrol.PriorityLevelConfigurationSpec", spec)
        but = " except the 'spec.exempt' field" if name == "exempt" else ""
        errors.append(field.invalid(_SPEC, value, f"spec of '{name}'{but} must equal the fixed value"))
    return errors + _conditions(obj.get("status") or {})


def validate_priority_level_configuration_update(new: Json, _old: Json) -> ErrorList:
    """Check a changed PriorityLevelConfiguration: as a new one."""
    return validate_priority_level_configuration(new)


def _level_spec(name: str, spec: Json) -> ErrorList:
    errors: ErrorList = []
    kind, limited, exempt = spec.get("type", ""), spec.get("limited"), spec.get("exempt")
    if (name == "exempt") != (kind == "Exempt"):
        text = "must be 'Exempt' if and only if `name` is 'exempt'"
        errors.append(field.invalid(_SPEC / "type", typed(kind), text))
    if kind == "Exempt":
        if limited is not None:
            errors.append(field.forbidden(_SPEC / "limited", "must be nil if the type is not Limited"))
        return errors + _shares(exempt or {}, _SPEC / "exempt") + _lendable(exempt or {}, _SPEC / "exempt")
    if kind != "Limited":
        return errors + one_of(_SPEC / "type", kind, ("Exempt", "Limited"))
    if exempt is not None:
        errors.append(field.forbidden(_SPEC / "exempt", "must be nil if the type is Limited"))
    if limited is None:
        return [*errors, field.required(_SPEC / "limited", "must not be empty when type is Limited")]
    return errors + _limited(limited, _SPEC / "limited")


def _shares(level: Json, path: FieldPath) -> ErrorList:
    shares = level.get("nominalConcurrencyShares", 0)
    if shares >= 0:
        return []
    return [field.invalid(path / "nominalConcurrencyShares", shares, "must be a non-negative integer")]


def _lendable(level: Json, path: FieldPath) -> ErrorList:
    percent = level.get("lendablePercent", 0)
    if 0 <= percent <= 100:
        return []
    return [field.invalid(path / "lendablePercent", percent, "must be between 0 and 100, inclusive")]


def _limited(limited: Json, path: FieldPath) -> ErrorList:
    errors = _shares(limited, path)
    errors += _limit_response(limited.get("limitResponse") or {}, path / "limitResponse")
    errors += _lendable(limited, path)
    borrowing = limited.get("borrowingLimitPercent", 0)
    if borrowing < 0:
        text = "if specified, must be a non-negative integer"
        errors.append(field.invalid(path / "borrowingLimitPercent", borrowing, text))
    return errors


def _limit_response(response: Json, path: FieldPath) -> ErrorList:
    queuing = response.get("queuing")
    match response.get("type", ""):
        case "Reject":
            text = "must be nil if limited.limitResponse.type is not Limited"
            return [] if queuing is None else [field.forbidden(path / "queuing", text)]
        case "Queue":
            if queuing is None:
                text = "must not be empty if limited.limitResponse.type is Limited"
                return [field.required(path / "queuing", text)]
            return _queuing(queuing, path / "queuing")
        case other:
            return one_of(path / "type", other, ("Queue", "Reject"))


def _queuing(queuing: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    queues, hand, limit = (queuing.get(name, 0) for name in ("queues", "handSize", "queueLengthLimit"))
    if limit <= 0:
        errors.append(field.invalid(path / "queueLengthLimit", limit, "must be positive"))
    if queues <= 0:
        errors.append(field.invalid(path / "queues", queues, "must be positive"))
    elif queues > _MAX_QUEUES:
        errors.append(field.invalid(path / "queues", queues, f"must not be greater than {_MAX_QUEUES}"))
    if hand <= 0:
        errors.append(field.invalid(path / "handSize", hand, "must be positive"))
    elif hand > queues:
        errors.append(field.invalid(path / "handSize", hand, f"should not be greater than queues ({queues})"))
    elif math.ceil(math.log2(queues) * hand) > _MAX_HASH_BITS:
        text = (
            f"required entropy bits of deckSize {queues} and handSize {hand} "
            f"should not be greater than {_MAX_HASH_BITS}"
        )
        errors.append(field.invalid(path / "handSize", hand, text))
    return errors
