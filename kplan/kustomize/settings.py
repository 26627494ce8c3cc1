"""Fields of a kustomization that write into objects: which of them a value of an object came from."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kplan.kustomize.alignment import Steps, value_at
from kplan.kustomize.paths import steps_of
from kplan.kustomize.scalars import text_of

_GENERATORS = ("configMapGenerator", "secretGenerator")


def written_by(kustomization: Mapping[str, Any], item: Mapping[str, Any], path: Steps) -> Steps | None:
    """Where a kustomization says the value at a path of an object, the last to write it first."""
    value = value_at(item, path)
    for find in (_by_replacement, _by_image, _by_count, _by_label, _by_namespace):
        for found in find(kustomization, item, path, value):
            return found
    return None


def generated_by(entry: Mapping[str, Any], path: Steps) -> Steps | None:
    """Where an entry of a generator says what stands at a path of the object; None if it says nothing of it."""
    section, key = (*path, "", "")[:2]
    if section in ("data", "binaryData"):
        return _source_of(entry, key)
    if section == "metadata" and key in ("labels", "annotations"):
        stands = len(path) > 2 and path[2] in ((entry.get("options") or {}).get(key) or {})
        return ("options", key, path[2]) if stands else None
    if section == "metadata":
        return (key,) if key in entry else None
    return (section,) if section == "type" and section in entry else None


def is_generator(steps: Steps) -> bool:
    """Whether a place in a kustomization is an entry of a generator."""
    return len(steps) == 2 and steps[0] in _GENERATORS


def _source_of(entry: Mapping[str, Any], key: str | int) -> Steps | None:
    """Where an entry of a generator says a key of the data; what it does not name may be in a file of variables."""
    for field in ("literals", "files"):
        for index, source in enumerate(_list(entry.get(field))):
            name, equals, _ = str(source).partition("=")
            if key == (name if equals else name.rpartition("/")[2]):
                return field, index
    return ("envs", 0) if _list(entry.get("envs")) else None


def _by_replacement(
    kustomization: Mapping[str, Any], item: Mapping[str, Any], path: Steps, _value: Any
) -> Iterator[Steps]:
    for steps, target in _targets(kustomization):
        if (target.get("select") or {}).get("kind") not in (None, "", item.get("kind")):
            continue
        for index, text in enumerate(_list(target.get("fieldPaths"))):
            if _leads_to(steps_of(str(text)), path, item):
                yield *steps, "fieldPaths", index


def _targets(kustomization: Mapping[str, Any]) -> Iterator[tuple[Steps, Mapping[str, Any]]]:
    """The targets of all replacements, each with its place."""
    for number, replacement in enumerate(_mappings(kustomization.get("replacements"))):
        for place, target in enumerate(_mappings(replacement.get("targets"))):
            yield ("replacements", number, "targets", place), target


def _leads_to(wanted: Sequence[str], path: Steps, item: Any) -> bool:
    if len(wanted) != len(path):
        return False
    for name, step in zip(wanted, path, strict=True):
        item = item[step]
        key, equals, text = name.strip("[]").partition("=")
        same = isinstance(item, dict) and text_of(item.get(key)) == text
        if name not in ("*", str(step)) and not (equals and same):
            return False
    return True


def _keys_of_image(image: Mapping[str, Any], value: str) -> Iterator[str]:
    """The keys of an entry of ``images`` that a container's image has its parts from."""
    if not value.startswith(str(image.get("newName") or image.get("name") or "")):
        return
    tags = {"digest": f"@{image.get('digest')}", "newTag": f":{image.get('newTag')}"}
    yield from (key for key, end in tags.items() if image.get(key) and end in value)
    if image.get("newName"):
        yield "newName"


def _by_image(
    kustomization: Mapping[str, Any], _item: Mapping[str, Any], path: Steps, value: Any
) -> Iterator[Steps]:
    if path[-1:] != ("image",) or not isinstance(value, str):
        return
    for field in ("images", "imageTags"):
        for index, image in enumerate(_mappings(kustomization.get(field))):
            for key in _keys_of_image(image, value):
                yield field, index, key


def _by_count(
    kustomization: Mapping[str, Any], item: Mapping[str, Any], path: Steps, value: Any
) -> Iterator[Steps]:
    name = str(value_at(item, ("metadata",)).get("name"))
    for index, replica in enumerate(
        _mappings(kustomization.get("replicas")) if path == ("spec", "replicas") else ()
    ):
        if replica.get("count") == value and str(replica.get("name")) in name:
            yield "replicas", index, "count"


def _by_label(
    kustomization: Mapping[str, Any], _item: Mapping[str, Any], path: Steps, value: Any
) -> Iterator[Steps]:
    parent, key = (("", "", *path)[-2:]) if len(path) > 1 else ("", "")
    if parent == "annotations" and _says(kustomization.get("commonAnnotations"), key, value):
        yield "commonAnnotations", key
    if parent not in ("labels", "matchLabels", "selector"):
        return
    if _says(kustomization.get("commonLabels"), key, value):
        yield "commonLabels", key
    for index, entry in enumerate(_mappings(kustomization.get("labels"))):
        if _says(entry.get("pairs"), key, value):
            yield "labels", index, "pairs", key


def _by_namespace(
    kustomization: Mapping[str, Any], item: Mapping[str, Any], path: Steps, value: Any
) -> Iterator[Steps]:
    named = path[-1:] == ("namespace",) or (item.get("kind") == "Namespace" and path == ("metadata", "name"))
    if named and kustomization.get("namespace") == value:
        yield ("namespace",)


def _says(pairs: Any, key: Any, value: Any) -> bool:
    return isinstance(pairs, dict) and key in pairs and text_of(pairs[key]) == text_of(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    return (one if isinstance(one, dict) else {} for one in _list(value))
