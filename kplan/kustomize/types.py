"""The types of a kustomization's fields, and Go's words for a value of another type.

Upstream: vendor/sigs.k8s.io/kustomize/api/types
"""

from collections.abc import Mapping
from typing import Any, Final

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.hashing import go_json

_INT64: Final = range(-(1 << 63), 1 << 63)
_P: Final = "types.PatchStrategicMerge"
_S, _B, _I, _L, _M, _A = "string", "bool", "int", "[]string", "map[string]string", "any"
_BLANK: Final[Mapping[str, Any]] = {_S: "", _P: ""}
"""What ``null`` means as an item of a list: an empty struct, or an empty text."""
_TARGET: Final = {
    "group": _S, "version": _S, "kind": _S, "name": _S, "namespace": _S, "labelSelector": _S, "annotationSelector": _S,
}  # fmt: skip
_SPEC: Final = {"group": _S, "version": _S, "kind": _S, "path": _S, "create": _B}
_OPTIONS: Final = {"labels": _M, "annotations": _M, "disableNameSuffixHash": _B, "immutable": _B}
_MAP: Final = {
    "GeneratorArgs.namespace": _S, "GeneratorArgs.name": _S, "GeneratorArgs.behavior": _S,
    "GeneratorArgs.KvPairSources.literals": _L, "GeneratorArgs.KvPairSources.files": _L,
    "GeneratorArgs.KvPairSources.envs": _L, "GeneratorArgs.KvPairSources.env": _S,
    "GeneratorArgs.options": "*types.GeneratorOptions",
}  # fmt: skip
_FIELD_OPTIONS: Final = {"delimiter": _S, "index": _I, "encoding": _S, "create": _B}
STRUCTS: Final[Mapping[str, Mapping[str, str]]] = {
    "Kustomization": {
        "TypeMeta.apiVersion": _S, "TypeMeta.kind": _S, "metadata": "*types.ObjectMeta", "openapi": _M, "namePrefix": _S,
        "nameSuffix": _S, "namespace": _S, "commonLabels": _M, "labels": "[]types.Label",
        "commonAnnotations": _M, "patchesStrategicMerge": f"[]{_P}", "patchesJson6902": "[]types.Patch",
        "patches": "[]types.Patch", "images": "[]types.Image", "imageTags": "[]types.Image",
        "replacements": "[]types.ReplacementField", "replicas": "[]types.Replica", "vars": "[]types.Var",
        "sortOptions": "*types.SortOptions", "resources": _L, "components": _L, "crds": _L, "bases": _L,
        "configMapGenerator": "[]types.ConfigMapArgs", "secretGenerator": "[]types.SecretArgs",
        "helmGlobals": "*types.HelmGlobals", "helmCharts": "[]types.HelmChart",
        "helmChartInflationGenerator": "[]types.HelmChartArgs",
        "generatorOptions": "*types.GeneratorOptions", "configurations": _L, "generators": _L,
        "transformers": _L, "validators": _L, "buildMetadata": _L,
    },
    "ObjectMeta": {"name": _S, "namespace": _S, "labels": _M, "annotations": _M},
    "Label": {"pairs": _M, "includeSelectors": _B, "includeTemplates": _B, "fields": "[]types.FieldSpec"},
    "FieldSpec": _SPEC,
    "Patch": {"path": _S, "patch": _S, "target": "*types.Selector", "options": "*types.PatchArgs"},
    "PatchArgs": {"allowNameChange": _B, "allowKindChange": _B},
    "Selector": _TARGET,
    "Image": {"name": _S, "newName": _S, "tagSuffix": _S, "newTag": _S, "digest": _S},
    "ReplacementField": {
        "path": _S, "Replacement.source": "*types.SourceSelector",
        "Replacement.targets": "[]*types.TargetSelector", "Replacement.sourceValue": _S,
    },
    "SourceSelector": {
        "group": _S, "version": _S, "kind": _S, "name": _S, "namespace": _S, "fieldPath": _S,
        "options": "*types.FieldOptions",
    },
    "TargetSelector": {
        "select": "*types.Selector", "reject": "[]*types.Selector", "fieldPaths": _L, "options": "*types.FieldOptions",
    },
    "FieldOptions": _FIELD_OPTIONS,
    "Replica": {"name": _S, "count": "int64"},
    "Var": {"name": _S, "objref": "types.Target", "fieldref": "types.FieldSelector"},
    "Target": {"apiVersion": _S, "group": _S, "version": _S, "kind": _S, "name": _S, "namespace": _S},
    "FieldSelector": {"fieldPath": _S},
    "SortOptions": {"order": _S, "legacySortOptions": "*types.LegacySortOptions"},
    "LegacySortOptions": {"orderFirst": _L, "orderLast": _L},
    "GeneratorOptions": _OPTIONS,
    "HelmGlobals": {"chartHome": _S, "configHome": _S},
    "HelmChart": {
        "name": _S, "version": _S, "repo": _S, "releaseName": _S, "namespace": _S, "additionalValuesFiles": _L,
        "valuesFile": _S, "valuesInline": _A, "valuesMerge": _S, "includeCRDs": _B, "skipHooks": _B, "apiVersions": _L,
        "kubeVersion": _S, "nameTemplate": _S, "skipTests": _B, "debug": _B, "devel": _B,
    },
    "HelmChartArgs": {
        "chartName": _S, "chartVersion": _S, "chartRepoUrl": _S, "chartHome": _S, "chartRepoName": _S, "helmBin": _S,
        "helmHome": _S, "values": _S, "valuesLocal": _A, "valuesMerge": _S, "releaseName": _S,
        "releaseNamespace": _S, "extraArgs": _L,
    },
    "ConfigMapArgs": _MAP,
    "SecretArgs": {**_MAP, "type": _S},
}  # fmt: skip


