"""What pydantic says of a file that somebody wrote, in the words of the file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, get_args

from pydantic import AliasChoices, BaseModel, ValidationError
from pydantic.fields import FieldInfo

from kplan.config.mistakes import INVALID
from kplan.diagnostics import Diagnostic, Location
from kplan.fieldpath import FieldPath
from kplan.manifest.document import Document
from kplan.naming import nearest
from kplan.schema.structural import name_of_type
from kplan.sentences import listed

Steps = Sequence[str | int]
Places = Callable[[Steps], Location]
"""The place of a value by the way to it."""
_TYPES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), "a mapping"),
    **dict.fromkeys(("tuple_type", "list_type"), "a list"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "an integer"),
    **dict.fromkeys(("float_type", "float_parsing"), "a number"),
    "string_type": "a string",
}  # fmt: skip
_CHOICES: Final = ("literal_error", "enum")


def expected(problem: Any) -> tuple[str, ...]:
    """The types or values that a problem says are expected, in words; none of a problem of another kind."""
    if problem["type"] in _CHOICES:
        choices = str(problem["ctx"]["expected"]).replace(" or ", ", ").split(", ")
        return tuple(one for one in choices if one != "''")
    return (_TYPES[problem["type"]],) if problem["type"] in _TYPES else ()


def mismatch(given: Any, wanted: Iterable[str], keys: Iterable[str] = ()) -> tuple[str, str]:
    """What is wrong with a value that is none of those that are ``wanted``, and what was probably meant."""
    choices = list(dict.fromkeys(wanted))
    near = nearest(given, [one.strip("'") for one in choices]) if isinstance(given, str) else ""
    shown = repr(given)[:60] if isinstance(given, (str, int, float)) else name_of_type(given)
    known = listed(keys) if "a mapping" in choices else ""
    advice = f"did you mean '{near}'?" if near else f"its keys are {known}" if known else ""
    either = f"{', '.join(choices[:-1])} or {choices[-1]}" if choices[1:] else choices[0]
    return f"is {shown}, not {either}", advice


def first(error: ValidationError) -> tuple[str, str]:
    """The first thing that is wrong: the path of its field, and what is to be said of it."""
    found = error.errors()[0]
    wanted = expected(found)
    path = str(FieldPath.of(*found["loc"]))
    if found["type"] == "extra_forbidden":
        return path, "is no known key"
    if found["type"] == "missing":
        return path, "is missing"
    return path, mismatch(found["input"], wanted)[0] if wanted else other(found)


def other(problem: Any) -> str:
    """What is wrong with a value that has the type it should have."""
    text = str(problem["msg"]).removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def diagnostics(
    error: ValidationError, value: Any, model: type[BaseModel], places: Places
) -> list[Diagnostic]:
    """Everything that is wrong with a value, sorted by place; ``model`` says what it may hold."""
    wrong: dict[FieldPath, list[Any]] = {}
    for problem in error.errors():
        named = problem["type"] in ("extra_forbidden", "missing")
        wrong.setdefault(FieldPath.of(*_steps(problem["loc"], value, named=named)), []).append(problem)
    found = [
        Diagnostic(INVALID, message, path=path, location=places(path.steps), help=hint)
        for path, some in wrong.items()
        if not _is_told_below(path, some, wrong)
        for message, hint in _said(path, some, model)
    ]
    return sorted(found, key=lambda one: one.sort_key)


def placed(document: Document) -> Places:
    """The places of a document's values."""

    def place(steps: Steps) -> Location:
        span = document.locate_key(FieldPath.of(*steps))
        return Location(document.source.name, span.start.line + 1, span.start.column + 1)

    return place


def _is_told_below(path: FieldPath, some: Sequence[Any], wrong: Iterable[FieldPath]) -> bool:
    """Whether a key only has not another type that it might have, and what is wrong with it is said of a part of it."""
    mistyped = all(expected(one) for one in some)
    return mistyped and any(path.steps == other.steps[: len(path.steps)] != other.steps for other in wrong)


def _said(path: FieldPath, some: Sequence[Any], model: type[BaseModel]) -> Iterable[tuple[str, str]]:
    """What is wrong with one key, and what helps; all types that it might have had are one problem."""
    shown = f"{path} " if path.steps else ""
    rest = [one for one in some if not expected(one)]
    wanted = [] if rest else [one for problem in some for one in expected(problem)]
    if wanted:
        message, hint = mismatch(some[0]["input"], wanted, _known(model, path.steps))
        yield f"{shown}{message}" if shown else f"it {message}", hint
    for problem in rest:
        if problem["type"] == "extra_forbidden":
            near = nearest(str(path.steps[-1]), _known(model, path.steps[:-1]))
            yield f"unknown key '{path}'", f"did you mean '{near}'?" if near else ""
        elif problem["type"] == "missing":
            yield f"{path} is missing", ""
        else:
            yield f"{path}: {other(problem)}" if shown else other(problem), ""


def _steps(loc: Steps, value: Any, *, named: bool) -> Iterable[str | int]:
    """The steps that the file has; others only say which of several types was tried.

    The last may be ``named`` anyway.
    """
    here = value
    for number, step in enumerate(loc):
        if isinstance(here, dict) and step in here:
            here = here[step]
        elif isinstance(here, list) and step in range(len(here)):
            here = here[int(step)]
        elif not (named and number == len(loc) - 1):
            continue
        yield step


def _known(model: type[BaseModel], steps: Steps) -> Sequence[str]:
    """The keys that a part of a model may have."""
    here: type[BaseModel] | None = model
    for step in steps:
        if isinstance(step, int):
            continue
        named = _keys(here) if here else {}
        here = _model_in(named[str(step)].annotation) if str(step) in named else None
    return [*_keys(here)] if here else []


def _keys(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """The fields of a model by the name that a file calls them."""
    found = dict[str, FieldInfo]()
    for name, info in model.model_fields.items():
        also = info.validation_alias
        first_name = str(also.choices[0]) if isinstance(also, AliasChoices) else ""
        found[first_name or info.alias or name] = info
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that a field holds, also in a list of it or beside other types."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := _model_in(one)) is not None), None)
