"""Documents to objects: what kubectl takes for an object, lists flattened, and a diagnostic for everything else.

The texts of refusals are kubectl's, so that searching for them finds the same answers. kubectl sends nothing of a list
with one bad item, and reads no further in that file; here the other objects are still looked at, and named as unsent.

Upstream: staging/src/k8s.io/cli-runtime/pkg/resource/{visitor,mapper}.go, kubectl/pkg/validation/validation.go and
apimachinery/pkg/{apis/meta/v1/unstructured/helpers,api/meta/help}.go
"""

from collections.abc import Iterable, Iterator, Mapping
from types import NoneType
from typing import Any, Final

from kplan.api.object import Json, Object
from kplan.diagnostics import Diagnostic, Severity
from kplan.errors import aggregate
from kplan.fieldpath import ROOT, FieldPath
from kplan.inputs.kustomizations import is_kustomization
from kplan.manifest.document import Document
from kplan.namedtuples import NamedTuple

NOT_AN_OBJECT: Final = "OBJ001"
NO_TYPE: Final = "OBJ002"
BAD_LIST: Final = "OBJ003"
BAD_METADATA: Final = "OBJ004"

Place = tuple[int, int]
"""Line and column of a file, from 0."""
_NOTHING: Final[Mapping[str, Place]] = {}
_KUSTOMIZATION_HELP = "this is a kustomization, which is no object: build its folder with -k"
_OWN_HELP = "kplan wrote this file: 'kplan show PLAN' prints a saved plan, and 'kplan apply PLAN' applies it"
_TYPE_HELP = "every document needs apiVersion and kind, for example 'apiVersion: v1' and 'kind: ConfigMap'"

_NESTED = "*unstructured.Unstructured is not a list: no Items field in this object"
_NESTED_HELP = "kubectl reads no list inside a list; move its items to the outer one"
_NO_KIND = "Object 'Kind' is missing in 'object has no kind field '"
_NO_VERSION = "Object 'apiVersion' is missing in 'object has no apiVersion field'"


class Decoded(NamedTuple):
    """The objects in reading order, and what could not become one."""

    objects: list[Object]
    diagnostics: list[Diagnostic]
    unsent: set[int]
    """The objects kubectl would not send, because their document or an earlier one in the file is broken."""


def decode(documents: Iterable[Document], broken: Mapping[str, Place] = _NOTHING) -> Decoded:
    """Turn documents into objects. ``broken`` gives the place in each file at which kubectl stops reading."""
    decoded = Decoded([], [], set())
    stopped = set[str]()
    for document in documents:
        first, file = len(decoded.objects), document.source.name
        for item in _flatten(document):
            if isinstance(item, Diagnostic):
                decoded.diagnostics.append(item)
                if item.severity is Severity.ERROR:
                    stopped.add(file)
            else:
                decoded.objects.append(item)
        if file in stopped or (file in broken and (document.line, document.column) >= broken[file]):
            decoded.unsent.update(range(first, len(decoded.objects)))
    return decoded


def _flatten(document: Document) -> Iterator[Object | Diagnostic]:
    refusal = _check_type(document)
    if refusal:
        yield refusal
    elif "items" in document.value or _needs_items(document.value):
        yield from _list(document, document.value)
    else:
        yield from _object(document)


def _needs_items(value: Json) -> bool:
    """Tell whether only a list can be of that type; a custom kind may be called AccessList and be none."""
    group, kind = value["apiVersion"].rpartition("/")[0], value["kind"]
    return _is_plain(value) or (kind.endswith("List") and kind != "List" and "." not in group)


def _is_plain(value: Json) -> bool:
    return (value["apiVersion"], value["kind"]) == ("v1", "List")


def _list(document: Document, value: Json) -> Iterator[Object | Diagnostic]:
    """Yield every item of what kubectl treats as a list: anything with ``items``, of any kind."""
    refusal = _check_items(document, value) or _check_metadata(document)
    if refusal:
        yield refusal
        return
    if not value["kind"].endswith("List"):
        yield _refuse(
            document, BAD_LIST, "kubectl takes this for a list, since it has items: only they are applied",
            FieldPath("items"), Severity.WARNING, hint="rename or remove items if it is not a list",
        )  # fmt: skip
    for index, item in enumerate(value.get("items") or ()):
        yield from _item(document.within(FieldPath("items") / index, item), value, index)


def _check_items(document: Document, value: Json) -> Diagnostic | None:
    items, kind = value.get("items"), value["kind"]
    if isinstance(items, list) or (items is None and not kind.endswith("List")):
        return None
    if _is_plain(value):
        message = f"invalid object to validate: {'items is not a list' if 'items' in value else 'a List needs items'}"
    elif items is None and kind != "List":
        message = f'ValidationError({kind}): missing required field "items"'
    elif items is None:
        return None
    else:
        message = f"unable to decode: json: cannot unmarshal {_json_type(items)} into Go struct field decodeList.items of type []json.RawMessage"
    return _refuse(document, BAD_LIST, message, FieldPath("items"))


