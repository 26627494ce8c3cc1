"""replacements: a value of one object copied to fields of others.

Upstream: vendor/sigs.k8s.io/kustomize/api/filters/replacement/replacement.go
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, Final

from kplan.apiserver.goregexp.errors import RegexError
from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.files import Loader
from kplan.kustomize.gosyntax import quoted
from kplan.kustomize.ids import Id, anchored, gvk_in
from kplan.kustomize.paths import NEW, lookup, places, steps_of
from kplan.kustomize.reading import require_object
from kplan.kustomize.resource import Resource
from kplan.kustomize.resources import Resources
from kplan.kustomize.scalars import like, text_of
from kplan.kustomize.selectors import matches
from kplan.kustomize.structured import replaced_within
from kplan.kustomize.transformers.model import Settings, Step, Transformer
from kplan.manifest.goyaml import plain, read

_PARTS: Final = ("group", "version", "kind", "name", "namespace")


def _settings(kustomization: Settings, _specs: Settings) -> Iterator[Settings]:
    if kustomization.get("replacements"):
        yield {"replacements": kustomization["replacements"]}


def configure(settings: Settings, loader: Loader) -> Step:
    """Read the replacements, those in files too."""
    found: list[Settings] = []
    for entry in settings.get("replacements") or ():
        if not entry.get("path"):
            found.append(entry)
        elif entry.get("source") or entry.get("targets"):
            raise KustomizeError("cannot specify both path and inline replacement")
        else:
            found += _in_file(loader.text(entry["path"]))
    return lambda resources: _run(resources, found)


def _in_file(text: str) -> list[Settings]:
    nodes = read(text)
    value = nodes[0].value if nodes else None
    if isinstance(value, (dict, list)):
        return value if isinstance(value, list) else [value]
    kind = "invalid" if value is None else "string" if isinstance(value, str) else "float64"
    raise KustomizeError(f"unsupported replacement type encountered within replacement path: {kind}")


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
    try:
        value = lookup(found[0].value, steps_of(path))
    except KustomizeError as error:
        raise KustomizeError(f"error looking up replacement source: {error}") from None
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
    try:
        rejects = [one for one in target.get("reject") or () if any(one.get(part) for part in _PARTS)]
        chosen, *rejected = map(_tester, [select, *rejects])
    except RegexError as error:
        raise KustomizeError(f"error creating target selector: {error}") from None
    for item in resources:
        if not _fits(item, select) or any(_fits(item, one) for one in _by_text(target)):
            continue
        ids = item.ids
        if any(reject(one) for reject in rejected for one in ids) or not any(map(chosen, ids)):
            continue
        for path in target.get("fieldPaths") or ["metadata.name"]:
            _copy(item, value, path, target.get("options") or {})
        require_object(item)


def _fits(item: Resource, select: Settings) -> bool:
    return matches(select.get("annotationSelector") or "", item.strings("annotations")) and matches(
        select.get("labelSelector") or "", item.strings("labels")
    )


def _by_text(target: Settings) -> list[Settings]:
    """What is rejected by its labels and annotations."""
    rejects = target.get("reject") or ()
    return [one for one in rejects if one.get("annotationSelector") or one.get("labelSelector")]


def _tester(select: Settings) -> Callable[[Id], bool]:
    """A test of identities by patterns of their parts."""
    patterns = [anchored(str(select.get(part) or "")) for part in _PARTS]

    def test(one: Id) -> bool:
        own = (*one.gvk, one.name, one.namespace)
        return all(
            pattern is None or pattern.matches(text) for pattern, text in zip(patterns, own, strict=True)
        )

    return test


def _copy(item: Resource, value: Any, path: str, options: Settings) -> None:
    create = bool(options.get("create"))
    if replaced_within(item.value, steps_of(path), value, create=create):
        return
    wrong = f"unable to find {'or create ' if create else ''}field {quoted(path)} in replacement target"
    try:
        found = list(places(item.value, steps_of(path), create=create, empty=_empty(value)))
    except (KustomizeError, RegexError) as error:
        raise KustomizeError(f"{wrong}: {error}") from None
    if not found:
        raise KustomizeError(wrong)
    for container, key in found:
        container[key] = _placed(container[key], value, options)


def _empty(value: Any) -> Any:
    return {} if isinstance(value, dict) else [] if isinstance(value, list) else NEW


def _placed(old: Any, value: Any, options: Settings) -> Any:
    if options.get("delimiter"):
        value = _joined(old, value, options["delimiter"], options.get("index") or 0)
    if old is NEW and not isinstance(value, (dict, list)):
        return plain(text_of(value))
    if isinstance(old, (dict, list)):
        return deepcopy(value)
    return like(old, value)


def _joined(old: Any, value: Any, delimiter: str, index: int) -> str:
    if isinstance(old, (dict, list)):
        raise KustomizeError("delimiter option can only be used with scalar nodes")
    parts = text_of("" if old is NEW else old).split(delimiter)
    text = "" if isinstance(value, (dict, list)) else text_of(value)
    if index < 0:
        parts.insert(0, text)
    elif index >= len(parts):
        parts.append(text)
    else:
        parts[index] = text
    return delimiter.join(parts)


TRANSFORMER = Transformer("ReplacementTransformer", _settings, configure)
