"""What the API server checks of an Ingress: hosts, paths, backends, TLS.

Upstream: pkg/apis/networking/validation/validation.go
"""

from typing import Final

from kplan.apiserver import field
from kplan.apiserver.dns import (
    is_dns1123_subdomain,
    is_path_segment_name,
    is_valid_port_name,
    is_valid_port_num,
    is_wildcard_dns1123_subdomain,
    name_is_dns_label,
    name_is_dns_subdomain,
)
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList
from kplan.apiserver.meta import METADATA, Json, validate_object_meta, validate_object_meta_update
from kplan.apiserver.validation.ip import is_valid_ip_for_legacy_field, parse_ip
from kplan.apiserver.validation.values import each, one_of
from kplan.fieldpath import ROOT, FieldPath

_SPEC: Final = FieldPath("spec")
_CLASS_ANNOTATION: Final = "kubernetes.io/ingress.class"
_BAD_SEQUENCES: Final = ("//", "/./", "/../", "%2f", "%2F")
_BAD_SUFFIXES: Final = ("/..", "/.")


def validate_ingress(obj: Json) -> ErrorList:
    """Check a new Ingress."""
    errors = _ingress(obj)
    annotations = obj["metadata"].get("annotations") or {}
    name, annotated = (obj.get("spec") or {}).get("ingressClassName"), annotations.get(_CLASS_ANNOTATION)
    if annotated is not None and name is not None and annotated != name:
        path = FieldPath("annotations") / _CLASS_ANNOTATION
        text = "must match `ingressClassName` when both are specified"
        errors.append(field.invalid(path, annotated, text))
    return errors


def validate_ingress_update(new: Json, old: Json) -> ErrorList:
    """Check a changed Ingress; secret names and wildcard rules that were bad before may stay so."""
    errors = validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    spec = old.get("spec") or {}
    bad_secrets = any(_secret_name(tls.get("secretName", "")) for tls in spec.get("tls") or ())
    bad_wildcards = any(
        "*" in rule.get("host", "") and _rule_value(rule, ROOT) for rule in spec.get("rules") or ()
    )
    return errors + _ingress(new, bad_secrets, bad_wildcards)


def validate_ingress_status_update(new: Json, old: Json) -> ErrorList:
    """The addresses of an Ingress: what was there before may stay as it is."""
    errors = validate_object_meta_update(new.get("metadata"), old.get("metadata"))
    path, known = (
        FieldPath.of("status", "loadBalancer", "ingress"),
        [entry["ip"] for entry in _addresses(old) if entry.get("ip")],
    )
    for index, entry in enumerate(_addresses(new)):
        address, host, at = entry.get("ip") or "", entry.get("hostname") or "", path / index
        if address:
            errors += is_valid_ip_for_legacy_field(at / "ip", address, valid_old=known)
        errors += [field.invalid(at / "hostname", host, text) for text in is_dns1123_subdomain(host) if host]
        if host and parse_ip(host) is not None:
            errors.append(field.invalid(at / "hostname", host, "must be a DNS name, not an IP address"))
    return errors


