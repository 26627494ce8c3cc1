"""Bad values as servers up to 1.33 print them: in Go's syntax, with the types' names, where later ones print JSON.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.api.quantity import Format, Quantity, QuantityError
from kplan.apiserver.field import FieldError, GoStruct, Verbatim, go_quote
from kplan.apiserver.gotypes import json_names, source
from kplan.apiserver.older.wording import value_at
from kplan.apiserver.unmarshal import flatten
from kplan.fieldpath import Key
from kplan.schema import layouts
from kplan.schema.layouts import element

_STRINGERS: Final = r'must be a standard resource.*|supported values: "cpu", "memory"'
"""Details of errors whose value is a name of a resource, which prints itself, without quotes."""
_OWN_VERSIONS: Final = r"/v\d+((alpha|beta)\d+)?\."
_KEPT: Final = ("meta/", "api/", "util/")


def in_go_syntax(error: FieldError, obj: Json) -> FieldError:
    """The error with its value as an older server prints it."""
    value = error.bad_value
    if isinstance(value, GoStruct):
        shown = Verbatim(syntax(value.type_name, value.value))
    elif isinstance(value, str) and _prints_itself(error):
        shown = Verbatim(str(value).strip('"'))
    elif value is None or (isinstance(value, Verbatim) and value.startswith(("null", "[", "{"))):
        shown = _typed(error, obj, None if value is None else json.loads(value))
    elif isinstance(value, (dict, list)):
        shown = _typed(error, obj, value)
    else:
        return _leaf(error, obj)
    return error._replace(bad_value=shown)


_QUANTITY: Final = "api/resource.Quantity"
_INT_OR_STRING: Final = "util/intstr.IntOrString"


_ELSEWHERE: Final = {"either `defaultBackend` or `rules` must be": "[]networking/v1.IngressRule"}
"""Details of errors whose value is not that of their field, and its type."""
_LEAVES: Final = {
    _QUANTITY: r"must be an integer|must be positive|ratio .*|(default|default request|min|max) value .*",
    _INT_OR_STRING: r"a valid percent string .*|may not be .*|must not be .*",
}
"""Leaves that are printed as the structs they are in Go, by the details of their errors."""


def _leaf(error: FieldError, obj: Json) -> FieldError:
    """Quantities and the like, which are structs in Go, though texts or numbers in JSON."""
    expression, value = _expression(error, obj).lstrip("*"), error.bad_value
    value = json.loads(value) if isinstance(value, Verbatim) and value.startswith('"') else value
    if not re.fullmatch(_LEAVES.get(expression, "(?!)"), error.detail, re.DOTALL) or isinstance(
        value, Verbatim
    ):
        return error
    try:
        return error._replace(bad_value=Verbatim(syntax(expression, value)))
    except QuantityError:
        return error


def _prints_itself(error: FieldError) -> bool:
    return bool(re.fullmatch(_STRINGERS, error.detail) or re.search(r"\.resizePolicy\[\d+\]$", error.field))


def _typed(error: FieldError, obj: Json, value: Any) -> Verbatim:
    """A value of the type that its field has; nil if nothing is known of it, or it is a pointer."""
    expression = _expression(error, obj)
    bare = expression.lstrip("*")
    nothing_known = not bare or expression.startswith("*") or layouts.bundled().fields(bare) is not None
    if value is None and nothing_known:
        return Verbatim('"null"')
    there = value_at(obj, error)
    return Verbatim(syntax(bare or _unknown(value, obj), there if there == value else value))


def _unknown(value: Any, obj: Json) -> str:
    """The type of a value whose field has none: lists that the server made itself hold texts."""
    built_in = layouts.bundled().type_of(GroupVersionKind.of(obj["apiVersion"], obj["kind"]))
    if built_in and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "[]string"
    return _interface(value)


def _interface(value: Any) -> str:
    return "map[string]interface {}" if isinstance(value, dict) else "[]interface {}"


def _expression(error: FieldError, obj: Json) -> str:
    """The Go type of the field at an error's path; empty if the kind has none."""
    for detail, elsewhere in _ELSEWHERE.items():
        if error.detail.startswith(detail):
            return elsewhere
    types = layouts.bundled()
    expression = types.type_of(GroupVersionKind.of(obj["apiVersion"], obj["kind"])) or ""
    for step in error.path.steps if error.path is not None and expression else ():
        bare = types.underlying(expression.lstrip("*"))
        if isinstance(step, int | Key) or bare.startswith("map["):
            if not bare.startswith(("[]", "map[")):
                return ""
            expression = element(bare)
            continue
        known = _fields(bare)
        if step not in known:
            return ""
        expression = known[step]
    return expression


