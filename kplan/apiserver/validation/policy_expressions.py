"""Validation of the expressions in webhooks and admission policies: each is compiled where it stands.

Upstream: pkg/apis/admissionregistration/validation/validation.go
"""

import re
from collections.abc import Sequence
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import dns, field
from kplan.apiserver.cel import policies
from kplan.apiserver.cel.environment import CompileError, Environment, UnusableError
from kplan.apiserver.cel.policies import Compiler
from kplan.apiserver.cel.types import Type
from kplan.apiserver.field import ErrorList
from kplan.apiserver.gotypes import go_struct
from kplan.fieldpath import FieldPath

_MOST_CONDITIONS: Final = 64
_MOST_ANNOTATIONS: Final = 20
_LONGEST_ANNOTATION: Final = 5 * 1024
_REASONS: Final = ("Forbidden", "Invalid", "RequestEntityTooLarge")
_PATCH_TYPES: Final = ("ApplyConfiguration", "JSONPatch")
_RESERVED: Final = frozenset(
    {
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
        "loop", "package", "namespace", "return", "var", "void", "while",
    }
)  # fmt: skip


def _compiled(
    compiler: Compiler, text: str, results: tuple[Type, ...], path: FieldPath, *, shown: str = "",
    environment: Environment | None = None,
) -> ErrorList:  # fmt: skip
    try:
        compiler.compile(text, results, environment=environment)
    except UnusableError as error:
        return [field.internal(path, str(error))]
    except CompileError as error:
        return [field.invalid(path, shown or text, str(error))]
    return []


def validate_conditions(conditions: Sequence[Json], compiler: Compiler, path: FieldPath) -> ErrorList:
    """Match conditions: bounded in number, named uniquely, boolean."""
    errors: ErrorList = []
    if len(conditions) > _MOST_CONDITIONS:
        errors.append(field.too_many(path, len(conditions), _MOST_CONDITIONS))
    seen: set[str] = set()
    for index, condition in enumerate(conditions):
        place, text, name = path / index, condition.get("expression", "").strip(), condition.get("name", "")
        if not text:
            errors.append(field.required(place / "expression"))
        else:
            errors += _compiled(compiler, text, policies.BOOLEAN, place / "expression")
        if not name:
            errors.append(field.required(place / "name"))
        else:
            errors += dns.validate_qualified_name(name, place / "name")
            if name in seen:
                errors.append(field.duplicate(place / "name", name))
            seen.add(name)
    return errors


def validate_variable(variable: Json, compiler: Compiler, path: FieldPath) -> ErrorList:
    """A variable: a name CEL can read and any expression."""
    errors: ErrorList = []
    name, text = variable.get("name", ""), variable.get("expression", "")
    if not name.strip():
        errors.append(field.required(path / "name", "name is not specified"))
    elif not re.fullmatch(r"[_a-zA-Z][_a-zA-Z0-9]*", name, re.ASCII) or name in _RESERVED:
        errors.append(field.invalid(path / "name", name, "must be a valid CEL identifier"))
    if not text.strip():
        errors.append(field.required(path / "expression", "expression is not specified"))
        return errors
    try:
        compiler.add_variable(name, text)
    except UnusableError as error:
        errors.append(field.internal(path / "expression", str(error)))
    except CompileError as error:
        errors.append(field.invalid(path / "expression", text, str(error)))
    return errors


def validate_validations(obj: Json, spec: Json, compiler: Compiler, path: FieldPath) -> ErrorList:
    """What a validating policy demands, and what it notes in the audit log."""
    validations, annotations = spec.get("validations") or [], spec.get("auditAnnotations") or []
    if not validations and not annotations:
        detail = "validations or auditAnnotations must contain at least one item"
        return [
            field.required(path / "validations", detail),
            field.required(path / "auditAnnotations", detail),
        ]
    errors: ErrorList = []
    for index, validation in enumerate(validations):
        errors += _validate_validation(validation, compiler, path / "validations" / index)
    place = path / "auditAnnotations"
    if len(annotations) > _MOST_ANNOTATIONS:
        shown = go_struct("[]admissionregistration.AuditAnnotation", annotations)
        errors.append(
            field.invalid(place, shown, f"must not have more than {_MOST_ANNOTATIONS} auditAnnotations")
        )
    keys = [annotation.get("key", "") for annotation in annotations]
    for index, annotation in enumerate(annotations):
        errors += _validate_annotation(obj, annotation, compiler, place / index)
        if keys[index] in keys[:index]:
            errors.append(field.duplicate(place / index / "key", keys[index]))
    return errors


