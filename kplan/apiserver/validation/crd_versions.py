"""What the API server checks of each version of a definition, its columns and subresources, and of
conversion between them.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver import dns, field
from kplan.apiserver.customresource import structural
from kplan.apiserver.customresource.fieldpaths import FieldPathError, valid_field_path
from kplan.apiserver.field import ErrorList
from kplan.apiserver.validation import crd_schema, webhook
from kplan.apiserver.validation.crd_options import (
    MOST_SELECTABLE,
    REVIEW_VERSIONS,
    SpecOptions,
    shared_schema,
    version_schema,
)
from kplan.fieldpath import FieldPath

_SPEC: Final = FieldPath("spec")
_COLUMN_TYPES: Final = ("boolean", "date", "integer", "number", "string")
_COLUMN_FORMATS: Final = ("byte", "date", "date-time", "double", "float", "int32", "int64", "password")


def one_of(path: FieldPath, value: str, accepted: tuple[str, ...]) -> ErrorList:
    """Check a value that must be there against those there are."""
    if not value:
        return [field.required(path)]
    return [] if value in accepted else [field.not_supported(path, value, accepted)]


def validate_schema_presence(
    spec: Json, versions: list[Json], options: SpecOptions, *, preserve: bool
) -> ErrorList:
    """Check that there is a schema, and that it stands in one place."""
    if shared_schema(spec) is not None:
        return []
    errors: ErrorList = []
    for index, version in enumerate(versions):
        path = _SPEC.child("versions") / index
        if version_schema(version) is None:
            if options.require_schema:
                errors.append(field.required(path.child("schema", "openAPIV3Schema")))
            elif not preserve and version.get("served"):
                errors.append(
                    field.required(
                        path.child("schema", "openAPIV3Schema"), "because otherwise all fields are pruned"
                    )
                )
    return errors


def validate_version(spec: Json, version: Json, path: FieldPath, options: SpecOptions) -> ErrorList:
    """Check one version: its name, schema, subresources and columns."""
    errors: ErrorList = []
    if texts := dns.is_dns1035_label(version.get("name", "")):
        errors.append(field.invalid(path / "name", version.get("name", ""), ",".join(texts)))
    warning = version.get("deprecationWarning")
    errors += [
        field.invalid(path / "deprecationWarning", field.typed(warning), text)
        for text in _warning_problems(warning, deprecated=bool(version.get("deprecated")))
    ]
    own = any(other.get("subresources") is not None for other in spec.get("versions") or ())
    subresources = version.get("subresources") if own else spec.get("subresources")
    errors += validate_validation(
        version.get("schema"),
        path / "schema",
        options,
        status="status" in (subresources or {}),
        version=version.get("name", ""),
    )
    errors += validate_subresources(version.get("subresources"), path / "subresources")
    for index, column in enumerate(version.get("additionalPrinterColumns") or ()):
        errors += validate_column(column, path / "additionalPrinterColumns" / index)
    if version.get("selectableFields"):
        schema = version_schema(version)
        if schema is None:
            detail = "may only be set when `version.schema.openAPIV3Schema` is not included"
            errors.append(field.invalid(path / "selectableFields", "", detail))
        else:
            many = version.get("name", "") in options.many_selectable
            errors += unreadable(schema, path)
            errors += validate_selectable(
                version["selectableFields"], schema, path / "selectableFields", many
            )
    return errors


def unreadable(schema: Json | None, path: FieldPath) -> ErrorList:
    """Report a schema that cannot be read."""
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


def validate_validation(
    validation: Json | None, path: FieldPath, options: SpecOptions, *, status: bool, version: str
) -> ErrorList:
    """Check a schema, and that it is structural."""
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


def _simple_path(path: FieldPath, text: str) -> ErrorList:
    return (
        []
        if text.startswith(".")
        else [field.invalid(path, text, "must be a simple json path starting with .")]
    )


def validate_subresources(subresources: Json | None, path: FieldPath) -> ErrorList:
    """Check the paths of the scale subresource."""
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


def validate_column(column: Json, path: FieldPath) -> ErrorList:
    """Check a printer column."""
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


def validate_selectable(fields: list[Json], schema: Json | None, path: FieldPath, many: bool) -> ErrorList:
    """Check the paths of selectable fields."""
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
    if len(seen) > MOST_SELECTABLE and not many:
        errors.append(field.too_many(path, len(seen), MOST_SELECTABLE))
    return errors


def validate_conversion(conversion: Json | None, path: FieldPath, options: SpecOptions) -> ErrorList:
    """Check how versions are converted."""
    if conversion is None:
        return []
    errors = one_of(path / "strategy", conversion["strategy"], ("None", "Webhook"))
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
    if options.require_review_version and not seen & REVIEW_VERSIONS:
        errors.append(field.invalid(path, versions, "must include at least one of v1, v1beta1"))
    return errors
