"""patches: strategic merge or JSON patches, with or without a target.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/builtins/PatchTransformer.go
"""

import json
from collections.abc import Iterator
from typing import Any

from kplan.apiserver.patch.json_patch import JsonPatchError, json_patch
from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.files import Loader
from kplan.kustomize.merging import GONE, merge
from kplan.kustomize.reading import resources_of
from kplan.kustomize.resource import Change, Origin, Resource
from kplan.kustomize.resources import Resources
from kplan.kustomize.sharing import after_merge
from kplan.kustomize.transformers.model import Settings, Step, Transformer
from kplan.manifest.goyaml import GoYamlError, read


def _settings(kustomization: Settings, _specs: Settings) -> Iterator[Settings]:
    yield from kustomization.get("patches") or ()


def configure(settings: Settings, loader: Loader) -> Step:
    """Read the patch; what it is decides how it is applied."""
    text, source, origin = _text(settings, loader)
    target = settings.get("target")
    options = settings.get("options") or {}
    operations = operations_of(text)
    if operations is not None:
        return lambda resources: _patch_json(resources, target, operations, source, origin)
    try:
        patches = written_at(origin, resources_of(text))
    except KustomizeError:
        raise KustomizeError(f"unable to parse SM or JSON patch from {source}") from None
    for patch in patches:
        patch.shapes = next(iter(loader.openapi), None)
        patch.allows_name = bool(options.get("allowNameChange"))
        patch.allows_kind = bool(options.get("allowKindChange"))
    return lambda resources: _merge_all(resources, target, patches, source)


def _text(settings: Settings, loader: Loader) -> tuple[str, str, Origin]:
    text, path = (settings.get("patch") or "").strip(), settings.get("path") or ""
    if bool(text) == bool(path):
        wrong = (
            "patch and path can't be set at the same time"
            if text
            else "must specify one of patch and path in"
        )
        raise KustomizeError(f"{wrong}\n")
    if text:
        return text, f"[patch: {json.dumps(text, ensure_ascii=False)}]", Origin(loader.root, 1, text=text)
    try:
        return loader.text(path), f"[path: {json.dumps(path)}]", Origin(loader.locate(path), 1)
    except KustomizeError as error:
        raise KustomizeError(f"failed to get the patch file from path({path}): {error}") from None


def written_at(origin: Origin, patches: list[Resource]) -> list[Resource]:
    """The same patches, which know where their text is written."""
    for patch in patches:
        patch.origin = origin._replace(line=patch.origin.line, steps=patch.origin.steps)
    return patches


def operations_of(text: str) -> list[Any] | None:
    """The operations of a JSON patch; None where the text is something else."""
    from kplan.manifest.loader import load_text  # noqa: PLC0415 - YAML 1.1, only for lists

    if not text.strip():
        return None
    try:
        nodes = read(text)
    except GoYamlError:
        return None
    if len(nodes) != 1 or not isinstance(nodes[0].value, list):
        return None
    operations = nodes[0].value
    if not all(isinstance(item, dict) and "op" in item for item in operations):
        return None
    documents = load_text(text).documents
    return documents[0].value if documents else operations


def _patch_json(
    resources: Resources, target: Settings | None, operations: list[Any], source: str, origin: Origin
) -> None:
    if target is None:
        raise KustomizeError(f"must specify a target for JSON patch {source}")
    patch_selected(resources, target, operations, origin)


def patch_selected(resources: Resources, target: Settings, operations: list[Any], origin: Origin) -> None:
    """Apply JSON operations to every object of the target."""
    for item in resources.select(target):
        item.remember()
        try:
            item.value = json_patch(item.value, operations)
            item.changes.append(Change(origin, operations))
            item.shared.clear()
        except JsonPatchError as error:
            raise KustomizeError(str(error)) from None


def _merge_all(resources: Resources, target: Settings | None, patches: list[Resource], source: str) -> None:
    if target is None:
        for patch in patches:
            merge_into_one(resources, patch)
        return
    if len(patches) > 1:
        raise KustomizeError(
            "Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set "
            f"`patches.target` field: {source}"
        )
    for item in resources.select(target) if patches else ():
        _merge(resources, item, patches[0], targeted=True)


def merge_into_one(resources: Resources, patch: Resource) -> None:
    """Merge a patch into the object it names."""
    wanted = patch.original
    try:
        item = resources.only(wanted)
    except KustomizeError as error:
        raise KustomizeError(f'no resource matches strategic merge patch "{wanted}": {error}') from None
    _merge(resources, item, patch)


def _merge(resources: Resources, item: Resource, patch: Resource, *, targeted: bool = False) -> None:
    if patch.allows_name or patch.allows_kind:
        item.remember()
    before = item.id
    wanted = {**patch.value, "apiVersion": item.value.get("apiVersion")} if targeted else patch.value
    result = merge(item.value, wanted, before.gvk, item.blanks, patch.shapes)
    if result is GONE or not result:
        resources.items.remove(item)
        return
    item.value = result
    if item.shared:
        after_merge(item, wanted)
    item.changes.append(Change(patch.origin, patch.value))
    if not patch.allows_kind:
        item.value["kind"] = before.gvk.kind
    if not patch.allows_name:
        item.metadata["name"] = before.name
    if before.namespace:
        item.metadata["namespace"] = before.namespace
    else:
        item.metadata.pop("namespace", None)


TRANSFORMER = Transformer("PatchTransformer", _settings, configure)
