"""The workloads of a state: each object that makes pods and that nothing else controls,
with its template and its pods.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json, Object
from kplan.api.pods import is_active
from kplan.api.workloads import POD_OWNERS, custom_template, group_kind, pod_template
from kplan.namedtuples import NamedTuple
from kplan.plan.change import Identity
from kplan.plan.inventory import Inventory, is_custom
from kplan.plan.workload import workload_of
from kplan.state.store import Store

MAKERS: Final = tuple(
    (group, name)
    for name, _, group in (one.partition(".") for one in sorted(POD_OWNERS))
    if name not in ("Pod", "PodTemplate")
)
"""The kinds of objects that make pods."""


class Workload(NamedTuple):
    """An object that makes pods; a pod without a controller counts as its own workload."""

    identity: Identity
    object: Json
    labels: Mapping[str, str]
    """The labels that its next pods have."""
    spec: Mapping[str, Any]
    """The spec that its next pods have."""
    pods: tuple[Json, ...]
    """Its pods that neither ended nor are about to go."""

    @property
    def ended(self) -> bool:
        """Whether it is a Job, or a pod, that makes no more pods."""
        conditions = (self.object.get("status") or {}).get("conditions") or ()
        if self.identity.kind == "Pod":
            return not self.pods
        return self.identity.kind == "Job" and any(
            one["type"] in ("Complete", "Failed") and one["status"] == "True" for one in conditions
        )


def workloads(store: Store) -> tuple[Workload, ...]:
    """Every workload of a state that makes pods, or may make some."""
    pods = Inventory.of(store).pods
    found: dict[Identity, Workload] = {}
    for identity, holder, template in _templates(store, {one: some[0] for one, some in pods.items()}):
        active = tuple(filter(is_active, pods.get(identity, ())))
        found.setdefault(identity, _workload(identity, holder, template, active))
    return tuple(one for one in found.values() if not one.ended)


def workloads_among(keys: Collection[ObjectKey], store: Store) -> tuple[Workload, ...]:
    """Those of all workloads that are among some objects."""
    found = []
    for key in keys:
        value = store.get(key) if key[:2] in MAKERS else None
        template = pod_template(value, group_kind(value)) if value else None
        if value is not None and template is not None and workload_of(value, store) == Identity.of(value):
            found.append(_workload(Identity.of(value), value, template.value, _pods_below(key, store)))
    # What a custom resource makes pods from stands in what it controls.
    custom = [key for key in keys if "." in key.group and Inventory.of(store).pods_below(key)]
    if custom:
        found += [one for one in workloads(store) if one.identity.key in custom]
    return tuple(one for one in found if not one.ended)


def workloads_mentioning(word: str, namespace: str, store: Store) -> tuple[Workload, ...] | None:
    """Those of a namespace for whose pods a word may be written, in the order of all;
    None if that takes a look at all.
    """
    kinds = (*MAKERS, ("", "Pod"), *(kind for kind in store.kinds() if is_custom(kind[0])))
    found = store.mentioning(word, *kinds, namespace=namespace)
    roots = {workload_of(value, store).key for value in found}
    if any(root[:2] not in MAKERS for root in roots):
        return None
    members = [key for kind in MAKERS for key, _ in store.members(*kind, namespace)]
    return workloads_among([key for key in members if key in roots], store)


def _pods_below(key: ObjectKey, store: Store) -> tuple[Json, ...]:
    """The pods of a workload that are active, in the order of all pods."""
    below = set(Inventory.of(store).pods_below(key))
    keys = (one for one, _ in store.members("", "Pod", key.namespace) if one in below) if below else ()
    return tuple(pod for one in list(keys) if (pod := store.get(one)) is not None and is_active(pod))


def _templates(
    store: Store, pods: Mapping[Identity, Json]
) -> Iterator[tuple[Identity, Json, Mapping[str, Any]]]:
    """Objects with a pod template or, if nothing has one, with a pod; what controls others comes first."""
    below = []
    for group, kind in MAKERS:
        for value in store.list(group, kind):
            template = pod_template(value, group_kind(value))
            identity = workload_of(value, store)
            if template is not None and identity == Identity.of(value):
                yield identity, value, template.value
            elif template is not None:
                below.append((identity, value, template.value))
    for identity, value, given in below:
        owner = store.get(Object({"apiVersion": identity.api_version, "kind": identity.kind,
                                  "metadata": {"namespace": identity.namespace, "name": identity.name}}).key)  # fmt: skip
        custom = custom_template(owner) if owner else None
        yield identity, owner or value, custom.value if custom else given
    for identity, pod in pods.items():
        yield identity, pod, pod


def _workload(
    identity: Identity, holder: Json, template: Mapping[str, Any], pods: tuple[Json, ...]
) -> Workload:
    labels = (template.get("metadata") or {}).get("labels") or {}
    return Workload(identity, holder, labels, template.get("spec") or {}, pods)
