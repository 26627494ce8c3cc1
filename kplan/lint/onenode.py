"""Claims that one node, or one pod, can mount at a time, and what mounts them."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kplan.api.gvk import ObjectKey
from kplan.api.walk import items, mapping, text
from kplan.fieldpath import FieldPath
from kplan.lint.world import Subject, World

ONE_POD: Final = "ReadWriteOncePod"
_ONE_NODE: Final = frozenset({"ReadWriteOnce", ONE_POD})
_HOSTNAME: Final = "kubernetes.io/hostname"
_ANYWHERE: Final = r"nfs|efs|cephfs|smb|cifs|file|gluster|juicefs|local|host-?path|manual"
"""What is in the names of classes whose volumes many nodes can mount,
or that keep their pods on the node where they are.
"""
_KINDS_ANYWHERE: Final = ("nfs", "hostPath", "local", "cephfs", "glusterfs", "azureFile")
Mount = tuple[FieldPath, str]
"""Where a volume with a claim stands, and the claim's name."""


def mounts(subject: Subject) -> Iterator[Mount]:
    """The claims that its pods mount by name."""
    for path, volume in subject.volumes():
        name = text(volume, "persistentVolumeClaim", "claimName")
        if name and mapping(volume, "persistentVolumeClaim").get("readOnly") is not True:
            yield path / "persistentVolumeClaim" / "claimName", name


def one_node_claim(subject: Subject, name: str) -> Subject | None:
    """The claim of a name, if only one node can mount it; None if that is not known."""
    key = ObjectKey("", "PersistentVolumeClaim", subject.namespace, name)
    claim = next(iter(subject.world.meant_by(subject, key)), None)
    modes = claim.spec.get("accessModes") if claim else None
    if claim is None or not isinstance(modes, list) or not modes or not _ONE_NODE.issuperset(map(str, modes)):
        return None
    return None if _is_anywhere(claim) else claim


def is_of_one_pod(claim: Subject) -> bool:
    """Whether only one pod can mount it."""
    return claim.spec.get("accessModes") == [ONE_POD]


def mounting(world: World) -> Mapping[tuple[str, str], Sequence[Subject]]:
    """The workloads that mount a claim, by its namespace and name."""
    found: dict[tuple[str, str], list[Subject]] = defaultdict(list)
    for pods in world.pods.values():
        for one in pods:
            for name in dict.fromkeys(name for _, name in mounts(one)):
                found[one.namespace, name].append(one)
    return found


def keeps_together(pod: Mapping[str, Any]) -> bool:
    """Whether a pod says on which node it runs, or beside which pods."""
    affinity = mapping(pod, "affinity")
    return bool(
        pod.get("nodeName")
        or _HOSTNAME in mapping(pod, "nodeSelector")
        or mapping(affinity, "podAffinity")
        or _HOSTNAME in str(affinity.get("nodeAffinity"))
    )


def keeps_apart(pod: Mapping[str, Any]) -> bool:
    """Whether a pod may not run on a node with another of its workload."""
    terms = items(
        mapping(pod, "affinity", "podAntiAffinity"), "requiredDuringSchedulingIgnoredDuringExecution"
    )
    spread = items(pod, "topologySpreadConstraints")
    return any(term.get("topologyKey") == _HOSTNAME for _, term in terms) or any(
        one.get("topologyKey") == _HOSTNAME and text(one, "whenUnsatisfiable") != "ScheduleAnyway"
        for _, one in spread
    )


def _is_anywhere(claim: Subject) -> bool:
    """Whether the volume of a claim may be usable on many nodes whatever its access mode, or bound to one node."""
    world, name = claim.world, text(claim.spec, "storageClassName")
    classes = world.by_key.get(("StorageClass.storage.k8s.io", "", name), ()) if name else ()
    said = " ".join([name, *(text(one.value, "provisioner") for one in classes)])
    if re.search(_ANYWHERE, said, re.IGNORECASE):
        return True
    volumes = world.by_kind.get("PersistentVolume", ())
    own = text(claim.spec, "volumeName")
    return any(
        any(kind in one.spec for kind in _KINDS_ANYWHERE)
        for one in volumes
        if one.name == own or (not own and text(one.spec, "storageClassName") == name)
    )
