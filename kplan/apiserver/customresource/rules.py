"""Rules in schemas (``x-kubernetes-validations``): compiled with the types of the schema, run over objects.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Final

from kplan.apiserver import field
from kplan.apiserver.cel.environment import CompileError, Environment, Program
from kplan.apiserver.cel.meter import CostBudget
from kplan.apiserver.cel.types import BOOL, STRING, Type, optional_of
from kplan.apiserver.cel.values import BudgetError, CelError, CostError, Optional
from kplan.apiserver.customresource import celsizes, celtypes, schemas
from kplan.apiserver.customresource.contents import content
from kplan.apiserver.customresource.correlation import Correlated
from kplan.apiserver.customresource.fieldpaths import FieldPathError, valid_field_path
from kplan.apiserver.field import OMIT, ErrorList, FieldError
from kplan.fieldpath import ROOT, FieldPath

Schema = Mapping[str, Any]

_OUT: Final = "due to running out of cost budget, no further validation rules will be run"
_CANCELLED: Final = "no further validation rules will be run due to call cost exceeds limit"
RULE_LIMIT: Final = 10_000_000
DEFINITION_LIMIT: Final = 100_000_000
_MOST: Final = 2**64 - 1
_MOST_CACHED: Final = 20_000


@dataclass(frozen=True, slots=True)
class Compiled:
    """One rule: what is wrong with it, and what running it may cost."""

    error: str = ""
    message_error: str = ""
    uses_old_self: bool = False
    cost: int = 0
    message_cost: int = 0
    cardinality: int = _MOST
    program: Program | None = None
    message: Program | None = None


@dataclass(frozen=True, slots=True)
class Cardinality:
    """How often a part of a schema can occur in one object; None if nothing bounds it."""

    most: int | None

    def below(self, schema: Schema) -> "Cardinality":
        """For the fields or items of a schema."""
        kind = schema.get("type", "")
        factor: int | None = 1
        if kind == "object" and schema.get("additionalProperties") is not None:
            factor = schema.get("maxProperties")
        elif kind == "array":
            factor = schema.get("maxItems")
        if self.most is None or factor is None:
            return Cardinality(None)
        return Cardinality(min(self.most * max(factor, 0), _MOST))

    def cost(self, rule: Compiled) -> int:
        """The cost of a rule over a whole object."""
        return min(rule.cost * (rule.cardinality if self.most is None else self.most), _MOST)


@dataclass(slots=True)
class Budget:
    """Adds up what the rules of a definition may cost together."""

    total: int = 0
    expensive: list[tuple[int, FieldPath]] = dataclass_field(default_factory=list)

    def observe(self, path: FieldPath, cost: int) -> None:
        """Count one rule."""
        self.total = min(self.total + cost, _MOST)
        if cost >= DEFINITION_LIMIT // 100:
            self.expensive = sorted([*self.expensive, (cost, path)], key=lambda entry: -entry[0])[:4]

    def errors(self, path: FieldPath) -> ErrorList:
        """What to say when it is too much."""
        if self.total <= DEFINITION_LIMIT:
            return []
        part = "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema"
        whole = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema"
        errors = [field.forbidden(where, part) for _, where in self.expensive]
        return [*errors, field.forbidden(path, cost_text(whole, self.total, DEFINITION_LIMIT))]


def cost_text(name: str, cost: int, limit: int) -> str:
    """How far over its limit a cost is."""
    factor = cost / limit
    shown = "more than 100x" if factor > 100 else f"{factor:f}x" if factor < 1.5 else f"{factor:.1f}x"
    advice = "try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared"
    return f"{name} exceeds budget by factor of {shown} ({advice})"


def has_rules(schema: Schema) -> bool:
    """Whether a schema has rules anywhere."""
    return bool(schemas.uses(schema) & schemas.RULES)


def compile_rules(schema: Schema, *, root: bool) -> list[Compiled]:
    """Compile the rules of one node; those of an equal one were compiled before."""
    key = content(schema), root
    if key[0] is None:
        return _compile_all(schema, root=root)
    if key not in _BY_CONTENT:
        if len(_BY_CONTENT) > _MOST_CACHED:
            _BY_CONTENT.clear()
        _BY_CONTENT[key] = _compile_all(schema, root=root)
    return _BY_CONTENT[key]


def _compile_all(schema: Schema, *, root: bool) -> list[Compiled]:
    kind = celtypes.type_of(schema, root=root)
    if kind is None:
        return [Compiled() for _ in schema["x-kubernetes-validations"]]
    sizes = celsizes.of(schema, root=root)
    return [_compile(rule, kind, sizes) for rule in schema["x-kubernetes-validations"]]


def _compile(rule: Schema, kind: Type, sizes: celsizes.Sizes | None) -> Compiled:
    text = rule.get("rule", "")
    if not text.strip():
        return Compiled()
    old = optional_of(kind) if rule.get("optionalOldSelf") else kind
    environment = Environment({"self": kind, "oldSelf": old}, bindings=False)
    try:
        program = environment.compile(text)
    except CompileError as error:
        return Compiled(f"compilation failed: {error}")
    if program.result != BOOL:
        return Compiled("cel expression must evaluate to a bool")
    if program.unusable:
        return Compiled(f"program instantiation failed: {program.unusable}", "", "oldSelf" in program.used)
    message: Program | None = None
    message_error = ""
    if expression := rule.get("messageExpression"):
        try:
            message = environment.compile(expression)
            if message.result != STRING:
                message, message_error = None, "messageExpression must evaluate to a string"
            elif message.unusable:
                message_error = f"messageExpression instantiation failed: {message.unusable}"
                message = None
        except CompileError as error:
            message_error = f"messageExpression compilation failed: {error}"
    if sizes is None:
        return Compiled("", message_error, "oldSelf" in program.used, program=program, message=message)
    return Compiled(
        "",
        message_error,
        "oldSelf" in program.used,
        program.cost(sizes.at),
        message.cost(sizes.at) if message else 0,
        sizes.cardinality,
        program,
        message,
    )


def validate(
    value: Any, schema: Schema, old: Any, *, path: FieldPath | None = None, root: bool = True
) -> ErrorList:
    """Run all rules over a value; ``old`` is what an update started from."""
    correlated = None if old is None else Correlated(value, old, schema)
    return _Run().node(value, schema, old, path, (correlated, None), root=root)


_Pair = tuple[Correlated | None, Correlated | None]
"""The pair at this place, or the nearest one above it."""


class _Run:
    """One walk over an object with rules, which ends if they have cost too much."""

    def __init__(self) -> None:
        self._budget = CostBudget()
        self._over = False

    def node(
        self, value: Any, schema: Schema, old: Any, path: FieldPath | None, pair: _Pair, *, root: bool = False
    ) -> ErrorList:
        if value is None or self._over or not has_rules(schema):
            return []
        errors = self._expressions(value, schema, old, path, pair, root=root)
        for branch in schema.get("allOf") or ():
            errors += self.node(value, {**branch, "type": schema.get("type")}, old, path, (None, pair[1]))
        base = path if path is not None else ROOT
        if isinstance(value, list):
            errors += self._list(value, schema, old, base, pair)
        elif isinstance(value, dict):
            errors += self._map(value, schema, old, base, pair, root=root)
        return errors

    def _list(self, value: list[Any], schema: Schema, old: Any, base: FieldPath, pair: _Pair) -> ErrorList:
        items = schema.get("items")
        if not isinstance(items, dict):
            return []
        errors: ErrorList = []
        matched = Correlated(value, old, schema) if isinstance(old, list) else None
        for index, item in enumerate(value):
            found = matched.index(index) if matched else None
            embedded = bool(items.get("x-kubernetes-embedded-resource"))
            below = pair if pair[0] is None else (pair[0].index(index), pair[0])
            errors += self.node(item, items, found.old if found else None, base / index, below, root=embedded)
        return errors

    def _map(
        self, value: dict[str, Any], schema: Schema, old: Any, base: FieldPath, pair: _Pair, *, root: bool
    ) -> ErrorList:
        errors: ErrorList = []
        properties, more = schema.get("properties") or {}, schema.get("additionalProperties")
        keyed = schema.get("x-kubernetes-map-type") in {None, "granular", "atomic"} and isinstance(old, dict)
        for name, item in value.items():
            inner = properties.get(name, more if isinstance(more, dict) else None)
            if inner is None:
                continue
            step = base / name if name in properties else base.key(name)
            before = old.get(name) if keyed else None
            if pair[0] is None:
                below = pair
            elif pair[1] is None and root and name in {"apiVersion", "kind"}:
                below = (None, None)
            else:
                below = (pair[0].key(name), pair[0])
            embedded = bool(inner.get("x-kubernetes-embedded-resource"))
            errors += self.node(item, inner, before, step, below, root=embedded)
        return errors

    def _expressions(
        self, value: Any, schema: Schema, old: Any, path: FieldPath | None, pair: _Pair, *, root: bool
    ) -> ErrorList:
        written = schema.get("x-kubernetes-validations")
        if not written:
            return []
        kind = schema.get("type", "")
        errors: ErrorList = []
        now = celtypes.to_cel(value, schema, root=root)
        before = celtypes.to_cel(old, schema, root=root)
        for rule, compiled in zip(written, _compiled(schema, root), strict=True):
            if compiled.error:
                errors.append(field.invalid(path, kind, f"rule compile error: {compiled.error}"))
                continue
            optional = bool(rule.get("optionalOldSelf"))
            if compiled.program is None or (compiled.uses_old_self and old is None and not optional):
                continue
            scope = {
                "self": now,
                "oldSelf": Optional(before, present=old is not None) if optional else before,
            }
            try:
                passed = compiled.program.run(scope, self._budget) is True
            except BudgetError as error:
                return self._ended([*errors, field.invalid(path, kind, str(error))])
            except CelError as error:
                errors.append(field.invalid(path, kind, _failure(str(error), rule)))
                if str(error) == str(CostError()):
                    return self._ended(errors)
                continue
            if passed or (not compiled.uses_old_self and _is_ratcheted(pair)):
                continue
            try:
                detail = _detail(rule, compiled, scope, self._budget)
            except _TooDearError as error:
                where = _place(rule, schema, path)
                return self._ended([*errors, field.invalid(where, kind, str(error))])
            errors.append(_broken(rule, detail, value, schema, path))
        return errors

    def _ended(self, errors: ErrorList) -> ErrorList:
        self._over = True
        return errors


def _is_ratcheted(pair: _Pair) -> bool:
    here, above = pair
    if here is not None:
        return here.unchanged
    return above is not None and above.unchanged


def _failure(error: str, rule: Schema) -> str:
    shown = _rule_text(rule)
    if error == str(CostError()):
        return f"'{error}': {_CANCELLED} for rule: {shown}"
    if error.startswith("no such overload"):
        return f"'{error}': call arguments did not match a supported operator, function or macro signature for rule: {shown}"
    return f"{error} evaluating rule: {shown}"


def _rule_text(rule: Schema) -> str:
    message = (rule.get("message") or "").strip()
    return message or rule.get("rule", "").strip()


class _TooDearError(Exception):
    """A message took more than it may."""


def _detail(rule: Schema, compiled: Compiled, scope: dict[str, Any], budget: CostBudget) -> str:
    """What a broken rule says. Raises _TooDearError."""
    detail = ""
    if compiled.message is not None:
        try:
            detail = str(compiled.message.run(scope, budget)).strip()
        except BudgetError:
            raise _TooDearError(f"messageExpression evaluation failed {_OUT}") from None
        except CelError as error:
            if str(error) == str(CostError()):
                shown = field.go_quote(rule.get("messageExpression", ""))
                raise _TooDearError(f"{_CANCELLED} for messageExpression: {shown}") from None
    if not detail or re.search(r"[\r\n]", detail):
        message = (rule.get("message") or "").strip()
        return message or f"failed rule: {rule.get('rule', '').strip()}"
    return detail


def _place(rule: Schema, schema: Schema, path: FieldPath | None) -> FieldPath | None:
    """The field that a rule is about."""
    if where := rule.get("fieldPath"):
        with suppress(FieldPathError):
            found, _ = valid_field_path(where, schema)
            return FieldPath(str(found), path) if path is not None else FieldPath(str(found))
    return path


def _broken(rule: Schema, detail: str, value: Any, schema: Schema, path: FieldPath | None) -> FieldError:
    path = _place(rule, schema, path)
    shown = OMIT if schema.get("type") in {"object", "array"} else value
    match rule.get("reason"):
        case "FieldValueForbidden":
            return field.forbidden(path, detail)
        case "FieldValueRequired":
            return field.required(path, detail)
        case "FieldValueDuplicate":
            return field.duplicate(path, shown)
    return field.invalid(path, shown, detail)


# Caches by identity, for dictionaries have no hash: stored schemas are never changed in place, and an entry holds its
# schema, so that the id is not reused.
_CACHE: Final[dict[tuple[int, bool], tuple[Schema, list[Compiled]]]] = {}
_BY_CONTENT: Final[dict[tuple[bytes | None, bool], list[Compiled]]] = {}


def _compiled(schema: Schema, root: bool) -> list[Compiled]:
    """The compiled rules of a stored schema, which is never changed in place."""
    key = id(schema), root
    found = _CACHE.get(key)
    if found is None or found[0] is not schema:
        if len(_CACHE) > _MOST_CACHED:
            _CACHE.clear()
        found = _CACHE[key] = (schema, compile_rules(schema, root=root))
    return found[1]
