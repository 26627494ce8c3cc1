"""Refusals as diagnostics: every field an error names, with the place in the user's file.

The server answers in field paths, the user thinks in lines.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Object
from kplan.apiserver.attributes import WebhookCall
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patch.go_values import sorted_keys
from kplan.diagnostics import Diagnostic, Severity
from kplan.fieldpath import ROOT, FieldPath, Step
from kplan.kubectl.fieldplaces import entry_within, in_words, standing
from kplan.kubectl.managedplace import place_of
from kplan.kubectl.reading import Failure
from kplan.kubectl.wording import ClientError
from kplan.masking.objects import values_of
from kplan.masking.texts import without
from kplan.schema.deprecation import lifecycle_of
from kplan.schema.discovery import bundled, meant, versions_of
from kplan.schema.structural import BASE64, TIME, mismatches

_STRICT: Final = r'(?:unknown|duplicate) field "((?:[^"\\]|\\.)*)"'
_GO_FIELD: Final = r"cannot unmarshal (\S+)(?: \S+)? into Go struct field \w+\.(\S+) of type"
_PATH: Final = r"[A-Za-z][\w-]*(?:\.[\w-]+|\[[^\]]*\])*(?=: | is )"
_DEPRECATED: Final = r"\S+ \w+ is deprecated in v\d"
_ANNOTATION: Final = r'annotation "?([^" ]+)"?'
_BY_POLICY: Final = (
    "Validation failed for ValidatingAdmissionPolicy",
    "would violate",
    "metadata.",
    "unrecognized format",
)
_ALTERNATIVES: Final = r'"([^"<]+)" must validate .*schema'
_UNKNOWN_KIND: Final = "add its CustomResourceDefinition to the input, or use a --state that has it"
_KUSTOMIZATION: Final = "it is no object, but says how objects are made: build its folder with -k"
_CONFLICT: Final = "leave the field to its manager, write its value, or take it over with --force-conflicts"
_ABSENT: Final = r'namespaces "([^"]*)" not found$'
_UNREADABLE: Final = {
    "quantities must match": "a quantity",
    "unable to parse quantity's suffix": "a quantity",
    "unable to parse numeric part of quantity": "a quantity",
    "illegal base64 data": BASE64,
    "parsing time": TIME,
}
"""The server's errors for unreadable values that name no field, with the type that is expected."""
_KINDS: Final = {"object": dict, "array": list, "string": str, "bool": bool, "number": (int, float)}


def code_of(error: StatusError | ClientError) -> str:
    """What a refusal is called among findings: ``API409``, or ``KCTL001`` if kubectl gives up by itself."""
    cause = error if isinstance(error, StatusError) else error.__cause__
    answered = isinstance(cause, StatusError) and (cause is error or cause.code == 409)
    return f"API{cause.code}" if isinstance(cause, StatusError) and answered else "KCTL001"


def diagnose(failure: Failure) -> list[Diagnostic]:
    """One diagnostic a cause; one for the whole if the refusal names no field."""
    error = failure.error
    if isinstance(error, ClientError):
        cause = error.__cause__
        if isinstance(cause, StatusError) and cause.code == 409:
            return diagnose(Failure(failure.origin, cause, failure.info))
        if isinstance(cause, StatusError) and cause.code == 404:
            help_ = _advice(failure.origin.gvk)
            return [_diagnostic(failure.origin, code_of(error), cause.message, ROOT, help_=help_)]
        place = next((path for _, path, _ in _in_text(str(error), failure)), ROOT)
        return [_diagnostic(failure.origin, code_of(error), str(error), place)]
    rule = code_of(error)
    conflict = error.code == 409 and any(cause.type == "FieldManagerConflict" for cause in error.causes)
    help_ = _CONFLICT if conflict else without_namespace(error)
    secrets = frozenset(values_of(failure.origin.value))
    return [
        _diagnostic(failure.origin, rule, message, path, key=key, help_=help_, secrets=secrets)
        for message, path, key in _causes(error, failure)
    ]


