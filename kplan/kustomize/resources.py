"""The objects of a build, in order: added, merged with generated ones and selected.

Upstream: vendor/sigs.k8s.io/kustomize/api/resmap/reswrangler.go
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.hashing import go_json
from kplan.kustomize.ids import Id, anchored
from kplan.kustomize.resource import Change, Resource
from kplan.kustomize.selectors import matches
from kplan.manifest.goyaml import TypedKey, typed_key


class Resources:
    """An ordered set of objects with distinct identities."""

    def __init__(self, items: Iterable[Resource] = ()) -> None:
        self.items: list[Resource] = []
        self.extend(items)

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.items)

    def extend(self, items: Iterable[Resource]) -> None:
        """Add objects; two of one identity are an error."""
        taken = {_key(item.id) for item in self.items}
        for item in items:
            found = item.id
            if _key(found) in taken:
                raise KustomizeError(f"may not add resource with an already registered id: {found}")
            taken.add(_key(found))
            self.items.append(item)

    def with_any_id(self, wanted: Id) -> list[Resource]:
        """The objects that have or had an identity."""
        return [item for item in self.items if any(found.equals(wanted) for found in item.ids)]

    def only(self, wanted: Id) -> Resource:
        """The one object that has or had an identity."""
        found = self.with_any_id(wanted)
        if len(found) == 1:
            return found[0]
        reason = f"{'multiple' if found else 'no'} matches for Id {wanted}"
        raise KustomizeError(f"{reason}; failed to find unique target for patch {wanted}")

    def absorb(self, items: Iterable[Resource]) -> None:
        """Add generated objects, or merge them into what they say they change."""
        for item in items:
            self._absorb(item)

    def _absorb(self, item: Resource) -> None:
        found = self.with_any_id(item.id)
        changes = item.behavior in ("merge", "replace")
        if not found:
            if changes:
                raise KustomizeError(f"id {item.id.go} does not exist; cannot merge or replace")
            self.extend([item])
        elif len(found) > 1:
            shown = " ".join(go_json(one.tracked_value()) for one in found)
            raise KustomizeError(f"found multiple objects [{shown}] that could accept merge of {item.id}")
        elif not changes:
            raise KustomizeError(
                f"id {item.id.go} exists; can not use behavior: '{item.behavior}', behavior must be merge or replace"
            )
        else:
            old = found[0]
            _merge(item, old)
            self.items[self.items.index(old)] = item

    def select(self, target: Mapping[str, Any]) -> list[Resource]:
        """The objects that a target names."""
        chosen = selector(target)
        return [item for item in self.items if chosen(item)]


def _key(found: Id) -> tuple[Any, str, str]:
    return found.gvk, found.name, found.place


def _merge(new: Resource, old: Resource) -> None:
    for name in ("labels", "annotations"):
        merged = {**old.strings(name), **new.strings(name)}
        if merged:
            new.metadata[name] = {typed_key(str(key)): item for key, item in merged.items()}
            new.unprintable |= any(isinstance(key, TypedKey) for key in new.metadata[name])
    new.metadata["name"] = old.name
    if old.namespace:
        new.metadata["namespace"] = old.namespace
    if new.behavior == "merge":
        for name in ("data", "binaryData"):
            merged = {**(old.value.get(name) or {}), **(new.value.get(name) or {})}
            if merged:
                new.value[name] = merged
    new.needs_hash = new.needs_hash and old.needs_hash
    new.previous, new.prefixes, new.suffixes = list(old.previous), list(old.prefixes), list(old.suffixes)
    if new.behavior == "merge":
        new.changes = [*old.changes, Change(new.origin, new.value), *new.changes]
        new.origin = old.origin
    new.behavior = old.behavior


def selector(target: Mapping[str, Any]) -> Callable[[Resource], bool]:
    """A patch's target as a test of objects."""
    parts = [anchored(str(target.get(part) or "")) for part in ("group", "version", "kind")]
    name, namespace = (anchored(str(target.get(part) or "")) for part in ("name", "namespace"))
    labels, annotations = target.get("labelSelector") or "", target.get("annotationSelector") or ""

    def chosen(item: Resource) -> bool:
        now, first = item.id, item.original
        return (
            (namespace is None or any(namespace.matches(found.place) for found in (first, now)))
            and (name is None or any(name.matches(found.name) for found in (first, now)))
            and all(part is None or part.matches(own) for part, own in zip(parts, now.gvk, strict=True))
            and matches(labels, item.strings("labels"))
            and matches(annotations, item.strings("annotations"))
        )

    return chosen
