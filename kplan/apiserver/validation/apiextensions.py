"""Validation of CustomResourceDefinitions: names, versions, conversion, subresources and columns.

The server validates its internal form, in which what all versions share stands at the top of the spec: the paths of
errors follow that form.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
"""

from contextlib import suppress
from dataclasses import replace
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import dns, field, meta
from kplan.apiserver.customresource import schemas
from kplan.apiserver.field import ErrorList
from kplan.apiserver.gotypes import go_struct
from kplan.apiserver.gourl import URLError, read_url
from kplan.apiserver.validation.crd_options import (
    SpecOptions,
    any_schema,
    has_defaults,
    internal_spec,
    shared_schema,
    update_options,
)
from kplan.apiserver.validation.crd_versions import (
    one_of,
    unreadable,
    validate_column,
    validate_conversion,
    validate_schema_presence,
    validate_selectable,
    validate_subresources,
    validate_validation,
    validate_version,
)
from kplan.fieldpath import FieldPath

_APPROVED: Final = "api-approved.kubernetes.io"
_SPEC: Final = FieldPath("spec")


def validate_custom_resource_definition(obj: Json) -> ErrorList:
    """Validate a new definition."""
    spec = internal_spec(obj.get("spec") or {})

    def name_rule(name: str, prefix: bool) -> list[str]:
        texts = dns.name_is_dns_subdomain(name, prefix)
        names = spec.get("names") or {}
        if name != f"{names.get('plural', '')}.{spec.get('group', '')}":
            texts = [*texts, 'must be spec.names.plural+"."+spec.group']
        return texts

    errors = meta.validate_generic_object_meta(obj.get("metadata"), False, name_rule)
    errors += _validate_spec(spec, SpecOptions())
    errors += _validate_status(obj, spec)
    return errors + _validate_approval(obj, None) + _validate_preserve(spec, None)


def validate_custom_resource_definition_update(new: Json, old: Json) -> ErrorList:
    """Validate an update of a definition."""
    spec, before = internal_spec(new.get("spec") or {}), internal_spec(old.get("spec") or {})
    options = update_options(spec, before, old)
    errors = meta.validate_generic_object_meta_update(new.get("metadata"), old.get("metadata"))
    errors += _validate_spec(spec, options)
    names, old_names = spec.get("names") or {}, before.get("names") or {}
    if options.immutable_names:
        errors += meta.validate_immutable_field(
            spec.get("scope", ""), before.get("scope", ""), _SPEC / "scope"
        )
        errors += meta.validate_immutable_field(
            names.get("kind", ""), old_names.get("kind", ""), _SPEC.child("names", "kind")
        )
    errors += meta.validate_immutable_field(spec.get("group", ""), before.get("group", ""), _SPEC / "group")
    errors += meta.validate_immutable_field(
        names.get("plural", ""), old_names.get("plural", ""), _SPEC.child("names", "plural")
    )
    errors += _validate_status(new, spec)
    return errors + _validate_approval(new, old) + _validate_preserve(spec, before)


def validate_custom_resource_definition_status_update(new: Json, old: Json) -> ErrorList:
    """Validate an update of the status subresource."""
    errors = meta.validate_generic_object_meta_update(new.get("metadata"), old.get("metadata"))
    names = (new.get("status") or {}).get("acceptedNames") or {}
    return errors + _validate_names(names, FieldPath("status") / "acceptedNames")


def _validate_spec(spec: Json, options: SpecOptions) -> ErrorList:
    errors = _validate_group(spec.get("group", ""))
    errors += one_of(_SPEC / "scope", spec.get("scope", ""), ("Cluster", "Namespaced"))
    versions = spec.get("versions") or []
    preserve = spec.get("preserveUnknownFields") is True
    errors += validate_schema_presence(spec, versions, options, preserve=preserve)
    structural = options.require_structural or not preserve or any_schema(spec, schemas.has_extensions)
    if has_defaults(spec):
        structural = True
        if preserve:
            detail = "must be false in order to use defaults in the schema"
            errors.append(field.invalid(_SPEC / "preserveUnknownFields", True, detail))
    options = replace(options, require_structural=structural)
    for index, version in enumerate(versions):
        errors += validate_version(spec, version, _SPEC / "versions" / index, options)
    errors += _validate_versions_together(spec, versions)
    errors += _validate_spec_names(spec)
    status = any("status" in (part.get("subresources") or {}) for part in (spec, *versions))
    errors += validate_validation(
        spec.get("validation"), _SPEC / "validation", options, status=status, version=spec.get("version", "")
    )
    errors += validate_subresources(spec.get("subresources"), _SPEC / "subresources")
    for index, column in enumerate(spec.get("additionalPrinterColumns") or ()):
        errors += validate_column(column, _SPEC / "additionalPrinterColumns" / index)
    if spec.get("selectableFields"):
        path = _SPEC / "selectableFields"
        if spec.get("validation") is None:
            errors.append(field.invalid(path, "", "may only be set when validations.schema is included"))
        else:
            errors += unreadable(shared_schema(spec), _SPEC)
            errors += validate_selectable(
                spec["selectableFields"], shared_schema(spec), path, "" in options.many_selectable
            )
    conversion = spec.get("conversion")
    if conversion is not None and conversion["strategy"] != "None" and preserve:
        detail = "must be None if spec.preserveUnknownFields is true"
        errors.append(field.invalid(_SPEC.child("conversion", "strategy"), conversion["strategy"], detail))
    return errors + validate_conversion(conversion, _SPEC / "conversion", options)


