"""Which documents of a file kubectl decodes as objects, and its errors for the others.

kubectl reads a document in one of three ways, each with words of its own: it has it validated first where it is going
to send it, reads it as whatever it is otherwise, and into its own Go types where it works with their fields.

Upstream: staging/src/k8s.io/cli-runtime/pkg/resource/{visitor,mapper}.go, kubectl/pkg/validation/validation.go and
apimachinery/pkg/{apis/meta/v1/unstructured/helpers,runtime/serializer/json/meta}.go
"""

import json
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, Final

from kplan.api.decode import BAD_METADATA, decode
from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json, Object
from kplan.apiserver.decode import is_builtin
from kplan.apiserver.errors import StatusError
from kplan.apiserver.field import go_quote
from kplan.apiserver.patch.go_values import compact
from kplan.apiserver.patchedtype import unreadable_type
from kplan.apiserver.validation.gojson import decode_error, kind_of
from kplan.diagnostics import Diagnostic, Severity
from kplan.errors import aggregate
from kplan.fieldpath import FieldPath
from kplan.kubectl.reading import (
    UNREGISTERED,
    Decoder,
    Refused,
    Undecoded,
    check_metadata,
    holds_nothing,
    metadata_problem,
    not_valid,
)
from kplan.kubectl.wording import ClientError, ListedError, NestedError
from kplan.manifest.document import Document

_INVALID: Final = "invalid object to validate"
_NO_TYPE_INFO: Final = 'unable to get type info from the object "*unstructured.Unstructured": '
_NOT_SERVED: Final = "the server could not find the requested resource"
_END: Final = "\n"
_NESTED: Final = "*unstructured.Unstructured is not a list: no Items field in this object"


def broken(source: str, problem: str) -> Undecoded:
    """A text of a file that is no document."""
    error = ClientError(f"error parsing {source}: {problem}")
    return Undecoded(source, lambda _: Refused(error, ends=True))


def objects_of(document: Document) -> Iterator[Object]:
    """The objects of a document, or the document itself if it is not an object."""
    decoded = decode([document])
    errors = [one for one in decoded.diagnostics if one.severity is Severity.ERROR]
    if not errors:
        yield from decoded.objects
    elif all(one.rule == BAD_METADATA for one in errors) and not _is_list(document.value):
        yield Object(document.value, document)  # who reads it says what is wrong with its metadata
    else:
        yield Undecoded(
            document.source.name, partial(_refused, document),
            empty=tuple(_holding_nothing(document.value)), parts=tuple(_parts(document)),
        )  # fmt: skip


def _holding_nothing(value: Any) -> Iterator[Decoder]:
    """By whom something is taken for a list without items: if it has none in words, or is of a kind with a Go type."""
    if not isinstance(value, dict) or value.get("items") is not None:
        return
    if "items" in value and isinstance(value.get("kind"), str) and value["kind"]:
        yield Decoder.UNSTRUCTURED
    if _is_typed_list(value):
        yield Decoder.TYPED


def _is_typed_list(value: Json) -> bool:
    version, kind = value.get("apiVersion"), value.get("kind")
    if not isinstance(version, str) or not isinstance(kind, str):
        return False
    single = kind.removesuffix("List")
    return (version, kind) == ("v1", "List") or (
        single != kind and is_builtin(GroupVersionKind.of(version, single))
    )


def _refused(document: Document, decoder: Decoder) -> Refused:
    """The error of kubectl for a document that is not an object; it continues after one that it cannot decode."""
    source = document.source.name
    if decoder in (Decoder.VALIDATED, Decoder.WARNED) and (problem := _invalid(document)):
        return Refused(ClientError(not_valid(source, problem)), ends=True)
    if decoder is Decoder.TYPED:
        if problems := _wrong_items(document.value):
            return Refused(ListedError(list(map(ClientError, problems))))
        return Refused(ClientError(f"unable to decode {go_quote(source)}: {_untyped(document)}"))
    if _is_list(document.value):
        return Refused(_bad_list(document.value, source))
    if not (problem := _unstructured(document)):
        if unknown := _unknown_without_version(document):
            return Refused(ClientError(unknown))
        return Refused(StatusError(404, "NotFound", _NOT_SERVED))
    return Refused(ClientError(f"unable to decode {go_quote(source)}: {problem}"))


def unstructured(objects: Iterable[Object]) -> Iterator[Object]:
    """The objects of files, undecoded. Raises StatusError or ClientError if a document is not an object."""
    for one in objects:
        if holds_nothing(one, Decoder.UNSTRUCTURED):
            continue
        if isinstance(one, Undecoded):
            raise one.refusal(Decoder.UNSTRUCTURED).error
        check_metadata(one)
        yield one


def _is_list(value: Any) -> bool:
    return isinstance(value, dict) and value.get("items") is not None


def _invalid(document: Document) -> str:
    """Why a document cannot be sent; empty if nothing is seen of that yet."""
    value = document.value
    if problems := type_problems(value):
        return aggregate(problems)
    if (value["apiVersion"], value["kind"]) == ("v1", "List"):
        items = value.get("items")
        if not isinstance(items, list):
            return _INVALID
        problems = [text for item in items for text in type_problems(item)]
        return aggregate(problems) if problems else ""
    said = _first(document)
    return said.message if said is not None and said.message.startswith("ValidationError") else ""


def type_problems(value: Any) -> list[str]:
    """The error of kubectl for a value without apiVersion or kind, which it checks before anything else."""
    if not isinstance(value, dict):
        return [_INVALID]
    problems = []
    for name in ("apiVersion", "kind"):
        given = value.get(name)
        if given is None:
            problems.append(f"{name} not set")
        elif not isinstance(given, str):
            problems.append(f"{name} isn't string type")
        elif name == "apiVersion" and given.count("/") > 1:
            problems.append(f"unexpected GroupVersion string: {given}")
    return problems


