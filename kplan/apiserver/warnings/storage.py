"""Warnings about volumes, claims, classes and drivers.

Upstream: pkg/registry/*/*/strategy.go (WarningsOnCreate, WarningsOnUpdate)
"""

from typing import Final

from kplan.api.object import Json
from kplan.api.storageclasses import CLASS_ANNOTATION
from kplan.apiserver.warnings import volumes
from kplan.apiserver.warnings.labels import DEPRECATED, for_selector, for_term
from kplan.apiserver.warnings.metadata import annotation, annotations_of
from kplan.fieldpath import FieldPath

_BETA_OPTIONS: Final = "volume.beta.kubernetes.io/mount-options"
_SPEC: Final = FieldPath("spec")


def for_persistent_volume(new: Json, _old: Json | None) -> list[str]:
    """Warn of a PersistentVolume."""
    spec, found = new.get("spec") or {}, []
    for name, text in (
        (CLASS_ANNOTATION, 'deprecated since v1.8; use "storageClassName" attribute instead'),
        (_BETA_OPTIONS, 'deprecated since v1.31; use "mountOptions" attribute instead'),
    ):
        if name in annotations_of(new):
            found.append(f"{annotation(name)}: {text}")
    if spec.get("persistentVolumeReclaimPolicy") == "Recycle":
        text = "The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning."
        found.append(f"spec.persistentVolumeReclaimPolicy: {text}")
    terms = ((spec.get("nodeAffinity") or {}).get("required") or {}).get("nodeSelectorTerms") or ()
    for index, term in enumerate(terms):
        found += for_term(term, FieldPath.of("spec", "nodeAffinity", "required", "nodeSelectorTerms", index))
    for source in ("cephfs", "photonPersistentDisk", "scaleIO", "storageos", "glusterfs", "rbd"):
        if source in spec:
            found.append(f"spec.{volumes.removed_name(source)}: {volumes.REMOVED[source]}")
    return found


def for_claim(new: Json, _old: Json | None) -> list[str]:
    """Warn of a PersistentVolumeClaim."""
    found = []
    if CLASS_ANNOTATION in annotations_of(new):
        found.append(
            f'{annotation(CLASS_ANNOTATION)}: deprecated since v1.8; use "storageClassName" attribute instead'
        )
    return found + volumes.for_claim_spec(new.get("spec") or {}, _SPEC)


def for_storage_class(new: Json, _old: Json | None) -> list[str]:
    """Warn of a StorageClass."""
    found = []
    for index, topology in enumerate(new.get("allowedTopologies") or ()):
        for number, item in enumerate(topology.get("matchLabelExpressions") or ()):
            if item.get("key") in DEPRECATED:
                place = FieldPath.of("allowedTopologies", index, "matchLabelExpressions", number, "key")
                found.append(f"{place}: {DEPRECATED[item['key']]}")
    return found


def for_storage_capacity(new: Json, _old: Json | None) -> list[str]:
    """Warn of a CSIStorageCapacity."""
    return for_selector(new.get("nodeTopology"), FieldPath("nodeTopology"))


def for_csi_driver(new: Json, old: Json | None) -> list[str]:
    """Warn of a CSIDriver."""
    spec = new.get("spec") or {}
    requests = spec.get("tokenRequests")
    if not requests or "serviceAccountTokenInSecrets" in spec:
        return []
    if old is not None and (old.get("spec") or {}).get("tokenRequests") == requests:
        return []
    return [
        (
            "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible "
            "logging of tokens in volume attributes"
        )
    ]
