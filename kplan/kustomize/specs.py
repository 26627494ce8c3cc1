"""The field specs in effect: kustomize's own, and those of ``configurations:`` files.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/plugins/builtinconfig/transformerconfig.go
"""

from collections.abc import Mapping
from typing import Any, Final

from kplan.kustomize.defaults import data
from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.fieldspecs import merged
from kplan.kustomize.files import Loader
from kplan.kustomize.ids import gvk_in
from kplan.manifest.goyaml import read

_LISTS: Final = {
    "namePrefix": "NamePrefix", "nameSuffix": "NameSuffix", "namespace": "NameSpace", "commonLabels": "CommonLabels",
    "labels": "Labels", "templateLabels": "TemplateLabels", "commonAnnotations": "CommonAnnotations",
    "varReference": "VarReference", "images": "Images", "replicas": "Replicas",
}  # fmt: skip

_GVK: Final = ("group", "version", "kind")

Specs = dict[str, list[Any]]


def defaults() -> Specs:
    """Kustomize's own."""
    return {name: list(data().get(name) or ()) for name in (*_LISTS, "nameReference")}


def configured(loader: Loader, paths: list[str]) -> Specs:
    """What a kustomization's configurations add; its own defaults if there are none."""
    if not paths:
        return defaults()
    result: Specs = defaults()
    for path in paths:
        nodes = read(loader.text(path))
        value = nodes[0].value if nodes else {}
        if unknown := _unknown(value or {}):
            raise KustomizeError(
                f'error unmarshaling JSON: while decoding JSON: json: unknown field "{unknown}"'
            )
        result = united(result, value or {})
    return result


def _unknown(value: Mapping[str, Any]) -> str:
    """The first unknown field of a configuration, in the order in which Go meets them; empty if there is none."""
    for name in sorted(value):
        if name not in _LISTS and name != "nameReference":
            return name
        rows = value[name] if isinstance(value[name], list) else []
        for row in rows:
            if unknown := _unknown_in(row, inner=name == "nameReference"):
                return unknown
    return ""


def _unknown_in(row: Any, *, inner: bool) -> str:
    """The first unknown field of a field spec, or of a list of them for some kind."""
    known = (*_GVK, "fieldSpecs") if inner else (*_GVK, "path", "create")
    for name in sorted(row) if isinstance(row, dict) else ():
        if name.lower() not in map(str.lower, known):
            return str(name)
        inside = row[name] if name == "fieldSpecs" and isinstance(row[name], list) else ()
        if unknown := next(filter(None, (_unknown_in(each, inner=False) for each in inside)), ""):
            return unknown
    return ""


def united(specs: Mapping[str, list[Any]], more: Mapping[str, Any]) -> Specs:
    """Both, without repeating any."""
    result: Specs = {}
    for name, words in _LISTS.items():
        try:
            result[name] = list(merged(specs.get(name) or (), more.get(name) or ()))
        except KustomizeError as error:
            raise KustomizeError(f"failed to merge {words} fieldSpec: {error}") from None
    result["nameReference"] = _references(specs.get("nameReference") or [], more.get("nameReference") or [])
    return result


def _references(rows: list[Any], more: list[Any]) -> list[Any]:
    result = list(rows)
    places = {gvk_in(row): index for index, row in reversed([*enumerate(result)])}
    for row in more:
        same = places.get(gvk_in(row))
        if same is None:
            places[gvk_in(row)] = len(result)
            result.append(row)
        else:
            fields = merged(result[same].get("fieldSpecs") or (), row.get("fieldSpecs") or ())
            result[same] = {**result[same], "fieldSpecs": list(fields)}
    return result