def checked(value: Any) -> dict[str, Any]:
    """A kustomization with its fields spelt as upstream spells them; null ones are left out."""
    if not isinstance(value, dict):
        raise KustomizeError(
            f"json: cannot unmarshal {_word(value)} into Go value of type types.Kustomization"
        )
    return _struct(value, "Kustomization", ())


def _struct(value: dict[str, Any], name: str, path: tuple[str, ...]) -> dict[str, Any]:
    fields = {full.rpartition(".")[2].lower(): (full, kind) for full, kind in STRUCTS[name].items()}
    result: dict[str, Any] = {}
    for key in sorted(value, key=str):
        found = fields.get(str(key).lower())
        if found is None:
            raise KustomizeError(f'json: unknown field "{key}"')
        if value[key] is not None:
            full, kind = found
            result[full.rpartition(".")[2]] = _typed(value[key], kind, name, (*path, full))
    return result


def _typed(value: Any, kind: str, owner: str, path: tuple[str, ...]) -> Any:
    if kind == _A:
        return value
    if kind.startswith("[]"):
        if not isinstance(value, list):
            raise _wrong(value, kind, owner, path)
        return [
            _typed(_BLANK.get(kind[2:], {}) if item is None else item, kind[2:], owner, path)
            for item in value
        ]
    if kind == _M:
        if not isinstance(value, dict):
            raise _wrong(value, kind, owner, path)
        return {
            str(key): "" if item is None else _typed(item, _S, owner, path) for key, item in value.items()
        }
    struct = kind.lstrip("*").removeprefix("types.")
    if struct in STRUCTS:
        if not isinstance(value, dict):
            raise _wrong(value, kind.lstrip("*"), owner, path)
        return _struct(value, struct, path)
    wanted = {_S: str, _P: str, _B: bool}.get(kind, int)
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise _wrong(value, kind, owner, path)
    if wanted is int and value not in _INT64:
        raise _wrong(value, kind, owner, path)
    return value


def _wrong(value: Any, kind: str, owner: str, path: tuple[str, ...]) -> KustomizeError:
    word = _word(value)
    if word == "number" and kind in ("int64", _I):
        word = f"number {go_json(value)}"
    return KustomizeError(
        f"json: cannot unmarshal {word} into Go struct field {owner}.{'.'.join(path)} of type {kind}"
    )


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object" if isinstance(value, dict) else "null"