def without_namespace(error: StatusError) -> str:
    """What to do about an object whose namespace is not there; empty for other refusals."""
    absent = re.search(_ABSENT, error.message) if error.code == 404 else None
    return f'put a Namespace named "{absent[1]}" first, or name a --state that has it' if absent else ""


def _advice(gvk: GroupVersionKind) -> str:
    """What to do about a kind that the server does not know."""
    if gvk.group == "kustomize.config.k8s.io":
        return _KUSTOMIZATION
    if gone := lifecycle_of(gvk):
        return gone.advice
    served = versions_of(bundled())
    is_own = "." not in gvk.group or any(group == gvk.group for group, _ in served)
    return (meant(gvk, served) if is_own else "") or _UNKNOWN_KIND


def warn(origin: Object, warnings: tuple[str, ...]) -> list[Diagnostic]:
    """The server's warnings about an object."""
    found = []
    secrets = frozenset(values_of(origin.value))
    for text in warnings:
        strict = re.search(_STRICT, text)
        path = _place_of_warning(text, origin.value)
        key = bool(strict) or "annotations" in path.steps
        found.append(
            _diagnostic(origin, "API299", text, path, severity=Severity.WARNING, key=key, secrets=secrets)
        )
    return found


def _place_of_warning(text: str, value: Any) -> FieldPath:
    """The field a warning is about, as far as its words say."""
    strict = re.search(_STRICT, text)
    named = strict[1] if strict else (match[0] if (match := re.match(_PATH, text)) else "")
    if named and _reaches(value, named):
        return standing(FieldPath.parse(named), value)
    if re.match(_DEPRECATED, text) or _is_of_version(text, value):
        return FieldPath("apiVersion")
    if annotation := re.match(_ANNOTATION, text):
        return FieldPath.of("metadata", "annotations").key(annotation[1])
    return in_words(text, value) or (FieldPath("apiVersion") if _is_of_definition(text, value) else ROOT)


def note_webhooks(origin: Object, calls: tuple[WebhookCall, ...]) -> list[Diagnostic]:
    """The webhooks a real server would ask about an accepted object: what they answer cannot be known here."""
    found = []
    for call in calls:
        what = "mutating" if call.kind.startswith("Mutating") else "validating"
        goes = "is refused" if call.failure_policy == "Fail" else "goes on"
        text = (
            f"{what} webhook {call.webhook} of {call.configuration} would be called "
            f"(failurePolicy {call.failure_policy}: without its answer the request {goes})"
        )
        found.append(_diagnostic(origin, "API298", text, ROOT, severity=Severity.INFO))
    return found


def _is_of_version(text: str, value: Any) -> bool:
    """Whether a definition's author says that the version is deprecated."""
    return "deprecated" in text and re.search(rf"\b{re.escape(str(value.get('kind')))}\b", text) is not None


def _is_of_definition(text: str, value: Any) -> bool:
    """Whether it can only be what the author of a definition says about a version, in whatever words;
    policies begin with their own.
    """
    group = str(value.get("apiVersion")).rpartition("/")[0]
    own = any(group == known for known, _ in versions_of(bundled()))
    return "." in group and not own and not text.startswith(_BY_POLICY)


def _reaches(value: Any, named: str) -> bool:
    """Whether a path begins at a field of the object, not at a word that only looks like one."""
    steps = FieldPath.parse(named).steps
    return (
        isinstance(value, dict)
        and bool(steps)
        and (steps[0] in value or (len(steps) > 1 and steps[0] == "spec"))
    )


