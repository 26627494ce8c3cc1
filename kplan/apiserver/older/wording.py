"""How older minors word errors whose text depends on the value, by the names that the table gives."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver.field import FieldError, Omit
from kplan.schema import layouts


def truncated_bound(error: FieldError, _obj: Json) -> Iterator[FieldError]:
    """Bounds of integers were cut to integers, where later servers compare with the fraction."""
    said, _, bound = error.detail.rpartition(" ")
    whole, value = int(float(bound)), float(error.bad_value)
    holds = {
        "to": value <= whole if "less" in said else value >= whole,
        "of": bool(whole) and value % whole == 0,
    }
    if not holds[said.rpartition(" ")[2]]:
        yield error._replace(detail=f"{said} {whole}")


def type_of_omitted(error: FieldError, obj: Json) -> Iterator[FieldError]:
    """Objects and lists that break a rule in CEL were shown as the name of their type,
    where later servers omit them.
    """
    if isinstance(error.bad_value, Omit) and error.path is not None and _is_custom(obj):
        error = error._replace(bad_value="array" if isinstance(value_at(obj, error), list) else "object")
    yield error


def _is_custom(obj: Json) -> bool:
    return layouts.bundled().type_of(GroupVersionKind.of(obj["apiVersion"], obj["kind"])) is None


def value_at(value: Any, error: FieldError) -> Any:
    """What stands where an error is."""
    for step in error.path.steps if error.path is not None else ():
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
    return value


WORDINGS: Final[Mapping[str, Callable[[FieldError, Json], Iterator[FieldError]]]] = {
    "truncated-bound": truncated_bound,
    "type-of-omitted": type_of_omitted,
}
