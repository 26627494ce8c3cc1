"""Pods of one template: the first passes the request chain, the others differ from it in name,
uid, time and token volume.

Upstream: none; a real API server looks at every pod.
"""

from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver import names
from kplan.namedtuples import NamedTuple
from kplan.state.store import Store

_MOST: Final = 4096
_LOOKED_AT: Final = (
    ("", "Namespace"),
    ("", "LimitRange"),
    ("", "ServiceAccount"),
    ("", "ResourceQuota"),
    ("node.k8s.io", "RuntimeClass"),
    ("scheduling.k8s.io", "PriorityClass"),
)
"""Kinds that admission looks at when a pod is created."""

Pattern = tuple[Json, str]
"""What identical pods are made from: a template, always the same object, and the uid of their owner."""


class Mould(NamedTuple):
    """A stored pod, the pattern it was made from, and the revisions of the kinds that admission had looked at."""

    template: Json
    revisions: tuple[int, ...]
    pod: Json
    volume: str
    """The name of the volume with its token; empty if it has none of its own."""


class Moulds:
    """Pods that passed the request chain, by pattern."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._moulds: dict[tuple[int, str], Mould] = {}

    def find(self, pattern: Pattern) -> Mould | None:
        """What was kept, if nothing has changed that admission looks at."""
        found = self._moulds.get((id(pattern[0]), pattern[1]))
        if found is None or found.template is not pattern[0] or found.revisions != self._revisions():
            return None
        return found

    def keep(self, pattern: Pattern, pod: Json) -> None:
        """Keep a pod that was just stored, if others like it can be made without the chain."""
        spec, namespace = pod["spec"], pod["metadata"].get("namespace", "")
        if spec.get("nodeName") or spec.get("schedulingGates") or not pod["metadata"].get("generateName"):
            return
        if self._store.list("", "ResourceQuota", namespace):
            return
        if len(self._moulds) >= _MOST:
            self._moulds.clear()
        template, uid = pattern
        volume = _own_volume(template, spec)
        self._moulds[id(template), uid] = Mould(template, self._revisions(), pod, volume)

    def _revisions(self) -> tuple[int, ...]:
        return tuple([self._store.revision_of(*kind) for kind in _LOOKED_AT])


def cast(mould: Mould, namespace: str, revision: int) -> Json:
    """One more pod, but for its name, uid and time."""
    pod = mould.pod
    metadata = {**pod["metadata"], "name": ""}
    if not mould.volume:
        return {**pod, "metadata": metadata}
    name = names.TOKEN_VOLUME + names.suffix(namespace, "", revision)
    return {**pod, "metadata": metadata, "spec": _with_volume(pod["spec"], mould.volume, name)}


def _own_volume(template: Json, spec: Json) -> str:
    """The token volume that admission gave the pod."""
    given = {item.get("name") for item in (template.get("spec") or {}).get("volumes") or ()}
    found = (
        item["name"] for item in spec.get("volumes") or () if item["name"].startswith(names.TOKEN_VOLUME)
    )
    return next((name for name in found if name not in given), "")


def _with_volume(spec: Json, old: str, new: str) -> Json:
    """The spec with another name of one volume; what does not mention it is shared."""
    made: dict[str, Any] = {**spec, "volumes": _renamed(spec["volumes"], old, new)}
    for kind in ("initContainers", "containers"):
        if kind in spec:
            made[kind] = [
                {**item, "volumeMounts": _renamed(item["volumeMounts"], old, new)} if "volumeMounts" in item else item
                for item in spec[kind]
            ]  # fmt: skip
    return made


def _renamed(items: list[Json], old: str, new: str) -> list[Json]:
    return [{**item, "name": new} if item["name"] == old else item for item in items]
