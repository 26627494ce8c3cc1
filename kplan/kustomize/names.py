"""References by name that follow renamed objects.

Upstream: vendor/sigs.k8s.io/kustomize/api/filters/nameref/nameref.go
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.fieldspecs import split, walk
from kplan.kustomize.ids import Gvk, gvk_in
from kplan.kustomize.resource import Resource
from kplan.kustomize.resources import Resources


def follow(resources: Resources, references: Iterable[Mapping[str, Any]]) -> None:
    """Change every reference to an object of the build to the object's name now."""
    originals = {id(item): item.original.gvk for item in resources}
    rows = [
        (gvk_in(row), gvk_in(spec), str(spec.get("path") or ""))
        for row in references
        for spec in row.get("fieldSpecs") or ()
    ]
    by_name: dict[str, list[Resource]] = {}
    for item in resources:
        for name in dict.fromkeys(one.name for one in item.earlier):
            by_name.setdefault(name, []).append(item)
    for item in resources:
        gvk = originals[id(item)]
        for target, referrer, path in rows:
            if gvk.selected_by(referrer):
                _Reference(item, target, path, resources, by_name).run()


class _Reference:
    """One field of one object that may name objects of a kind."""

    def __init__(
        self,
        referrer: Resource,
        target: Gvk,
        path: str,
        resources: Resources,
        by_name: Mapping[str, list[Resource]],
    ) -> None:
        self.referrer, self.target, self.path = referrer, target, path
        self.resources, self.by_name = resources, by_name
        self._own = referrer.id

    def run(self) -> None:
        try:
            walk(self.referrer.value, split(self.path), self._put, None)
        except KustomizeError as error:
            where = f"updating name reference in '{self.path}' field of '{self.referrer.id}'"
            raise KustomizeError(
                f"{where}: considering field '{self.path}' of object {self.referrer.id}: {error}"
            ) from None

    def _put(self, container: Any, key: Any) -> None:
        value = container[key]
        if isinstance(value, dict):
            self._mapping(value)
        elif isinstance(value, list):
            for index in range(len(value)):
                self._put(value, index)
        elif isinstance(value, str):
            found = self._chosen(value, _anywhere, lambda item: item.name)
            if found is not None:
                container[key] = found.name

    def _mapping(self, value: dict[str, Any]) -> None:
        if "name" not in value:
            raise KustomizeError("path config error; no 'name' field in node")
        lives_there = self._lives_in(value.get("namespace"))
        found = self._chosen(str(value["name"]), lives_there, lambda item: (item.name, item.namespace))
        if found is None or (found.name == value["name"] and not found.namespace):
            return
        value["name"] = found.name
        if found.namespace:
            value["namespace"] = found.namespace

    def _lives_in(self, namespace: Any) -> Callable[[Resource], bool]:
        """Whether an object is in the namespace of a reference: the original namespace, if some object has it."""
        if namespace is None:
            return _anywhere
        if any(item.original.place == namespace for item in self.resources if self._is_reachable(item)):
            return lambda item: item.original.place == namespace
        return lambda item: item.id.place == namespace

    def _is_reachable(self, item: Resource) -> bool:
        own, other = self._own, item.id
        if own.gvk.is_cluster_scoped or other.gvk.is_cluster_scoped or own.place == other.place:
            return True
        return own.gvk.kind == "RoleBinding" and any(
            subject.get("namespace") == item.namespace and subject.get("kind") == "ServiceAccount"
            for subject in self.referrer.value.get("subjects") or ()
            if isinstance(subject, dict)
        )

    def _chosen(
        self, name: str, lives_there: Callable[[Resource], bool], same: Callable[[Resource], Any]
    ) -> Resource | None:
        found = [
            item
            for item in self.by_name.get(name, ())
            if any(one.gvk.selected_by(self.target) for one in item.earlier)
            and self._fits_role(item) and self._is_reachable(item) and lives_there(item) and self._is_near(item)
        ]  # fmt: skip
        if len(found) == 1:
            return found[0]
        found = [item for item in found if _same_affixes(item, self.referrer, loose=True)]
        if len(found) > 1:
            found = [item for item in found if _same_affixes(item, self.referrer, loose=False)]
        if not found:
            return None
        if len({same(item) for item in found}) == 1:
            return found[0]
        shown = ", ".join(str(item.id) for item in found)
        raise KustomizeError(f"found multiple possible referrals: {shown}")

    def _fits_role(self, item: Resource) -> bool:
        role = self.referrer.value.get("roleRef")
        if not self.path.endswith("roleRef/name") or not isinstance(role, dict):
            return True
        if "apiGroup" not in role or "kind" not in role:
            return True
        wanted = Gvk(role["apiGroup"] or "", "", role["kind"] or "")
        return any(one.gvk.selected_by(wanted) for one in item.earlier)

    def _is_near(self, item: Resource) -> bool:
        other = item.id
        if (
            self._own.gvk.is_cluster_scoped
            or other.gvk.is_cluster_scoped
            or other.gvk.kind == "ServiceAccount"
        ):
            return True
        return self._own.place == other.place


def _anywhere(_item: Resource) -> bool:
    return True


def _same_affixes(one: Resource, other: Resource, *, loose: bool) -> bool:
    return all(
        (loose and not (left and right)) or _same_end(left, right)
        for left, right in ((one.prefixes, other.prefixes), (one.suffixes, other.suffixes))
    )


def _same_end(left: list[str], right: list[str]) -> bool:
    length = min(len(left), len(right))
    if not length:
        return not left and not right
    return left[-length:] == right[-length:]
