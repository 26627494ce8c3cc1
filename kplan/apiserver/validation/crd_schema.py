"""Validation of the schema inside a CustomResourceDefinition.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import Any, Final

from kplan.apiserver import field
from kplan.apiserver.customresource import defaults, rules, schemas
from kplan.apiserver.customresource import structural as structurality
from kplan.apiserver.customresource.contents import Seen, whole
from kplan.apiserver.customresource.rules import Budget, Cardinality
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList
from kplan.apiserver.gotypes import go_struct
from kplan.apiserver.validation.crd_lists import Schema, extensions, map_keys, non_atomic_set
from kplan.apiserver.validation.crd_rules import rule_form
from kplan.fieldpath import FieldPath
from kplan.schema import layouts

_TYPES: Final = ("array", "boolean", "integer", "number", "object", "string")
_META: Final = frozenset({"metadata", "kind", "apiVersion"})
_AT_ROOT: Final = (
    "Description", "Type", "Format", "Title", "Maximum", "ExclusiveMaximum", "Minimum", "ExclusiveMinimum", "MaxLength",
    "MinLength", "Pattern", "MaxItems", "MinItems", "UniqueItems", "MultipleOf", "Required", "Items", "Properties",
    "ExternalDocs", "Example", "XPreserveUnknownFields", "XValidations",
)  # fmt: skip
_UNSUPPORTED: Final = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")


@dataclass(frozen=True, slots=True)
class Options:
    """How strictly a schema is read; what a stored one got wrong stays allowed."""

    valid_types: bool = True
    pruned_defaults: bool = True
    atomic_sets: bool = True
    map_keys: bool = True
    unchanged: frozenset[str] = frozenset()
    """Versions whose schema the update does not change: the cost of their rules is not checked."""
    suppress_cost: bool = False

    def of_version(self, version: str) -> "Options":
        """The options for one version's schema."""
        return replace(self, suppress_cost=True) if version in self.unchanged else self


def options_for_update(old: Sequence[Schema], unchanged: frozenset[str]) -> Options:
    """The options for an update of a definition with these schemas."""
    nodes = [node for schema in old for node in schemas.walk(schema)]
    return Options(
        valid_types=all(not node.get("type") or node["type"] in _TYPES for node in nodes),
        pruned_defaults=all(is_not_structural(schema) or defaults.are_pruned(schema) for schema in old),
        atomic_sets=not any(non_atomic_set(node, FieldPath()) for node in nodes),
        map_keys=not any(map_keys(node, FieldPath()) for node in nodes),
        unchanged=unchanged,
    )


def is_not_structural(schema: Schema) -> bool:
    """Whether a schema is not structural."""
    return bool(structurality.unreadable(schema) or structurality.validate(schema, FieldPath()))


@dataclass(frozen=True, slots=True)
class _Place:
    """What holds for the part of a schema being looked at."""

    allow_defaults: bool = True
    reason: str = ""
    inside_meta: bool = False
    uncorrelatable: FieldPath | None = None

    def without_old_self(self, path: FieldPath) -> "_Place":
        return self if self.uncorrelatable is not None else replace(self, uncorrelatable=path)


@dataclass(slots=True)
class _Found:
    schema: ErrorList = dataclass_field(default_factory=list)
    cel: ErrorList = dataclass_field(default_factory=list)

    def take(self, other: "_Found") -> None:
        self.schema += other.schema
        self.cel += other.cel


_KNOWN: Final[dict[Any, tuple[Schema, ErrorList]]] = {}
"""The errors of schemas, by the identity of their shared form, which is kept alive:
copies of a definition, and its versions, often have the same.
"""
_MOST_KNOWN: Final = 1_000
_SOUND: Final = Seen()
"""Schemas without rules and errors, by what else decides about them."""


def validate(
    schema: Schema, path: FieldPath, options: Options, *, structural: bool, status: bool
) -> ErrorList:
    """Validate a version's schema; ``structural`` is whether it must be, ``status`` whether the subresource is on."""
    stands = whole(schema)
    key = id(stands), str(path), options, structural, status
    known = _KNOWN.get(key)
    if known is None or known[0] is not stands:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        known = stands, _validate(stands, path, options, structural=structural, status=status)
        _KNOWN[key] = known
    return list(known[1])


def _validate(
    schema: Schema, path: FieldPath, options: Options, *, structural: bool, status: bool
) -> ErrorList:
    errors = _validate_root(schema, path) if status else []
    if schema.get("nullable"):
        errors.append(field.forbidden(path / "nullable", "nullable cannot be true at the root"))
    problem, cardinality, budget = "", None, Budget()
    if structural:
        problem, found = _structural(schema, path, options)
        errors += found
        cardinality = Cardinality(1) if not problem and not found else None
    run = _Run(options, budget)
    found_all = run.check(schema, path, _Place(), cardinality, root=True)
    errors += found_all.schema + found_all.cel
    if not errors and problem:
        errors.append(field.invalid(path, "", problem))
    if cardinality is not None:
        errors += budget.errors(path)
    return errors