def _validate_group(group: str) -> ErrorList:
    path = _SPEC / "group"
    if not group:
        return [field.required(path)]
    if texts := dns.is_dns1123_subdomain(group):
        return [field.invalid(path, group, ",".join(texts))]
    return [] if "." in group else [field.invalid(path, group, "should be a domain with at least one dot")]


def _validate_versions_together(spec: Json, versions: list[Json]) -> ErrorList:
    errors: ErrorList = []
    path = _SPEC / "versions"
    names = [version.get("name", "") for version in versions]
    details = []
    if len(set(names)) != len(names):
        details.append("must contain unique version names")
    if sum(bool(version.get("storage")) for version in versions) != 1:
        details.append("must have exactly one version marked as storage version")
    if details:
        given = versions if "versions" in spec else None
        shown = go_struct("[]apiextensions.CustomResourceDefinitionVersion", given)
        errors += [field.invalid(path, shown, detail) for detail in details]
    first = spec.get("version", "")
    if first and (texts := dns.is_dns1035_label(first)):
        errors.append(field.invalid(_SPEC / "version", first, ",".join(texts)))
    return errors


def _validate_spec_names(spec: Json) -> ErrorList:
    names = spec.get("names") or {}
    path = _SPEC / "names"
    errors = [
        field.required(path / name)
        for name in ("plural", "singular", "kind", "listKind")
        if not names.get(name)
    ]
    return errors + _validate_names(names, path)


def _validate_names(names: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    for name in ("plural", "singular", "kind", "listKind"):
        value = names.get(name) or ""
        mixed = name in {"kind", "listKind"}
        texts = dns.is_dns1035_label(value.lower() if mixed else value) if value else []
        if texts:
            prefix = "may have mixed case, but should otherwise match: " if mixed else ""
            errors.append(field.invalid(path / name, value, prefix + ",".join(texts)))
    for index, value in enumerate(names.get("shortNames") or ()):
        if texts := dns.is_dns1035_label(value):
            errors.append(field.invalid(path / "shortNames" / index, value, ",".join(texts)))
    if names.get("kind") and names["kind"] == names.get("listKind"):
        errors.append(
            field.invalid(path / "listKind", names["listKind"], "kind and listKind may not be the same")
        )
    for index, value in enumerate(names.get("categories") or ()):
        if texts := dns.is_dns1035_label(value):
            errors.append(field.invalid(path / "categories" / index, value, ",".join(texts)))
    return errors


def _validate_status(obj: Json, spec: Json) -> ErrorList:
    status = obj.get("status") or {}
    path = FieldPath("status")
    errors = _validate_names(status.get("acceptedNames") or {}, path / "acceptedNames")
    stored = status.get("storedVersions") or []
    place = path / "storedVersions"
    if not stored:
        return [*errors, field.invalid(place, None, "must have at least one stored version")]
    left = {version: index for index, version in enumerate(stored)}
    for version in spec.get("versions") or ():
        name = version.get("name", "")
        if version.get("storage") and name not in left:
            errors.append(field.invalid(place, stored, f"must have the storage version {name}"))
        left.pop(name, None)
    for name, index in left.items():
        detail = (
            f"missing from spec.versions; {name} was previously a storage version, and must remain in spec.versions until a "
            f"storage migration ensures no data remains persisted in {name} and removes {name} from status.storedVersions"
        )
        errors.append(field.invalid(place / index, name, detail))
    return errors


def approval_of(obj: Json) -> tuple[str, str]:
    """Whether a kind of a protected group is approved (``missing``, ``bypassed``, ``approved``, ``invalid``),
    and the server's words.
    """
    note = (obj["metadata"].get("annotations") or {}).get(_APPROVED, "")
    see = "see https://github.com/kubernetes/enhancements/pull/1111"
    if not note:
        return "missing", f'protected groups must have approval annotation "{_APPROVED}", {see}'
    if note.startswith("unapproved"):
        return "bypassed", f"not approved: {field.go_quote(note)}"
    with suppress(URLError):
        url = read_url(note)
        if url.host and url.scheme:
            return "approved", f"approved in {note}"
    return (
        "invalid",
        f'protected groups must have approval annotation "{_APPROVED}" with either a URL or a reason starting with "unapproved", {see}',
    )


def is_protected(group: str) -> bool:
    """Whether a group belongs to the Kubernetes project, so that its kinds have to be approved."""
    return any(group == domain or group.endswith("." + domain) for domain in ("k8s.io", "kubernetes.io"))


def _validate_approval(new: Json, old: Json | None) -> ErrorList:
    if not is_protected((new.get("spec") or {}).get("group", "")):
        return []
    state, reason = approval_of(new)
    if old is not None and approval_of(old)[0] == state:
        return []
    path = FieldPath("metadata").child("annotations").key(_APPROVED)
    if state == "invalid":
        return [field.invalid(path, new["metadata"]["annotations"][_APPROVED], reason)]
    return [field.required(path, reason)] if state == "missing" else []


def _validate_preserve(spec: Json, before: Json | None) -> ErrorList:
    if spec.get("preserveUnknownFields") is not True or (before or {}).get("preserveUnknownFields") is True:
        return []
    detail = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"
    return [field.invalid(_SPEC / "preserveUnknownFields", True, detail)]
