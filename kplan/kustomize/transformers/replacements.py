"""replacements: a value of one object copied to fields of others.

Upstream: vendor/sigs.k8s.io/kustomize/api/filters/replacement/replacement.go
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.files import Loader
from kplan.kustomize.ids import Gvk, Id, anchored, gvk_in
from kplan.kustomize.paths import lookup, places, steps_of
from kplan.kustomize.resource import Resource
from kplan.kustomize.resources import Resources
from kplan.kustomize.scalars import like, text_of
from kplan.kustomize.selectors import matches
from kplan.kustomize.structured import replaced_within
from kplan.kustomize.transformers.model import Settings, Step, Transformer
from kplan.manifest.goyaml import read


def _settings(kustomization: Settings, _specs: Settings) -> Iterator[Settings]:
    if kustomization.get("replacements"):
        yield {"replacements": kustomization["replacements"]}


def configure(settings: Settings, loader: Loader) -> Step:
    """Read the replacements, those in files too."""
    found: list[Settings] = []
    for entry in settings.get("replacements") or ():
        if entry.get("path"):
            nodes = read(loader.text(entry["path"]))
            value = nodes[0].value if nodes else []
            found += value if isinstance(value, list) else [value]
        else:
            found.append(entry)
    return lambda resources: _run(resources, found)


def _run(resources: Resources, replacements: list[Settings]) -> None:
    for replacement in replacements:
        source, literal = replacement.get("source"), replacement.get("sourceValue")
        if (source is None and literal is None) or not replacement.get("targets"):
            raise KustomizeError("replacements must specify a source and at least one target")
        if source is not None and literal is not None:
            raise KustomizeError("value and resource selectors are mutually exclusive")
        value = literal if source is None else _read(resources, source)
        for target in replacement["targets"]:
            _write(resources, value, target)


def _read(resources: Resources, source: Settings) -> Any:
    wanted = Id(gvk_in(source), source.get("name") or "", source.get("namespace") or "")
    path, options = source.get("fieldPath") or "", source.get("options") or {}
    found = [item for item in resources if any(_selected(one, wanted) for one in item.ids)]
    if len(found) != 1:
        shown = f"{wanted}:{path}" if path else f"{wanted}"
        if options.get("delimiter") or options.get("create"):
            created = str(bool(options.get("create"))).lower()
            shown += f":{options.get('delimiter') or ''}({options.get('index') or 0}), create={created}"
        raise KustomizeError(f"{'multiple matches for selector' if found else 'nothing selected by'} {shown}")
    path = path or "metadata.name"
    value = lookup(found[0].value, steps_of(path))
    if value is None or value in ({}, []):
        raise KustomizeError(f"fieldPath `{path}` is missing for replacement source {wanted}")
    return _refined(value, options)


def _selected(one: Id, wanted: Id) -> bool:
    return (
        one.gvk.selected_by(wanted.gvk)
        and wanted.name in ("", one.name)
        and (not wanted.namespace or wanted.namespace in (one.namespace, one.place))
    )


def _refined(value: Any, options: Settings) -> Any:
    if not options.get("delimiter"):
        return value
    if isinstance(value, (dict, list)):
        raise KustomizeError("delimiter option can only be used with scalar nodes")
    text, index = text_of(value), options.get("index") or 0
    parts = text.split(options["delimiter"])
    if not 0 <= index < len(parts):
        raise KustomizeError(f"options.index {index} is out of bounds for value {text}")
    return parts[index]


def _write(resources: Resources, value: Any, target: Settings) -> None:
    select = target.get("select")
    if select is None:
        raise KustomizeError("target must specify resources to select")
    for item in resources:
        if not _fits(item, select) or _rejected(item, target.get("reject") or ()):
            continue
        if any(_matches(one, select) for one in item.ids):
            for path in target.get("fieldPaths") or ["metadata.name"]:
                _copy(item, value, path, target.get("options") or {})


def _fits(item: Resource, select: Settings) -> bool:
    return matches(select.get("annotationSelector") or "", item.strings("annotations")) and matches(
        select.get("labelSelector") or "", item.strings("labels")
    )


def _rejected(item: Resource, rejects: Any) -> bool:
    for reject in rejects:
        by_text = reject.get("annotationSelector") or reject.get("labelSelector")
        by_id = any(reject.get(part) for part in ("group", "version", "kind", "name", "namespace"))
        if by_text and _fits(item, reject):
            return True
        if by_id and any(_matches(one, reject) for one in item.ids):
            return True
    return False


def _matches(one: Id, select: Settings) -> bool:
    pairs = [
        *zip(("group", "version", "kind"), Gvk(*one.gvk), strict=True),
        ("name", one.name),
        ("namespace", one.namespace),
    ]
    patterns = [(anchored(str(select.get(part) or "")), own) for part, own in pairs]
    return all(pattern is None or pattern.matches(own) for pattern, own in patterns)


def _copy(item: Resource, value: Any, path: str, options: Settings) -> None:
    create = bool(options.get("create"))
    if replaced_within(item.value, steps_of(path), value, create=create):
        return
    found = list(places(item.value, steps_of(path), create=create, empty=_empty(value)))
    if not found:
        raise KustomizeError(
            f'unable to find {"or create " if create else ""}field "{path}" in replacement target'
        )
    for container, key in found:
        container[key] = _placed(container[key], value, options)


def _empty(value: Any) -> Any:
    return {} if isinstance(value, dict) else [] if isinstance(value, list) else None


def _placed(old: Any, value: Any, options: Settings) -> Any:
    delimiter, index = options.get("delimiter"), options.get("index") or 0
    if delimiter:
        if isinstance(old, (dict, list)):
            raise KustomizeError("delimiter option can only be used with scalar nodes")
        parts, text = text_of(old).split(delimiter), text_of(value)
        if index < 0:
            parts.insert(0, text)
        elif index >= len(parts):
            parts.append(text)
        else:
            parts[index] = text
        value = delimiter.join(parts)
    if isinstance(old, (dict, list)) or isinstance(value, (dict, list)):
        return deepcopy(value)
    return like(old, value)


TRANSFORMER = Transformer("ReplacementTransformer", _settings, configure)