def _first(document: Document) -> Diagnostic | None:
    return next((one for one in decode([document]).diagnostics if one.severity is Severity.ERROR), None)


def _unstructured(document: Document) -> str:
    """Why a document can be read as nothing at all; empty if only the server does not know its version."""
    value = document.value
    if not isinstance(value, dict):
        return decode_error(json.dumps(value), "unstructured.detector")
    version, kind = value.get("apiVersion"), value.get("kind")
    if not isinstance(kind, str) or not kind or (isinstance(version, str) and version.count("/") > 1):
        return f"Object 'Kind' is missing in '{_text(document)}'"
    if version is not None and not isinstance(version, str):
        where = "Go struct field metadataOnlyObject.TypeMeta.apiVersion of type string"
        return f"json: cannot unmarshal {kind_of(version)} into {where}"
    return ""


def _unknown_without_version(document: Document) -> str:
    """The error for a kind without a version that the core group does not have;
    empty if it does, or if there is a version.
    """
    value = document.value
    if value.get("apiVersion") or is_builtin(GroupVersionKind("", "v1", value["kind"])):
        return ""
    read = Object(value)
    place = f"name: {go_quote(read.name)} namespace: {go_quote(read.namespace)} from {go_quote(document.source.name)}"
    return (
        f"resource mapping not found for {place}: "
        f'no matches for kind {go_quote(value["kind"])} in version ""\nensure CRDs are installed first'
    )


def _untyped(document: Document) -> str:
    """Why a document cannot be read into a Go type."""
    value = document.value
    if problem := unreadable_type(value):
        return problem
    for name, title in (("kind", "Kind"), ("apiVersion", "apiVersion")):
        if not value.get(name):
            return f"Object '{title}' is missing in '{_text(document)}'"
    if value["apiVersion"].count("/") > 1:
        return f"unexpected GroupVersion string: {value['apiVersion']}"
    items = value.get("items")
    if items is not None and not isinstance(items, list):
        return f"json: cannot unmarshal {kind_of(items)} into Go struct field List.items of type []runtime.RawExtension"
    said = _first(document)
    return said.message if said is not None else ""


def _wrong_items(value: Any) -> list[str]:
    """What is wrong with each item of a List that cannot be read into a Go type; nothing if it is no List."""
    if not isinstance(value, dict) or (value.get("apiVersion"), value.get("kind")) != ("v1", "List"):
        return []
    items = value.get("items")
    if not isinstance(items, list):
        return []
    problems = [problem for one in items if (problem := _wrong_item(one))]
    return problems or [UNREGISTERED for one in items if not is_builtin(_type_of(one))]


def _wrong_item(item: Any) -> str:
    if problem := unreadable_type(item):
        return problem
    for name, title in (("kind", "Kind"), ("apiVersion", "apiVersion")):
        if not item.get(name):
            return f"Object '{title}' is missing in '{compact(item).removesuffix(_END)}'"
    return metadata_problem(item, item["kind"]) if is_builtin(_type_of(item)) else ""


def _type_of(item: Json) -> GroupVersionKind:
    return GroupVersionKind.of(item["apiVersion"], item["kind"])


def _bad_list(value: Any, source: str) -> ClientError:
    """Why something with items is no list of objects."""
    items, unable = value["items"], f"unable to decode {go_quote(source)}: json: cannot unmarshal "
    if not isinstance(items, list):
        return ClientError(
            f"{unable}{kind_of(items)} into Go struct field decodeList.items of type []json.RawMessage"
        )
    for item in items:
        if not isinstance(item, dict):
            return ClientError(f"{unable}{kind_of(item)} into Go value of type map[string]interface {{}}")
    if any(isinstance(item.get("items"), list) for item in items):
        return ClientError(_NESTED)
    problems = [problem for item in items if (problem := _no_type(item))]
    return NestedError(f"{_NO_TYPE_INFO}{problems[0]}")


def _parts(document: Document) -> Iterator[Object]:
    """The items of a list as kubectl has them if it reads a list as whatever it is;
    none if it does not get that far.
    """
    value = document.value
    items = value.get("items") if isinstance(value, dict) and not _unstructured(document) else None
    if not isinstance(items, list) or not all(_is_plain_item(item) for item in items):
        return
    lent = {"apiVersion": value.get("apiVersion", ""), "kind": value["kind"].removesuffix("List")}
    for index, item in enumerate(items):
        typed = item if _named(item, "kind") or _named(item, "apiVersion") else {**item, **lent}
        part = document.within(FieldPath("items") / index, typed)
        if problem := _no_type(typed):
            refused = Refused(NestedError(f"{_NO_TYPE_INFO}{problem}"))
            yield Undecoded(document.source.name, partial(_always, refused), within=part)
        else:
            yield Object(typed, part)


def _is_plain_item(item: Any) -> bool:
    return isinstance(item, dict) and not isinstance(item.get("items"), list)


def _always(refused: Refused, _decoder: Decoder) -> Refused:
    return refused


def _no_type(item: Json) -> str:
    """Why the type of an item is not known; empty if it is."""
    if not _named(item, "kind"):
        return "Object 'Kind' is missing in 'object has no kind field '"
    if not _named(item, "apiVersion"):
        return "Object 'apiVersion' is missing in 'object has no apiVersion field'"
    return ""


def _named(item: Json, name: str) -> bool:
    return isinstance(item.get(name), str) and bool(item[name])


def _text(document: Document) -> str:
    """The JSON of a document as kubectl sees it: as written if it is JSON, else as Go writes it."""
    written = document.text.strip()
    try:
        json.loads(written)
    except ValueError:
        return compact(document.value).removesuffix("\n")
    return written
