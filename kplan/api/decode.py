"""Documents to objects: what kubectl takes for an object, lists flattened, and a diagnostic for everything else.

The texts of refusals are kubectl's, so that searching for them finds the same answers.

Upstream: staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go, kubectl/pkg/validation/validation.go and
apimachinery/pkg/apis/meta/v1/unstructured/helpers.go
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from kplan.api.object import Object
from kplan.diagnostics import Diagnostic
from kplan.fieldpath import ROOT, FieldPath
from kplan.manifest.document import Document

NOT_AN_OBJECT: Final = "OBJ001"
NO_TYPE: Final = "OBJ002"
BAD_LIST: Final = "OBJ003"
BAD_METADATA: Final = "OBJ004"

_TYPE_HELP = "every document needs apiVersion and kind, for example 'apiVersion: v1' and 'kind: ConfigMap'"


class Decoded(NamedTuple):
    """The objects in reading order, and what could not become one."""

    objects: list[Object]
    diagnostics: list[Diagnostic]


def decode(documents: Iterable[Document]) -> Decoded:
    """Turn documents into objects."""
    decoded = Decoded([], [])
    for document in documents:
        for item in _flatten(document):
            if isinstance(item, Diagnostic):
                decoded.diagnostics.append(item)
            else:
                decoded.objects.append(item)
    return decoded


def _flatten(document: Document) -> Iterator[Object | Diagnostic]:
    refusal = _check_type(document)
    if refusal:
        yield refusal
        return
    items = document.value.get("items")
    if items is None:
        yield from _object(document)
    elif not isinstance(items, list):
        if document.value["kind"].endswith("List"):
            yield _refuse(document, BAD_LIST, "items is not a list", FieldPath("items"))
        else:
            yield from _object(document)
    else:
        yield from _items(document, ROOT, document.value, items)


def _items(
    document: Document, path: FieldPath, value: dict[str, Any], items: list[Any]
) -> Iterator[Object | Diagnostic]:
    """Give every item of a list, lists in it flattened; a typed list lends its items its type."""
    kind = value["kind"].removesuffix("List")
    for index, item in enumerate(items):
        place = path / "items" / index
        inferred = item
        if isinstance(item, dict) and not item.get("kind") and not item.get("apiVersion") and kind:
            inferred = {"apiVersion": value["apiVersion"], "kind": kind, **item}
        part = document.within(place, inferred)
        refusal = _check_type(part)
        if refusal:
            yield refusal
        elif isinstance(inferred.get("items"), list):
            yield from _items(document, place, inferred, inferred["items"])
        else:
            yield from _object(part)


def _check_type(document: Document) -> Diagnostic | None:
    value = document.value
    if not isinstance(value, dict):
        name = {list: "a list", str: "a text", bool: "a boolean"}.get(type(value), "a number")
        return _refuse(
            document, NOT_AN_OBJECT, f"invalid object to validate: the document is {name}, not a mapping"
        )
    problems = []
    place = ROOT
    for name in ("apiVersion", "kind"):
        given = value.get(name)
        if given is None or given == "":
            problems.append(f"{name} not set")
        elif not isinstance(given, str):
            problems.append(f"{name} isn't string type")
            place = FieldPath(name)
    if not problems and value["apiVersion"].count("/") > 1:
        problems.append(f"unexpected GroupVersion string: {value['apiVersion']}")
        place = FieldPath("apiVersion")
    if not problems:
        return None
    return _refuse(document, NO_TYPE, "; ".join(problems), place, hint=_TYPE_HELP)


def _object(document: Document) -> Iterator[Object | Diagnostic]:
    """Give the object, unless its metadata could not be read by kubectl either."""
    metadata = document.value.get("metadata")
    path = FieldPath("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        yield _refuse(document, BAD_METADATA, "metadata is not a mapping", path)
        return
    for name in ("name", "namespace", "generateName"):
        given = (metadata or {}).get(name)
        if given is not None and not isinstance(given, str):
            what = (
                "boolean"
                if isinstance(given, bool)
                else "number"
                if isinstance(given, (int, float))
                else "mapping or list"
            )
            yield _refuse(
                document, BAD_METADATA, f"metadata.{name} is a {what}, not a text", path / name,
                hint=f'quote it: {name}: "{given}"' if what != "mapping or list" else "",
            )  # fmt: skip
            return
    yield Object(document.value, document)


def _refuse(
    document: Document, rule: str, message: str, path: FieldPath = ROOT, *, hint: str = ""
) -> Diagnostic:
    return Diagnostic(
        rule, message, path=path, location=document.location(path), excerpt=document.excerpt(path), help=hint
    )