def _validate_validation(validation: Json, compiler: Compiler, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    text, message = validation.get("expression", ""), validation.get("message", "")
    spoken = validation.get("messageExpression", "")
    if not text.strip():
        errors.append(field.required(path / "expression", "expression is not specified"))
    else:
        errors += _compiled(compiler, text, policies.BOOLEAN, path / "expression")
    if spoken and not spoken.strip():
        errors.append(field.invalid(path / "messageExpression", spoken, "must be non-empty if specified"))
    elif spoken:
        environment = compiler.environment(authorizer=False)
        errors += _compiled(
            compiler, spoken, policies.TEXT, path / "messageExpression", environment=environment
        )
    if message and not message.strip():
        errors.append(field.invalid(path / "message", message, "must be non-empty if specified"))
    elif re.search(r"[\n\r]", message.strip()):
        errors.append(field.invalid(path / "message", message, "must not contain line breaks"))
    reason = validation.get("reason")
    if reason is not None and reason not in _REASONS:
        errors.append(field.not_supported(path / "reason", field.typed(reason), _REASONS))
    return errors


def _validate_annotation(obj: Json, annotation: Json, compiler: Compiler, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    name, key = (obj.get("metadata") or {}).get("name", ""), annotation.get("key", "")
    if name:
        errors += dns.validate_qualified_name(f"{name}/{key}", path / "key")
    else:
        errors.append(field.invalid(path / "key", key, "requires metadata.name be non-empty"))
    written = annotation.get("valueExpression", "")
    text = written.strip()
    place = path / "valueExpression"
    if not text:
        errors.append(field.required(place, "valueExpression is not specified"))
    elif dns.size(text) > _LONGEST_ANNOTATION:
        errors.append(field.required(place, f"must not exceed {_LONGEST_ANNOTATION} bytes in length"))
    else:
        errors += _compiled(compiler, text, policies.TEXT_OR_NULL, place, shown=written)
    return errors


def validate_mutations(mutations: Sequence[Json], compiler: Compiler, path: FieldPath) -> ErrorList:
    """What a mutating policy changes."""
    if not mutations:
        return [field.required(path, "mutations must contain at least one item")]
    errors: ErrorList = []
    for index, mutation in enumerate(mutations):
        errors += _validate_mutation(mutation, compiler, path / index)
    return errors


def _validate_mutation(mutation: Json, compiler: Compiler, path: FieldPath) -> ErrorList:
    kind = mutation.get("patchType", "")
    if not kind:
        return [field.required(path / "patchType")]
    if kind not in _PATCH_TYPES:
        return [field.not_supported(path / "patchType", field.typed(kind), _PATCH_TYPES)]
    wanted, other = (
        ("jsonPatch", "applyConfiguration") if kind == "JSONPatch" else ("applyConfiguration", "jsonPatch")
    )
    errors: ErrorList = []
    part = mutation.get(wanted)
    if part is None:
        errors.append(field.required(path / wanted, f"must be specified when patchType is {kind}"))
    else:
        text = part.get("expression", "").strip()
        place = path / wanted / "expression"
        results = policies.PATCH if kind == "JSONPatch" else policies.OBJECT
        if not text:
            errors.append(field.required(place))
        else:
            environment = compiler.environment(patches=True)
            errors += _compiled(compiler, text, results, place, environment=environment)
    if mutation.get(other) is not None:
        errors.append(
            field.invalid(path / other, f"{{{other}}}", f"must not be specified when patchType is {kind}")
        )
    return errors
