"""What pydantic says of a file that somebody wrote, in the words of the file."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import ValidationError

from kplan.fieldpath import FieldPath
from kplan.naming import nearest
from kplan.schema.structural import name_of_type
from kplan.sentences import listed

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