def _structural(schema: Schema, path: FieldPath, options: Options) -> tuple[str, ErrorList]:
    problem = structurality.unreadable(schema)
    if problem:
        return problem, []
    return "", structurality.validate(schema, path) or defaults.validate(
        schema, path, pruned=options.pruned_defaults
    )


def _validate_root(schema: Schema, path: FieldPath) -> ErrorList:
    for entry in layouts.bundled().fields("apiextensions/v1.JSONSchemaProps") or ():
        value, go = sent(schema, entry.json), entry.go
        if value is None or (not value and not entry.type.startswith(("*", "[]", "map["))):
            continue
        if go == "Type":
            if value != "object":
                detail = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled'
                return [field.invalid(path / "type", value, detail)]
        elif go not in _AT_ROOT:
            detail = f"only [{' '.join(_AT_ROOT)}] fields are allowed at the root of the schema if the status subresource is enabled"
            return [field.invalid(path, go_struct("apiextensions.JSONSchemaProps", schema), detail)]
    return []


class _Run:
    """One walk over a schema."""

    def __init__(self, options: Options, budget: Budget) -> None:
        self._options = options
        self._budget = budget

    def check(
        self,
        schema: Schema | None,
        path: FieldPath,
        place: _Place,
        cardinality: Cardinality | None,
        *,
        root: bool = False,
    ) -> _Found:
        if schema is None or schemas.is_leaf(schema):
            return _Found()
        if root or schemas.uses(schema) & schemas.RULES:  # what rules cost depends on what is around them
            return self._checked(schema, path, place, cardinality, root=root)
        role = self._options, place.allow_defaults, place.inside_meta
        if _SOUND.has(schema, role):
            return _Found()
        found = self._checked(schema, path, place, cardinality)
        if not found.schema and not found.cel:
            _SOUND.add(schema, role)
        return found

    def _checked(
        self,
        schema: Schema,
        path: FieldPath,
        place: _Place,
        cardinality: Cardinality | None,
        *,
        root: bool = False,
    ) -> _Found:
        found = _Found()
        if schemas.is_ordinary(schema):
            self._maps(found, schema, path, place, cardinality, root=root)
            self._items(found, schema, path, place, cardinality)
            return found
        found.schema += _plain(schema, path, place, self._options)
        if schema.get("uniqueItems"):
            detail = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
            found.schema.append(field.forbidden(path / "uniqueItems", detail))
        self._maps(found, schema, path, place, cardinality, root=root)
        self._combinations(found, schema, path, place)
        self._items(found, schema, path, place, cardinality)
        for name, inner in (schema.get("dependencies") or {}).items():
            if isinstance(inner, Mapping):
                found.take(self.check(inner, (path / "dependencies").key(name), place, None))
        found.schema += extensions(
            schema, path, atomic_sets=self._options.atomic_sets, sound_keys=self._options.map_keys
        )
        if schema.get("x-kubernetes-validations"):
            self._rules(found, schema, path, place, cardinality, root=root)
        return found

    def _maps(
        self,
        found: _Found,
        schema: Schema,
        path: FieldPath,
        place: _Place,
        cardinality: Cardinality | None,
        *,
        root: bool,
    ) -> None:
        properties, more = schema.get("properties") or {}, schema.get("additionalProperties")
        if more is not None:
            if properties and more is not True:
                detail = "additionalProperties and properties are mutual exclusive"
                found.schema.append(field.forbidden(path / "additionalProperties", detail))
            below = place
            if place.inside_meta:
                reason = "inside additionalProperties applying to object metadata"
                below = replace(place, allow_defaults=False, reason=reason)
            inner = more if isinstance(more, Mapping) else None
            found.take(
                self.check(
                    inner, path / "additionalProperties", below, cardinality and cardinality.below(schema)
                )
            )
        if not properties:
            return
        where, inside = path / "properties", cardinality and cardinality.below(schema)
        foreign = schema.get("x-kubernetes-map-type") not in {None, "granular", "atomic"}
        typed = root or schema.get("x-kubernetes-embedded-resource")
        for name, inner in properties.items():
            if schemas.is_leaf(inner):
                continue
            below = place.without_old_self(path) if foreign else place
            if typed and name in _META:
                below = replace(below, inside_meta=True)
                if root:
                    below = replace(below, allow_defaults=False, reason=f"in top-level {name}")
            found.take(self.check(inner, where.key(name), below, inside))

    def _combinations(self, found: _Found, schema: Schema, path: FieldPath, place: _Place) -> None:
        found.take(self.check(schema.get("not"), path / "not", place, None))
        for name in ("allOf", "oneOf", "anyOf"):
            for index, inner in enumerate(schema.get(name) or ()):
                found.take(self.check(inner, path / name / index, place, None))
        for name, inner in (schema.get("definitions") or {}).items():
            found.take(self.check(inner, (path / "definitions").key(name), place, None))

    def _items(
        self, found: _Found, schema: Schema, path: FieldPath, place: _Place, cardinality: Cardinality | None
    ) -> None:
        items = schema.get("items")
        if items is None:
            return
        below = place if schema.get("x-kubernetes-list-type") == "map" else place.without_old_self(path)
        inner_cardinality = cardinality and cardinality.below(schema)
        if isinstance(items, Mapping):
            found.take(self.check(items, path / "items", below, inner_cardinality))
        else:
            for index, inner in enumerate(items):
                found.take(self.check(inner, path / "items" / index, below, inner_cardinality))

    def _rules(
        self,
        found: _Found,
        schema: Schema,
        path: FieldPath,
        place: _Place,
        cardinality: Cardinality | None,
        *,
        root: bool,
    ) -> None:
        where = path / "x-kubernetes-validations"
        for index, rule in enumerate(schema["x-kubernetes-validations"]):
            found.schema += rule_form(rule, schema, where / index)
        if found.schema or cardinality is None:
            return
        embedded = root or bool(schema.get("x-kubernetes-embedded-resource"))
        compiled = rules.compile_rules(schema, root=embedded)
        for index, (rule, result) in enumerate(
            zip(schema["x-kubernetes-validations"], compiled, strict=True)
        ):
            at = where / index
            found.cel += self._cost(at / "rule", "rule", cardinality.cost(result))
            if result.error:
                found.cel.append(field.invalid(at / "rule", _shown(rule), result.error))
            if result.message_error:
                found.cel.append(field.invalid(at / "messageExpression", _shown(rule), result.message_error))
            elif rule.get("messageExpression"):
                found.cel += self._cost(at / "messageExpression", "messageExpression", result.message_cost)
            found.cel += _old_self(rule, at, place, uses=result.uses_old_self)

    def _cost(self, path: FieldPath, what: str, cost: int) -> ErrorList:
        """Count what an expression may cost; an error if that is too much by itself."""
        self._budget.observe(path, cost)
        if cost <= rules.RULE_LIMIT or self._options.suppress_cost:
            return []
        return [field.forbidden(path, rules.cost_text(f"estimated {what} cost", cost, rules.RULE_LIMIT))]