def _item(part: Document, value: Json, index: int) -> Iterator[Object | Diagnostic]:
    """Yield one item; a typed list lends its type to items without one."""
    refusal = None
    if _is_plain(value):
        refusal = _check_type(part)
    else:
        refusal = _check_member(part, value["kind"], index)
        if not refusal:
            part = part.within(part.prefix, _typed(part.value or {}, value))
            refusal = _check_inferred(part)
    if not refusal and isinstance(part.value.get("items"), list):
        refusal = _refuse(part, BAD_LIST, _NESTED, FieldPath("items"), hint=_NESTED_HELP)
    if refusal:
        yield refusal
    else:
        yield from _object(part)


def _check_member(part: Document, kind: str, index: int) -> Diagnostic | None:
    item = part.value
    if isinstance(item, dict) or (item is None and kind in ("", "List")):
        return None
    if item is None and kind.endswith("List"):
        message = f'ValidationError({kind}.items): unknown object type "nil" in {kind}.items[{index}]'
    elif item is None:
        return None
    else:
        message = f"unable to decode: json: cannot unmarshal {_json_type(item)} into Go value of type map[string]interface {{}}"
    return _refuse(part, NOT_AN_OBJECT, message)


def _typed(item: Json, value: Json) -> Json:
    given = item.get("kind"), item.get("apiVersion")
    if any(isinstance(name, str) and name for name in given):
        return item
    return {**item, "apiVersion": value["apiVersion"], "kind": value["kind"].removesuffix("List")}


def _check_inferred(part: Document) -> Diagnostic | None:
    for name, words in (("kind", _NO_KIND), ("apiVersion", _NO_VERSION)):
        given = part.value.get(name)
        if not isinstance(given, str) or not given:
            return _refuse(part, NO_TYPE, words, FieldPath(name), hint=_TYPE_HELP)
    return _check_type(part)


def _check_type(document: Document) -> Diagnostic | None:
    value = document.value
    if not isinstance(value, dict):
        name = {list: "a list", str: "a string", bool: "a boolean", NoneType: "null"}.get(
            type(value), "a number"
        )
        what = "the document" if document.prefix == ROOT else "the item"
        return _refuse(
            document, NOT_AN_OBJECT, f"invalid object to validate: {what} is {name}, not a mapping"
        )
    problems = []
    place = ROOT
    for name in ("apiVersion", "kind"):
        given = value.get(name)
        if given is None or given == "":
            problems.append(f"{name} not set")
            continue
        if not isinstance(given, str):
            problems.append(f"{name} isn't string type")
        elif name == "apiVersion" and given.count("/") > 1:
            problems.append(f"unexpected GroupVersion string: {given}")
        else:
            continue
        place = FieldPath(name)
    if not problems:
        return None
    return _refuse(document, NO_TYPE, aggregate(problems), place, hint=_type_help(document))


def _type_help(document: Document) -> str:
    if is_kustomization(document.source.name, document.value):
        return _KUSTOMIZATION_HELP
    from kplan.inputs.classify import is_own  # noqa: PLC0415 - few documents have no type

    return _OWN_HELP if is_own(document.value) else _TYPE_HELP


def _json_type(value: Any) -> str:
    """Name the type as Go's JSON decoder does."""
    names = {bool: "bool", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "number")


def _object(document: Document) -> Iterator[Object | Diagnostic]:
    """Yield the object, unless kubectl could not read its metadata either."""
    yield _check_metadata(document) or Object(document.value, document)


def _check_metadata(document: Document) -> Diagnostic | None:
    metadata = document.value.get("metadata")
    path = FieldPath("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        return _refuse(document, BAD_METADATA, "metadata is not a mapping", path)
    for name in ("name", "namespace", "generateName"):
        given = (metadata or {}).get(name)
        if given is not None and not isinstance(given, str):
            what = {bool: "boolean", int: "number", float: "number"}.get(type(given), "mapping or list")
            return _refuse(
                document, BAD_METADATA, f"metadata.{name} is a {what}, not a string", path / name,
                hint=document.quoted(path / name) if what != "mapping or list" else "",
            )  # fmt: skip
    return None


def _refuse(
    document: Document,
    rule: str,
    message: str,
    path: FieldPath = ROOT,
    severity: Severity = Severity.ERROR,
    *,
    hint: str = "",
) -> Diagnostic:
    return Diagnostic(
        rule,
        message,
        severity,
        path=path,
        location=document.location(path),
        excerpt=document.excerpt(path),
        help=hint,
    )
