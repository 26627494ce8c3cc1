"""How strictly a definition is read: as a new one, or with what its stored version got wrong still allowed.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
    (ValidateCustomResourceDefinitionUpdate)
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.customresource import schemas
from kplan.apiserver.customresource.contents import whole
from kplan.apiserver.validation import crd_schema, webhook
from kplan.apiserver.validation.crd_schema import Options
from kplan.fieldpath import FieldPath

_SHARED: Final = {
    "schema": "validation", "subresources": "subresources",
    "additionalPrinterColumns": "additionalPrinterColumns", "selectableFields": "selectableFields",
}  # fmt: skip

MOST_SELECTABLE: Final = 8
REVIEW_VERSIONS: Final = frozenset({"v1", "v1beta1"})


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


def _taken_out(versions: list[Json]) -> Json:
    """What is the same in every version, which no longer say it."""
    shared: Json = {}
    for name, at_the_top in _SHARED.items():
        first = versions[0].get(name)
        if any(version.get(name) != first for version in versions):
            continue
        if first is not None:
            shared[at_the_top] = first
        for version in versions:
            version.pop(name, None)
    return shared


def internal_spec(spec: Json) -> Json:
    """The spec in its internal form: what is the same in every version moves to the top."""
    inner = dict(spec)
    versions = [dict(version) for version in spec.get("versions") or ()]
    if "versions" in spec:
        inner["versions"] = versions
    if versions:
        inner |= {"version": versions[0].get("name", ""), **_taken_out(versions)}
    conversion = spec.get("conversion")
    if conversion is not None:
        hook = conversion.get("webhook") or {}
        inner["conversion"] = {
            "strategy": conversion.get("strategy", ""),
            "webhookClientConfig": hook.get("clientConfig"),
            "conversionReviewVersions": hook.get("conversionReviewVersions"),
        }
    return inner


def _all_schemas(spec: Json) -> Iterator[Mapping[str, Any]]:
    tops = [spec.get("validation"), *(version.get("schema") for version in spec.get("versions") or ())]
    for top in tops:
        if top and top.get("openAPIV3Schema") is not None:
            yield whole(top["openAPIV3Schema"])


def has_defaults(spec: Json) -> bool:
    """Whether any part of any schema of the definition has a default."""
    return any(schemas.uses(schema) & schemas.DEFAULTS for schema in _all_schemas(spec))


def any_schema(spec: Json, test: Callable[[Mapping[str, Any]], bool]) -> bool:
    """Whether any part of any schema of the definition passes a test."""
    return any(test(node) for schema in _all_schemas(spec) for node in schemas.walk(schema))


def update_options(spec: Json, before: Json, old: Json) -> SpecOptions:
    """The faults that an update of a stored definition may keep."""
    # Names are accepted in an instant; a definition without any condition comes from manifests, or
    # a state kept no status.
    conditions = (old.get("status") or {}).get("conditions") or ()
    established = not conditions or any(
        condition.get("type") == "Established" and condition.get("status") == "True"
        for condition in conditions
    )
    conversion = before.get("conversion")
    reviewed = (conversion or {}).get("conversionReviewVersions") or ()
    bundle = ((conversion or {}).get("webhookClientConfig") or {}).get("caBundle")
    whole = shared_schema(before) is not None or all(
        version_schema(version) is not None for version in before.get("versions") or ()
    )
    return SpecOptions(
        schema=crd_schema.options_for_update(list(_all_schemas(before)), _unchanged_versions(spec, before)),
        require_review_version=not reviewed or bool(REVIEW_VERSIONS & set(reviewed)),
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
        len(before.get("selectableFields") or ()) > MOST_SELECTABLE
        and spec.get("selectableFields") == before["selectableFields"]
    ):
        allowed.add("")
    known = {version.get("name"): version for version in before.get("versions") or ()}
    for version in spec.get("versions") or ():
        fields = (known.get(version.get("name")) or {}).get("selectableFields") or ()
        if len(fields) > MOST_SELECTABLE and version.get("selectableFields") == fields:
            allowed.add(version.get("name", ""))
    return frozenset(allowed)


def _unchanged_versions(spec: Json, before: Json) -> frozenset[str]:
    known = {
        version.get("name"): shared_schema(before) or version_schema(version)
        for version in before.get("versions") or ()
    }
    return frozenset(
        version.get("name", "")
        for version in spec.get("versions") or ()
        if version.get("name") in known
        and known[version.get("name")] == (shared_schema(spec) or version_schema(version))
    )


def shared_schema(spec: Json) -> Json | None:
    """The schema that is the same in every version."""
    return (spec.get("validation") or {}).get("openAPIV3Schema")


def version_schema(version: Json) -> Json | None:
    """The schema of one version."""
    return (version.get("schema") or {}).get("openAPIV3Schema")