def _old_self(rule: Schema, path: FieldPath, place: _Place, *, uses: bool) -> ErrorList:
    """Where a rule may look at the value before, and what it may say of there being none."""
    if not uses:
        if rule.get("optionalOldSelf") is None:
            return []
        detail = "may not be set if oldSelf is not used in rule"
        return [field.invalid(path / "optionalOldSelf", rule["optionalOldSelf"], detail)]
    if place.uncorrelatable is None:
        return []
    detail = (
        f"oldSelf cannot be used on the uncorrelatable portion of the schema within {place.uncorrelatable}"
    )
    return [field.invalid(path / "rule", rule.get("rule", ""), detail)]


def _shown(rule: Schema) -> Any:
    return go_struct("apiextensions.ValidationRule", rule)


def _plain(schema: Schema, path: FieldPath, place: _Place, options: Options) -> ErrorList:
    errors: ErrorList = []
    kind = schema.get("type", "")
    if options.valid_types and kind and kind not in _TYPES:
        errors.append(field.not_supported(path / "type", kind, _TYPES))
    if schema.get("default") is not None and not place.allow_defaults:
        errors.append(field.forbidden(path / "default", f"must not be set {place.reason}".rstrip()))
    for name in _UNSUPPORTED:
        value = sent(schema, name)
        present = value is not None if name in {"additionalItems", "dependencies", "$ref"} else bool(value)
        if present:
            errors.append(field.forbidden(path / name, f"{name} is not supported"))
    if kind == "null":
        errors.append(
            field.forbidden(path / "type", "type cannot be set to null, use nullable as an alternative")
        )
    if isinstance(schema.get("items"), list) and schema["items"]:
        errors.append(field.forbidden(path / "items", "items must be a schema object and not an array"))
    if place.inside_meta and schema.get("x-kubernetes-embedded-resource"):
        errors.append(
            field.forbidden(
                path / "x-kubernetes-embedded-resource", "must not be used inside of resource meta"
            )
        )
    return errors
