"""patches: strategic merge or JSON patches, with or without a target.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/builtins/PatchTransformer.go
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kplan.apiserver.goregexp.errors import RegexError
from kplan.apiserver.patch.json_patch import JsonPatchError, json_patch
from kplan.kustomize.configs import repeated
from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.files import Loader
from kplan.kustomize.ids import Id, gvk_in
from kplan.kustomize.merging import GONE, merge
from kplan.kustomize.reading import require_object, resources_of
from kplan.kustomize.resource import Change, Origin, Resource
from kplan.kustomize.resources import Resources
from kplan.kustomize.scalars import text_of
from kplan.kustomize.sharing import after_merge
from kplan.kustomize.transformers.model import Settings, Step, Transformer
from kplan.manifest.goyaml import GoYamlError, read


def _settings(kustomization: Settings, _specs: Settings) -> Iterator[Settings]:
    yield from kustomization.get("patches") or ()


def configure(settings: Settings, loader: Loader) -> Step:
    """Read the patch; its form decides how it is applied."""
    text, source, origin = _text(settings, loader)
    target = settings.get("target")
    options = settings.get("options") or {}
    patches = _merge_patches(text, origin)
    if patches is None:
        operations = operations_of(text)
        if operations is None:
            raise KustomizeError(f"unable to parse SM or JSON patch from {source}")
        return lambda resources: _patch_json(resources, target, operations, source, origin)
    for patch in patches:
        patch.shapes = next(iter(loader.openapi), None)
        patch.allows_name = bool(options.get("allowNameChange"))
        patch.allows_kind = bool(options.get("allowKindChange"))
    return lambda resources: _merge_all(resources, target, patches, source)


def _merge_patches(text: str, origin: Origin) -> list[Resource] | None:
    """The objects of a text that is a strategic merge patch; None if it is something else."""
    try:
        return written_at(origin, resources_of(text))
    except KustomizeError:
        return None


def _text(settings: Settings, loader: Loader) -> tuple[str, str, Origin]:
    text, path = (settings.get("patch") or "").strip(), settings.get("path") or ""
    if bool(text) == bool(path):
        wrong = (
            "patch and path can't be set at the same time"
            if text
            else "must specify one of patch and path in"
        )
        raise KustomizeError(f"{wrong}\n{repeated('PatchTransformer', settings)}")
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
    """The operations of a JSON patch, the first document alone; None if the text is something else."""
    if text.startswith("["):
        try:
            operations = json.loads(text)
        except ValueError:
            return None
    else:
        try:
            nodes = read(text, old=True)
        except GoYamlError:
            return None
        operations = nodes[0].value if nodes else None
    is_list = isinstance(operations, list) and all(isinstance(item, dict) for item in operations)
    return operations if is_list else None


def _patch_json(
    resources: Resources, target: Settings | None, operations: list[Any], source: str, origin: Origin
) -> None:
    if target is None:
        raise KustomizeError(f"must specify a target for JSON patch {source}")
    patch_selected(resources, target, operations, origin, renames=True)


def patch_selected(
    resources: Resources, target: Settings, operations: list[Any], origin: Origin, *, renames: bool
) -> None:
    """Apply JSON operations to every object of the target; what ``renames`` may be found by the earlier name."""
    for item in resources.select(target):
        if renames:
            item.remember()
        if item.tracked:
            # Upstream keeps earlier names in annotations, so there are some to add to.
            item.metadata["annotations"] = item.strings("annotations")
        try:
            item.value = json_patch(item.value, operations)
        except JsonPatchError as error:
            raise KustomizeError(str(error)) from None
        require_object(item)
        item.changes.append(Change(origin, operations))
        item.shared.clear()


def _merge_all(resources: Resources, target: Settings | None, patches: list[Resource], source: str) -> None:
    if target is None:
        for patch in patches:
            try:
                item = resources.only(patch.original)
            except KustomizeError as error:
                words = f'no resource matches strategic merge patch "{patch.original}": {error}'
                raise KustomizeError(words) from None
            _merge(resources, item, patch, alone=True)
        return
    if len(patches) > 1:
        raise KustomizeError(
            "Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set "
            f"`patches.target` field: {source}"
        )
    try:
        chosen = resources.select(target) if patches else []
    except (KustomizeError, RegexError) as error:
        raise KustomizeError(
            f'unable to find patch target "{_shown(target)}" in `resources`: {error}'
        ) from None
    for item in chosen:
        _merge(resources, item, patches[0])


def _shown(target: Settings) -> str:
    one = Id(gvk_in(target), target.get("name") or "", target.get("namespace") or "")
    return f"{one}:a={target.get('annotationSelector') or ''}:l={target.get('labelSelector') or ''}"


def merge_into_one(resources: Resources, patch: Resource) -> None:
    """Merge a patch into the object it names."""
    _merge(resources, resources.only(patch.original), patch)


def _copied(patch: Resource) -> dict[str, Any]:
    """A patch as upstream copies it for each of several objects:
    its labels and annotations are texts then, also those it would take away.
    """
    texts = {}
    for field in ("labels", "annotations"):
        found = patch.strings(field)
        if found:
            texts[field] = {name: _as_text(patch, found, name) for name in found}
    others = {name: value for name, value in patch.metadata.items() if name not in ("labels", "annotations")}
    return {**patch.value, "metadata": {**others, **texts}}


def _as_text(patch: Resource, pairs: Mapping[str, Any], name: str) -> str:
    value = pairs[name]
    if value is None:
        return "" if (id(pairs), name) in patch.blanks else "null"
    return "" if isinstance(value, (dict, list)) else text_of(value)


def _merge(resources: Resources, item: Resource, patch: Resource, *, alone: bool = False) -> None:
    if patch.allows_name or patch.allows_kind:
        item.remember()
    if patch.value.get("$patch") == "replace":
        # Upstream loses what would be put in place of a whole object.
        return
    before = item.id
    wanted = patch.value if alone else {**_copied(patch), "apiVersion": item.value.get("apiVersion")}
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