def _causes(error: StatusError, failure: Failure) -> Iterator[tuple[str, FieldPath, bool]]:
    """Message, path, and whether the field's name rather than its value is wrong."""
    if error.causes:
        for cause in dict.fromkeys(error.causes):
            if cause.type == "FieldManagerConflict":
                yield f"{cause.message}: {cause.field}", place_of(cause.field, failure.origin.value), False
            elif cause.field == "patch":
                yield from _in_text(error.message, failure)
            else:
                known = cause.field and cause.field != "<nil>"
                text = f"{cause.field}: {cause.message}" if known else cause.message
                named = FieldPath.parse(cause.field) if known else _alternatives(cause.message)
                place = standing(named, failure.origin.value)
                yield text, *entry_within(place, cause.message, failure.origin.value)
        return
    yield from _in_text(error.message, failure)


def _alternatives(message: str) -> FieldPath:
    """The field of which the server only says in words that its value fits none of several schemas."""
    named = re.search(_ALTERNATIVES, message)
    return FieldPath.parse(named[1]) if named else ROOT


def _in_text(message: str, failure: Failure) -> Iterator[tuple[str, FieldPath, bool]]:
    """Decoding errors name their fields in words."""
    strict = list(re.finditer(_STRICT, message))
    if strict:
        for found in strict:
            yield found[0], FieldPath.parse(found[1].replace('\\"', '"')), True
        return
    go_field = re.search(_GO_FIELD, message)
    names = [name for name in go_field[2].split(".") if not name[:1].isupper()] if go_field else []
    path = _find(failure.origin.value, names, go_field[1]) if go_field else _unreadable(message, failure)
    yield message, path or ROOT, False


def _unreadable(message: str, failure: Failure) -> FieldPath | None:
    """The first value, in the order in which kubectl sends them, that is no quantity, base64 or time,
    as the server says.
    """
    expected = next((words for said, words in _UNREADABLE.items() if said in message), "")
    if not expected:
        return None
    from kplan.schema.catalog import Catalog  # noqa: PLC0415 - only values that cannot be read need the schemas

    catalog = Catalog.for_version()
    schema = catalog.schema_of(failure.origin.gvk)
    value = sorted_keys(failure.origin.value)
    found = mismatches(value, schema, catalog.definitions, status=True) if schema else ()
    return next(
        (one.path for one in found if any(words.startswith(expected) for words in one.expected)), None
    )


def _find(value: Any, names: list[str], kind: str, path: tuple[Step, ...] = ()) -> FieldPath | None:
    """The first place under these names, through any list, whose value is of the kind Go complained about."""
    if isinstance(value, list) and names:
        places = (_find(item, names, kind, (*path, index)) for index, item in enumerate(value))
        return next((place for place in places if place is not None), None)
    if not names:
        if isinstance(value, list) and kind != "array":
            places = (_find(item, [], kind, (*path, index)) for index, item in enumerate(value))
            return next((place for place in places if place is not None), None)
        if isinstance(value, dict) and kind != "object":
            places = (_find(item, [], kind, (*path, key)) for key, item in value.items())
            return next((place for place in places if place is not None), None)
        wanted = _KINDS.get(kind, object)
        fits = isinstance(value, wanted) and isinstance(value, bool) == (kind == "bool")  # type: ignore[arg-type]  # the table holds types and tuples of types
        return FieldPath.of(*path) if fits else None
    if isinstance(value, dict) and names[0] in value:
        return _find(value[names[0]], names[1:], kind, (*path, names[0]))
    return None


def _diagnostic(
    origin: Object,
    rule: str,
    message: str,
    path: FieldPath,
    *,
    severity: Severity = Severity.ERROR,
    key: bool = False,
    help_: str = "",
    secrets: Collection[str] | None = None,
) -> Diagnostic:
    """``secrets`` are what nobody should read of the object, if it is not to be searched for them again."""
    document = origin.origin
    message = without(message, values_of(origin.value) if secrets is None else secrets)
    if document is None:
        return Diagnostic(rule, message, severity, str(origin.key), path, help=help_)
    return Diagnostic(
        rule, message, severity, str(origin.key), path, *document.pointed(path, key=key), help=help_
    )
