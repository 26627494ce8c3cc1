"""Validation of CustomResourceDefinitions: names, versions, conversion, subresources and columns.

The server validates its internal form, in which what all versions share stands at the top of the spec: the paths of
errors follow that form.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver import dns, field, meta
from kplan.apiserver.customresource import schemas, structural
from kplan.apiserver.customresource.fieldpaths import FieldPathError, valid_field_path
from kplan.apiserver.field import ErrorList
from kplan.apiserver.gotypes import go_struct
from kplan.apiserver.validation import crd_schema, webhook
from kplan.apiserver.validation.crd_schema import Options
from kplan.fieldpath import FieldPath

_COLUMN_TYPES: Final = ("boolean", "date", "integer", "number", "string")
_COLUMN_FORMATS: Final = ("byte", "date", "date-time", "double", "float", "int32", "int64", "password")
_APPROVED: Final = "api-approved.kubernetes.io"
_SHARED: Final = {
    "schema": "validation", "subresources": "subresources",
    "additionalPrinterColumns": "additionalPrinterColumns", "selectableFields": "selectableFields",
}  # fmt: skip
_SPEC: Final = FieldPath("spec")
_MOST_SELECTABLE: Final = 8
_REVIEW_VERSIONS: Final = frozenset({"v1", "v1beta1"})


@dataclass(frozen=True, slots=True)
class SpecOptions:
    """How strictly an update is read: what the stored definition got wrong stays allowed."""

    schema: Options = dataclass_field(default_factory=Options)
    require_review_version: bool = True
    require_schema: bool = True
    require_structural: bool = True
    allow_bad_bundle: bool = True
    immutable_names: bool = False
    many_selectable: frozenset[str] = frozenset()


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
    options = _update_options(spec, before, old)
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


def internal_spec(spec: Json) -> Json:
    """The spec in its internal form: what is the same in every version moves to the top."""
    inner = dict(spec)
    versions = [dict(version) for version in spec.get("versions") or ()]
    if "versions" in spec:
        inner["versions"] = versions
    if versions:
        inner["version"] = versions[0].get("name", "")
        for name, shared in _SHARED.items():
            first = versions[0].get(name)
            if all(version.get(name) == first for version in versions):
                if first is not None:
                    inner[shared] = first
                for version in versions:
                    version.pop(name, None)
    conversion = spec.get("conversion")
    if conversion is not None:
        hook = conversion.get("webhook") or {}
        inner["conversion"] = {
            "strategy": conversion.get("strategy", ""),
            "webhookClientConfig": hook.get("clientConfig"),
            "conversionReviewVersions": hook.get("conversionReviewVersions"),
        }
    return inner


def _all_schemas(spec: Json) -> Iterator[Json]:
    tops = [spec.get("validation"), *(version.get("schema") for version in spec.get("versions") or ())]
    for top in tops:
        if top and top.get("openAPIV3Schema") is not None:
            yield top["openAPIV3Schema"]


def _any_schema(spec: Json, test: Callable[[Mapping[str, Any]], bool]) -> bool:
    return any(test(node) for schema in _all_schemas(spec) for node in schemas.walk(schema))


def _update_options(spec: Json, before: Json, old: Json) -> SpecOptions:
    established = any(
        condition.get("type") == "Established" and condition.get("status") == "True"
        for condition in (old.get("status") or {}).get("conditions") or ()
    )
    conversion = before.get("conversion")
    reviewed = (conversion or {}).get("conversionReviewVersions") or ()
    bundle = ((conversion or {}).get("webhookClientConfig") or {}).get("caBundle")
    whole = _schema(before) is not None or all(
        _version_schema(version) is not None for version in before.get("versions") or ()
    )
    return SpecOptions(
        schema=crd_schema.options_for_update(list(_all_schemas(before)), _unchanged_versions(spec, before)),
        require_review_version=not reviewed or bool(_REVIEW_VERSIONS & set(reviewed)),
        require_schema=whole,
        require_structural=not any(crd_schema.is_not_structural(schema) for schema in _all_schemas(before)),
        allow_bad_bundle=not established
        or bool(bundle and webhook.validate_ca_bundle(FieldPath("caBundle"), bundle)),
        immutable_names=established,
        many_selectable=_many_selectable(spec, before),
    )


def _many_selectable(spec: Json, before: Json) -> frozenset[str]:
    allowed = set()
    if (
        len(before.get("selectableFields") or ()) > _MOST_SELECTABLE
        and spec.get("selectableFields") == before["selectableFields"]
    ):
        allowed.add("")
    known = {version.get("name"): version for version in before.get("versions") or ()}
    for version in spec.get("versions") or ():
        fields = (known.get(version.get("name")) or {}).get("selectableFields") or ()
        if len(fields) > _MOST_SELECTABLE and version.get("selectableFields") == fields:
            allowed.add(version.get("name", ""))
    return frozenset(allowed)


def _unchanged_versions(spec: Json, before: Json) -> frozenset[str]:
    known = {
        version.get("name"): _schema(before) or _version_schema(version)
        for version in before.get("versions") or ()
    }
    return frozenset(
        version.get("name", "")
        for version in spec.get("versions") or ()
        if version.get("name") in known
        and known[version.get("name")] == (_schema(spec) or _version_schema(version))
    )


def _schema(spec: Json) -> Json | None:
    return (spec.get("validation") or {}).get("openAPIV3Schema")


def _version_schema(version: Json) -> Json | None:
    return (version.get("schema") or {}).get("openAPIV3Schema")


def _validate_spec(spec: Json, options: SpecOptions) -> ErrorList:
    errors = _validate_group(spec.get("group", ""))
    errors += _enum(_SPEC / "scope", spec.get("scope", ""), ("Cluster", "Namespaced"))
    versions = spec.get("versions") or []
    preserve = spec.get("preserveUnknownFields") is True
    errors += _validate_schema_presence(spec, versions, options, preserve=preserve)
    structural = options.require_structural or not preserve or _any_schema(spec, schemas.has_extensions)
    if _any_schema(spec, lambda node: node.get("default") is not None):
        structural = True
        if preserve:
            detail = "must be false in order to use defaults in the schema"
            errors.append(field.invalid(_SPEC / "preserveUnknownFields", True, detail))
    options = replace(options, require_structural=structural)
    for index, version in enumerate(versions):
        errors += _validate_version(spec, version, _SPEC / "versions" / index, options)
    errors += _validate_versions_together(spec, versions)
    errors += _validate_spec_names(spec)
    status = any("status" in (part.get("subresources") or {}) for part in (spec, *versions))
    errors += _validate_validation(
        spec.get("validation"), _SPEC / "validation", options, status=status, version=spec.get("version", "")
    )
    errors += _validate_subresources(spec.get("subresources"), _SPEC / "subresources")
    for index, column in enumerate(spec.get("additionalPrinterColumns") or ()):
        errors += _validate_column(column, _SPEC / "additionalPrinterColumns" / index)
    if spec.get("selectableFields"):
        path = _SPEC / "selectableFields"
        if spec.get("validation") is None:
            errors.append(field.invalid(path, "", "may only be set when validations.schema is included"))
        else:
            errors += _unreadable(_schema(spec), _SPEC)
            errors += _validate_selectable(
                spec["selectableFields"], _schema(spec), path, "" in options.many_selectable
            )
    conversion = spec.get("conversion")
    if conversion is not None and conversion["strategy"] != "None" and preserve:
        detail = "must be None if spec.preserveUnknownFields is true"
        errors.append(field.invalid(_SPEC.child("conversion", "strategy"), conversion["strategy"], detail))
    return errors + _validate_conversion(conversion, _SPEC / "conversion", options)


def _validate_group(group: str) -> ErrorList:
    path = _SPEC / "group"
    if not group:
        return [field.required(path)]
    if texts := dns.is_dns1123_subdomain(group):
        return [field.invalid(path, group, ",".join(texts))]
    return [] if "." in group else [field.invalid(path, group, "should be a domain with at least one dot")]


def _enum(path: FieldPath, value: str, accepted: tuple[str, ...]) -> ErrorList:
    if not value:
        return [field.required(path)]
    return [] if value in accepted else [field.not_supported(path, value, accepted)]


def _validate_schema_presence(
    spec: Json, versions: list[Json], options: SpecOptions, *, preserve: bool
) -> ErrorList:
    if _schema(spec) is not None:
        return []
    errors: ErrorList = []
    for index, version in enumerate(versions):
        path = _SPEC.child("versions") / index
        if _version_schema(version) is None:
            if options.require_schema:
                errors.append(field.required(path.child("schema", "openAPIV3Schema")))
            elif not preserve and version.get("served"):
                errors.append(
                    field.required(
                        path.child("schema", "openAPIV3Schema"), "because otherwise all fields are pruned"
                    )
                )
    return errors


def _validate_version(spec: Json, version: Json, path: FieldPath, options: SpecOptions) -> ErrorList:
    errors: ErrorList = []
    if texts := dns.is_dns1035_label(version.get("name", "")):
        errors.append(field.invalid(path / "name", version.get("name", ""), ",".join(texts)))
    warning = version.get("deprecationWarning")
    errors += [
        field.invalid(path / "deprecationWarning", warning, text)
        for text in _warning_problems(warning, deprecated=bool(version.get("deprecated")))
    ]
    own = any(other.get("subresources") is not None for other in spec.get("versions") or ())
    subresources = version.get("subresources") if own else spec.get("subresources")
    errors += _validate_validation(
        version.get("schema"),
        path / "schema",
        options,
        status="status" in (subresources or {}),
        version=version.get("name", ""),
    )
    errors += _validate_subresources(version.get("subresources"), path / "subresources")
    for index, column in enumerate(version.get("additionalPrinterColumns") or ()):
        errors += _validate_column(column, path / "additionalPrinterColumns" / index)
    if version.get("selectableFields"):
        schema = _version_schema(version)
        if schema is None:
            detail = "may only be set when `version.schema.openAPIV3Schema` is not included"
            errors.append(field.invalid(path / "selectableFields", "", detail))
        else:
            many = version.get("name", "") in options.many_selectable
            errors += _unreadable(schema, path)
            errors += _validate_selectable(
                version["selectableFields"], schema, path / "selectableFields", many
            )
    return errors


def _unreadable(schema: Json | None, path: FieldPath) -> ErrorList:
    problem = structural.unreadable(schema)
    return [field.invalid(path.child("schema", "openAPIV3Schema"), "", problem)] if problem else []


def _warning_problems(warning: str | None, *, deprecated: bool) -> list[str]:
    if warning is None:
        return []
    if not deprecated:
        return ["can only be set for deprecated versions"]
    problems = []
    if dns.size(warning) > 256:
        problems.append("must be <= 256 characters long")
    if not warning:
        problems.append("must not be an empty string")
    bad = next((place for place, char in enumerate(warning) if not char.isprintable()), None)
    if bad is not None:
        place = dns.size(warning[:bad])
        problems.append(
            f"must only contain printable UTF-8 characters; non-printable character found at index {place}"
        )
    return problems


def _validate_validation(
    validation: Json | None, path: FieldPath, options: SpecOptions, *, status: bool, version: str
) -> ErrorList:
    schema = (validation or {}).get("openAPIV3Schema")
    if schema is None:
        return []
    return crd_schema.validate(
        schema,
        path / "openAPIV3Schema",
        options.schema.of_version(version),
        structural=options.require_structural,
        status=status,
    )


def _validate_versions_together(spec: Json, versions: list[Json]) -> ErrorList:
    errors: ErrorList = []
    path = _SPEC / "versions"
    shown = go_struct(
        "[]apiextensions.CustomResourceDefinitionVersion", versions if "versions" in spec else None
    )
    names = [version.get("name", "") for version in versions]
    if len(set(names)) != len(names):
        errors.append(field.invalid(path, shown, "must contain unique version names"))
    if sum(bool(version.get("storage")) for version in versions) != 1:
        errors.append(field.invalid(path, shown, "must have exactly one version marked as storage version"))
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


def _simple_path(path: FieldPath, text: str) -> ErrorList:
    return (
        []
        if text.startswith(".")
        else [field.invalid(path, text, "must be a simple json path starting with .")]
    )


def _validate_subresources(subresources: Json | None, path: FieldPath) -> ErrorList:
    scale = (subresources or {}).get("scale")
    if scale is None:
        return []
    errors: ErrorList = []
    for name, root in (("specReplicasPath", ".spec"), ("statusReplicasPath", ".status")):
        place, text = path / f"scale.{name}", scale.get(name) or ""
        if not text:
            errors.append(field.required(place))
        elif problems := _simple_path(place, text):
            errors += problems
        elif not text.startswith(root + "."):
            errors.append(field.invalid(place, text, f"should be a json path under {root}"))
    if text := scale.get("labelSelectorPath"):
        place = path / "scale.labelSelectorPath"
        if problems := _simple_path(place, text):
            errors += problems
        elif not text.startswith((".spec.", ".status.")):
            errors.append(field.invalid(place, text, "should be a json path under either .spec or .status"))
    return errors


def _validate_column(column: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    if not column.get("name"):
        errors.append(field.required(path / "name"))
    kind, form, where = column.get("type", ""), column.get("format", ""), column.get("jsonPath", "")
    detail = "must be one of " + ",".join(_COLUMN_TYPES)
    if not kind:
        errors.append(field.required(path / "type", detail))
    elif kind not in _COLUMN_TYPES:
        errors.append(field.invalid(path / "type", kind, detail))
    if form and form not in _COLUMN_FORMATS:
        errors.append(field.invalid(path / "format", form, "must be one of " + ",".join(_COLUMN_FORMATS)))
    return errors + (_simple_path(path / "JSONPath", where) if where else [field.required(path / "JSONPath")])


def _validate_selectable(fields: list[Json], schema: Json | None, path: FieldPath, many: bool) -> ErrorList:
    errors: ErrorList = []
    seen: set[str] = set()
    for index, entry in enumerate(fields):
        place, text = path / index / "jsonPath", entry.get("jsonPath", "")
        if not text:
            errors.append(field.required(place))
            continue
        try:
            found, below = valid_field_path(text, schema or {}, arrays=False)
        except FieldPathError as error:
            errors.append(field.invalid(place, text, f"is an invalid path: {error}"))
            continue
        if found.steps[:1] == ("metadata",):
            errors.append(field.invalid(place, text, "must not point to fields in metadata"))
        if below.get("type") not in {"string", "boolean", "integer"}:
            detail = "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed."
            errors.append(field.invalid(place, text, detail))
        if str(found) in seen:
            errors.append(field.duplicate(place, text))
        seen.add(str(found))
    if len(seen) > _MOST_SELECTABLE and not many:
        errors.append(field.too_many(path, len(seen), _MOST_SELECTABLE))
    return errors


def _validate_conversion(conversion: Json | None, path: FieldPath, options: SpecOptions) -> ErrorList:
    if conversion is None:
        return []
    errors = _enum(path / "strategy", conversion["strategy"], ("None", "Webhook"))
    config, reviewed = conversion["webhookClientConfig"], conversion["conversionReviewVersions"]
    place, versions_path = path / "webhookClientConfig", path / "conversionReviewVersions"
    if conversion["strategy"] != "Webhook":
        if config is not None:
            errors.append(field.forbidden(place, "should not be set when strategy is not set to Webhook"))
        if reviewed:
            errors.append(
                field.forbidden(versions_path, "should not be set when strategy is not set to Webhook")
            )
        return errors
    if config is None:
        errors.append(field.required(place, "required when strategy is set to Webhook"))
    else:
        errors += _validate_client(config, place, options)
    return errors + _validate_reviewed(reviewed or [], versions_path, options)


def _validate_client(config: Json, path: FieldPath, options: SpecOptions) -> ErrorList:
    errors: ErrorList = []
    url, service = config.get("url"), config.get("service")
    if (url is None) == (service is None):
        errors.append(field.required(path, "exactly one of url or service is required"))
    elif url is not None:
        errors += webhook.validate_webhook_url(path / "url", url)
    elif service is not None:
        errors += webhook.validate_webhook_service(
            path / "service",
            service.get("name", ""),
            service.get("namespace", ""),
            service.get("path"),
            service.get("port", 0),
        )
    if config.get("caBundle") and not options.allow_bad_bundle:
        errors += webhook.validate_ca_bundle(path / "caBundle", config["caBundle"])
    return errors


def _validate_reviewed(versions: list[str], path: FieldPath, options: SpecOptions) -> ErrorList:
    if not versions:
        return [field.required(path)]
    errors: ErrorList = []
    seen: set[str] = set()
    for index, version in enumerate(versions):
        if version in seen:
            errors.append(field.invalid(path / index, version, "duplicate version"))
            continue
        seen.add(version)
        errors += [field.invalid(path / index, version, text) for text in dns.is_dns1035_label(version)]
    if options.require_review_version and not seen & _REVIEW_VERSIONS:
        errors.append(field.invalid(path, versions, "must include at least one of v1, v1beta1"))
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


def _approval(obj: Json) -> tuple[str, str]:
    note = (obj["metadata"].get("annotations") or {}).get(_APPROVED, "")
    see = "see https://github.com/kubernetes/enhancements/pull/1111"
    if not note:
        return "missing", f'protected groups must have approval annotation "{_APPROVED}", {see}'
    if note.startswith("unapproved"):
        return "bypassed", ""
    parts, _ = webhook.parse_url(note)
    if parts is not None and parts.netloc and parts.scheme:
        return "approved", ""
    return (
        "invalid",
        f'protected groups must have approval annotation "{_APPROVED}" with either a URL or a reason starting with "unapproved", {see}',
    )


def _validate_approval(new: Json, old: Json | None) -> ErrorList:
    group = (new.get("spec") or {}).get("group", "")
    if not any(group == domain or group.endswith("." + domain) for domain in ("k8s.io", "kubernetes.io")):
        return []
    state, reason = _approval(new)
    if old is not None and _approval(old)[0] == state:
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