def _fields(expression: str) -> Mapping[str, str]:
    types = layouts.bundled()
    return {name: field.type for name, (field, _) in flatten(types, types.fields(expression) or ()).items()}


def syntax(expression: str, value: Any) -> str:
    """A value as Go's ``%#v`` prints it."""
    types = layouts.bundled()
    pointer, bare = expression.startswith("*"), expression.lstrip("*")
    name = _go_name(bare)
    if pointer and value is None and bare.startswith("meta/v1.") and bare.endswith("Time"):
        return "<nil>"
    if pointer and value is None:
        return f"(*{name})(nil)"
    if bare == _QUANTITY:
        return _quantity(value)
    if bare == _INT_OR_STRING:
        return _int_or_string(value)
    if types.fields(_internal(bare)) is not None:
        return f"{name}{{{', '.join(_members(_internal(bare), value))}}}"
    return _plain(types.underlying(bare), name, value)


def _plain(expression: str, name: str, value: Any) -> str:
    """A value of a list, a map or a scalar."""
    if expression.startswith(("[]", "map[")):
        if value is None:
            return f"{name}(nil)"
        inner = element(expression)
        if isinstance(value, dict):
            return f"{name}{{{', '.join(f'{go_quote(key)}:{syntax(inner, value[key])}' for key in sorted(value))}}}"
        return f"{name}{{{', '.join(syntax(inner, item) for item in value)}}}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return syntax(_interface(value), value)
    if value is None:
        return {"string": '""', "bool": "false"}.get(
            expression, "interface {}(nil)" if expression == "any" else "0"
        )
    return go_quote(value) if isinstance(value, str) else str(value)


def _members(expression: str, value: Any) -> list[str]:
    names = json_names(expression)
    found = []
    for member in layouts.bundled().fields(expression) or ():
        item = value if member.inline else source(expression, member, names, value)
        found.append(f"{member.go}:{syntax(member.type, item)}")
    return found


def _internal(expression: str) -> str:
    """The server's internal type of a public one: ``core.ServicePort`` for ``core/v1.ServicePort``."""
    if expression.startswith(_KEPT):
        return expression
    internal = re.sub(_OWN_VERSIONS, ".", expression)
    types = layouts.bundled()
    return internal if types.fields(internal) is not None or internal in types.names else expression


def _go_name(expression: str) -> str:
    """A type as Go names it, with pointers and containers."""
    if expression.startswith("*"):
        return "*" + _go_name(expression[1:])
    if expression.startswith("[]"):
        return "[]" + _go_name(expression[2:])
    if expression.startswith("map["):
        key, _, inner = expression[4:].partition("]")
        return f"map[{_go_name(key)}]{_go_name(inner)}"
    if expression == "any":
        return "interface {}"
    return _internal(expression).rsplit("/", 1)[-1]


def _quantity(value: Any) -> str:
    read = Quantity.parse(str(value)) if value is not None else Quantity()
    if read.big:
        return go_quote(str(value))
    if read.format is Format.BINARY_SI:
        read = Quantity(read.unscaled, read.exponent, read.format, read.canonical())
    amount = f"resource.int64Amount{{value:{read.unscaled}, scale:{read.exponent}}}"
    nothing = "resource.infDecAmount{Dec:(*inf.Dec)(nil)}"
    return (
        f'resource.Quantity{{i:{amount}, d:{nothing}, s:{go_quote(read.text)}, Format:"{read.format.value}"}}'
    )


def _int_or_string(value: Any) -> str:
    number, text = (0, value) if isinstance(value, str) else (value or 0, "")
    return (
        f"intstr.IntOrString{{Type:{int(isinstance(value, str))}, IntVal:{number}, StrVal:{go_quote(text)}}}"
    )
