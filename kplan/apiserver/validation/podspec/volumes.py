"""Volumes of a pod: a name and exactly one source each.

Upstream: pkg/apis/core/validation/validation.go
"""

from collections.abc import Callable, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import name_is_dns_subdomain, validate_dns1123_label
from kplan.apiserver.field import ErrorList
from kplan.apiserver.validation.claims import validate_claim_template
from kplan.apiserver.validation.podspec import volume_sources as sources
from kplan.apiserver.validation.podspec.images import validate_pull_policy
from kplan.apiserver.validation.podspec.options import PodValidationOptions
from kplan.apiserver.validation.podspec.projected import validate_downward_api, validate_projected
from kplan.fieldpath import FieldPath

SourceRule = Callable[[Json, FieldPath], ErrorList]

_RULES: Final[dict[str, tuple[str, SourceRule]]] = {
    "hostPath": ("hostPath", sources.validate_host_path),
    "gitRepo": ("gitRepo", sources.validate_git_repo),
    "gcePersistentDisk": ("persistentDisk", sources.validate_gce_persistent_disk),
    "awsElasticBlockStore": ("awsElasticBlockStore", sources.validate_aws_elastic_block_store),
    "secret": ("secret", sources.validate_secret),
    "nfs": ("nfs", sources.validate_nfs),
    "iscsi": ("iscsi", sources.validate_iscsi),
    "glusterfs": ("glusterfs", sources.validate_glusterfs),
    "flocker": ("flocker", sources.validate_flocker),
    "persistentVolumeClaim": ("persistentVolumeClaim", sources.validate_claim),
    "rbd": ("rbd", sources.validate_rbd),
    "cinder": ("cinder", sources.validate_cinder),
    "cephfs": ("cephfs", sources.validate_cephfs),
    "quobyte": ("quobyte", sources.validate_quobyte),
    "downwardAPI": ("downwardAPI", validate_downward_api),
    "fc": ("fc", sources.validate_fc),
    "flexVolume": ("flexVolume", sources.validate_flex_volume),
    "configMap": ("configMap", sources.validate_config_map),
    "azureFile": ("azureFile", sources.validate_azure_file),
    "vsphereVolume": ("vsphereVolume", sources.validate_vsphere),
    "photonPersistentDisk": ("photonPersistentDisk", sources.validate_photon),
    "portworxVolume": ("portworxVolume", sources.validate_portworx),
    "azureDisk": ("azureDisk", sources.validate_azure_disk),
    "storageos": ("storageos", sources.validate_storage_os),
    "scaleIO": ("scaleIO", sources.validate_scale_io),
    "csi": ("csi", sources.validate_csi),
}
_ORDER: Final = {
    name: index
    for index, name in enumerate(
        (
            "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi",
            "glusterfs", "flocker", "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte", "downwardAPI",
            "fc", "flexVolume", "configMap", "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume",
            "azureDisk", "storageos", "projected", "scaleIO", "csi", "ephemeral", "image",
        )
    )
}  # fmt: skip
_SECOND: Final = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}
"""Field names under which the server reports a second source, if they differ from the source's."""


def validate_volumes(
    volumes: Sequence[Json], meta: Json | None, path: FieldPath, options: PodValidationOptions
) -> tuple[dict[str, Json], ErrorList]:
    """``volumes`` of a pod; also answers with those that are good, by name."""
    errors: ErrorList = []
    known: dict[str, Json] = {}
    pod = (meta or {}).get("name", "")
    created = {f"{pod}-{volume.get('name', '')}" for volume in volumes if pod and "ephemeral" in volume}
    for index, volume in enumerate(volumes):
        name, at = volume.get("name", ""), path / index
        found = _validate_source(volume, name, pod, at, options)
        if not name:
            found.append(field.required(at / "name", ""))
        else:
            found += validate_dns1123_label(name, at / "name")
        if name in known:
            found.append(field.duplicate(at / "name", name))
        if found:
            errors += found
        else:
            known[name] = volume
        claim = (volume.get("persistentVolumeClaim") or {}).get("claimName", "")
        if claim in created:
            text = "must not reference a PVC that gets created for an ephemeral volume"
            errors.append(field.invalid(at.child("persistentVolumeClaim", "claimName"), claim, text))
    return known, errors


def _validate_source(
    volume: Json, name: str, pod: str, path: FieldPath, options: PodValidationOptions
) -> ErrorList:
    given = sorted((key for key in volume if key in _ORDER), key=_ORDER.__getitem__)
    if not given:
        return [field.required(path, "must specify a volume type")]
    errors = _validate_first(given[0], volume, name, pod, path, options)
    for key in given:
        if key != given[0]:
            errors.append(
                field.forbidden(path / _SECOND.get(key, key), "may not specify more than 1 volume type")
            )
        problem = sources.iscsi_name_problem(volume[key], name) if key == "iscsi" else ""
        if problem:
            errors.append(field.invalid(path / "name", name, problem))
    return errors


def _validate_first(
    key: str, volume: Json, name: str, pod: str, path: FieldPath, options: PodValidationOptions
) -> ErrorList:
    source = volume[key]
    rule = _RULES.get(key)
    if rule is not None:
        return rule[1](source, path / rule[0])
    if key == "emptyDir":
        if source.get("sizeLimit", "").startswith("-"):
            text = "SizeLimit field must be a valid resource quantity"
            return [field.forbidden(path.child("emptyDir", "sizeLimit"), text)]
        return []
    if key == "projected":
        return validate_projected(source, path / "projected", options)
    if key == "image":
        return _validate_image(source, path / "image", options)
    return _validate_ephemeral(source, name, pod, path)


def _validate_image(source: Json, path: FieldPath, options: PodValidationOptions) -> ErrorList:
    errors: ErrorList = []
    if options.resource_is_pod and not source.get("reference"):
        errors.append(field.required(path / "reference", ""))
    return errors + validate_pull_policy(source.get("pullPolicy", ""), path / "pullPolicy")


def _validate_ephemeral(source: Json, name: str, pod: str, path: FieldPath) -> ErrorList:
    at = path.child("ephemeral", "volumeClaimTemplate")
    template = source.get("volumeClaimTemplate")
    errors = [field.required(at, "")] if template is None else validate_claim_template(template, at)
    if pod and name:
        claim = f"{pod}-{name}"
        errors += [
            field.invalid(path / "name", name, f"PVC name {field.go_quote(claim)}: {text}")
            for text in name_is_dns_subdomain(claim)
        ]
    return errors