def _addresses(ingress: Json) -> list[Json]:
    found: list[Json] = ((ingress.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
    return found


def _ingress(obj: Json, bad_secrets: bool = False, bad_wildcards: bool = False) -> ErrorList:
    errors = validate_object_meta(obj["metadata"], True, name_is_dns_subdomain, METADATA)
    spec = obj.get("spec") or {}
    rules, backend = spec.get("rules"), spec.get("defaultBackend")
    if not rules and backend is None:
        errors.append(
            field.invalid(_SPEC, sent(spec, "rules"), "either `defaultBackend` or `rules` must be specified")
        )
    if backend is not None:
        errors += _backend(backend, _SPEC / "defaultBackend")
    for index, rule in enumerate(rules or ()):
        errors += _rule(rule, _SPEC / "rules" / index, bad_wildcards)
    for index, tls in enumerate(spec.get("tls") or ()):
        errors += _tls(tls, _SPEC / "tls" / index, bad_secrets)
    if (name := spec.get("ingressClassName")) is not None:
        errors += each(_SPEC / "ingressClassName", name, name_is_dns_subdomain(name))
    return errors


def _tls(tls: Json, path: FieldPath, bad_secrets: bool) -> ErrorList:
    errors: ErrorList = []
    for index, host in enumerate(tls.get("hosts") or ()):
        check = is_wildcard_dns1123_subdomain if "*" in host else is_dns1123_subdomain
        errors += each(path / "hosts" / index, host, check(host))
    name = tls.get("secretName", "")
    return errors if bad_secrets else errors + each(path / "secretName", name, _secret_name(name))


def _secret_name(name: str) -> list[str]:
    return name_is_dns_subdomain(name) if name else []


def _rule(rule: Json, path: FieldPath, bad_wildcards: bool) -> ErrorList:
    errors: ErrorList = []
    host = rule.get("host", "")
    wildcard = "*" in host
    if host:
        if parse_ip(host) is not None:
            errors.append(field.invalid(path / "host", host, "must be a DNS name, not an IP address"))
        check = is_wildcard_dns1123_subdomain if wildcard else is_dns1123_subdomain
        errors += each(path / "host", host, check(host))
    return errors if wildcard and bad_wildcards else errors + _rule_value(rule, path)


def _rule_value(rule: Json, path: FieldPath) -> ErrorList:
    http = rule.get("http")
    if http is None:
        return []
    path = path / "http" / "paths"
    errors: ErrorList = []
    if not http.get("paths"):
        errors.append(field.required(path, ""))
    for index, item in enumerate(http.get("paths") or ()):
        errors += _http_path(item, path / index)
    return errors


def _http_path(item: Json, path: FieldPath) -> ErrorList:
    kind, text, at = item.get("pathType"), item.get("path", ""), path / "path"
    if kind is None:
        return [field.required(path / "pathType", "pathType must be specified")]
    errors: ErrorList = []
    if kind in ("Exact", "Prefix"):
        if not text.startswith("/"):
            errors.append(field.invalid(at, text, "must be an absolute path"))
        errors += each(at, text, (f"must not contain '{bad}'" for bad in _BAD_SEQUENCES if bad in text))
        errors += each(at, text, (f"cannot end with '{bad}'" for bad in _BAD_SUFFIXES if text.endswith(bad)))
    elif kind == "ImplementationSpecific":
        if text and not text.startswith("/"):
            errors.append(field.invalid(at, text, "must be an absolute path"))
    else:
        errors += one_of(path / "pathType", kind, ("Exact", "ImplementationSpecific", "Prefix"))
    return errors + _backend(item.get("backend") or {}, path / "backend")


def _backend(backend: Json, path: FieldPath) -> ErrorList:
    resource, service = backend.get("resource"), backend.get("service")
    if resource is not None and service is not None:
        return [field.invalid(path, "", "cannot set both resource and service backends")]
    if resource is not None:
        return validate_typed_reference(resource, path / "resource")
    if service is None:
        return [field.invalid(path, "", "resource or service backend is required")]
    return _service_backend(service, path)


def validate_typed_reference(reference: Json, path: FieldPath) -> ErrorList:
    """A group, kind and name."""
    errors: ErrorList = []
    group = reference.get("apiGroup")
    if group is not None:
        errors += each(path / "apiGroup", group, is_dns1123_subdomain(group))
    for name in ("kind", "name"):
        value = reference.get(name, "")
        if not value:
            errors.append(field.required(path / name, ""))
        else:
            errors += each(path / name, value, is_path_segment_name(value))
    return errors


def _service_backend(service: Json, path: FieldPath) -> ErrorList:
    name, port = service.get("name", ""), service.get("port") or {}
    errors: ErrorList = []
    if not name:
        errors.append(field.required(path.child("service", "name"), ""))
    else:
        errors += each(path.child("service", "name"), name, name_is_dns_label(name))
    label, number = port.get("name", ""), port.get("number", 0)
    at = path.child("service", "port")
    if label and number:
        errors.append(field.invalid(path, "", "cannot set both port name & port number"))
    elif label:
        errors += each(at / "name", label, is_valid_port_name(label))
    elif number:
        errors += each(at / "number", number, is_valid_port_num(number))
    else:
        errors.append(field.required(path, "port name or number is required"))
    return errors
