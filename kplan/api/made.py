"""Objects that no manifest declares: what controllers and operators create from others, and what every cluster has."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

from kplan.api.customworkloads import WORKLOADS, Workload
from kplan.api.gvk import ObjectKey
from kplan.api.walk import find, mapping, text
from kplan.fieldpath import ROOT
from kplan.namedtuples import NamedTuple

EVERYWHERE: Final = "*"


class Made(NamedTuple):
    """An object, or objects, created because of another one; ``name`` may be a pattern, ``namespace`` may be ``*``."""

    kind: str
    namespace: str
    name: str


_SECRETS: Final[Mapping[str, tuple[str, ...]]] = {
    "SealedSecret.bitnami.com": ("spec.template.metadata.name", "metadata.name"),
    "ExternalSecret.external-secrets.io": ("spec.target.name", "metadata.name"),
    "ExternalSecret.kubernetes-client.io": ("metadata.name",),
    "Certificate.cert-manager.io": ("spec.secretName",),
    "Issuer.cert-manager.io": ("spec.acme.privateKeySecretRef.name",),
    "VaultStaticSecret.secrets.hashicorp.com": ("spec.destination.name",),
    "VaultDynamicSecret.secrets.hashicorp.com": ("spec.destination.name",),
    "VaultPKISecret.secrets.hashicorp.com": ("spec.destination.name",),
    "VaultSecret.ricoberger.de": ("metadata.name",),
    "OnePasswordItem.onepassword.com": ("metadata.name",),
    "InfisicalSecret.secrets.infisical.com": ("spec.managedSecretReference.secretName",),
    "DopplerSecret.secrets.doppler.com": ("spec.managedSecret.name",),
    "AzureKeyVaultSecret.spv.no": ("spec.output.secret.name",),
    "SopsSecret.isindir.github.com": ("spec.secretTemplates[*].name",),
    "SecretProviderClass.secrets-store.csi.x-k8s.io": ("spec.secretObjects[*].secretName",),
    "ObjectBucketClaim.objectbucket.io": ("metadata.name",),
    "KafkaUser.kafka.strimzi.io": ("metadata.name",),
}
"""Kinds that an operator turns into Secrets, with the fields that name the Secret;
the first field that is set counts.
"""
_OTHERS: Final[Mapping[str, tuple[str, ...]]] = {
    "ClusterIssuer.cert-manager.io": ("*Secret/{spec.acme.privateKeySecretRef.name}",),
    "ClusterExternalSecret.external-secrets.io": (
        "*Secret/{spec.externalSecretSpec.target.name}", "*Secret/{spec.externalSecretName}", "*Secret/{metadata.name}",
    ),
    "Bundle.trust.cert-manager.io": ("*ConfigMap/{metadata.name}", "*Secret/{metadata.name}"),
    "ObjectBucketClaim.objectbucket.io": ("ConfigMap/{metadata.name}",),
    "Notebook.kubeflow.org": ("ServiceAccount/{metadata.name}", "Secret/{metadata.name}-*"),
    "DataVolume.cdi.kubevirt.io": ("PersistentVolumeClaim/{metadata.name}",),
    "ScaledObject.keda.sh": (
        "HorizontalPodAutoscaler.autoscaling/{spec.advanced.horizontalPodAutoscalerConfig.name}",
        "HorizontalPodAutoscaler.autoscaling/keda-hpa-{metadata.name}",
    ),
    "Cluster.postgresql.cnpg.io": (
        "Secret/{metadata.name}-*", "Service/{metadata.name}-*", "PersistentVolumeClaim/{metadata.name}-*",
        "ServiceAccount/{metadata.name}",
    ),
}  # fmt: skip
_CERTIFIED: Final = ("cert-manager.io/issuer", "cert-manager.io/cluster-issuer", "kubernetes.io/tls-acme",
                     "certmanager.k8s.io/issuer", "certmanager.k8s.io/cluster-issuer", "cert.gardener.cloud/purpose")  # fmt: skip
_SERVED: Final = ("service.beta.openshift.io/serving-cert-secret-name", "service.alpha.openshift.io/serving-cert-secret-name")  # fmt: skip
_PATCHED: Final = "sealedsecrets.bitnami.com/patch"
"""What says of a Secret that entries are added to it, not that they are all it has."""
_MEMBERLIST: Final = "METALLB_ML_SECRET_NAME"

_BUILT_IN: Final[Mapping[str, tuple[str, ...]]] = {
    "ClusterRole.rbac.authorization.k8s.io": (
        "/cluster-admin", "/admin", "/edit", "/view", "/system:*",
        # those of OpenShift
        "/basic-user", "/cluster-reader", "/cluster-status", "/registry-admin", "/registry-editor", "/registry-viewer",
        "/self-access-reviewer", "/self-provisioner", "/storage-admin", "/sudoer", "/cluster-monitoring-view",
    ),
    "Role.rbac.authorization.k8s.io": (
        "kube-system/extension-apiserver-authentication-reader", "kube-system/system:*", "kube-public/system:*",
    ),
    "PriorityClass.scheduling.k8s.io": ("/system-cluster-critical", "/system-node-critical"),
    "Namespace": ("/default", "/kube-system", "/kube-public", "/kube-node-lease"),
    "ServiceAccount": ("*/default",),
    "ConfigMap": ("*/kube-root-ca.crt", "*/openshift-service-ca.crt", "*/istio-ca-root-cert",
                  "kube-system/extension-apiserver-authentication", "kube-public/cluster-info"),
    "Secret": ("*/*-token-?????",),
    "Service": ("default/kubernetes", "kube-system/kube-dns"),
}  # fmt: skip
"""What every cluster has, and what controllers put into every namespace, as ``namespace/name``."""


def is_built_in(key: ObjectKey) -> bool:
    """Whether an object exists in every cluster without anybody creating it."""
    patterns = _BUILT_IN.get(f"{key.kind}.{key.group}" if key.group else key.kind, ())
    return any(fnmatchcase(f"{key.namespace}/{key.name}", pattern) for pattern in patterns)


_GENERATORS: Final = {"configMapGenerator": "ConfigMap", "secretGenerator": "Secret"}
_GENERATED: Final[Mapping[str, Mapping[str, str]]] = {
    "Kustomization.kustomize.config.k8s.io": _GENERATORS,
    "Component.kustomize.config.k8s.io": _GENERATORS,
}
"""Generated objects, by the names a kustomization's files use for them, before hashes and a namespace are added."""


def made_by(
    value: Mapping[str, Any], kind: str, namespace: str, workloads: Mapping[str, Workload] = WORKLOADS
) -> Iterator[Made]:
    """The objects created because of an object; the annotations of an Ingress,
    Gateway or Service may ask for Secrets.
    """
    fields = _SECRETS.get(kind, ())
    names = next((found for field in fields if (found := _texts(value, field))), [])
    yield from (Made("Secret", namespace, name) for name in names)
    for pattern in _OTHERS.get(kind, ()):
        yield from _filled(pattern, value, namespace)
    for generator, made in _GENERATED.get(kind, {}).items():
        yield from (Made(made, EVERYWHERE, name) for name in _texts(value, f"{generator}[*].name"))
    workload = workloads.get(kind)
    if workload is not None:
        for pattern in workload.creates:
            yield from _filled(pattern.replace("{name}", "{metadata.name}"), value, namespace)
    if kind == "StatefulSet.apps":
        yield from _claims(value, namespace)
    if mapping(value, "metadata", "annotations"):
        yield from _asked_for(value, kind, namespace)


def keys_made_by(value: Mapping[str, Any], kind: str) -> frozenset[str] | None:
    """The keys of the Secret that an object becomes;
    None if it is no such object, or does not name all of them itself.
    """
    if kind == "SealedSecret.bitnami.com" and _PATCHED not in str(value):
        keys = (*mapping(value, "spec", "encryptedData"), *mapping(value, "spec", "template", "data"))
        return frozenset(map(str, keys)) or None
    if kind == "ExternalSecret.external-secrets.io":
        spec = mapping(value, "spec")
        target = mapping(spec, "target")
        is_whole = not spec.get("dataFrom") and "template" not in target
        if is_whole and text(target, "creationPolicy") in ("", "Owner"):
            return frozenset(_texts(value, "spec.data[*].secretKey")) or None
    return None


def _claims(value: Mapping[str, Any], namespace: str) -> Iterator[Made]:
    """The claims that a StatefulSet's controller creates for its pods, one per ordinal."""
    owner = text(value, "metadata", "name")
    for claim in _texts(value, "spec.volumeClaimTemplates[*].metadata.name"):
        yield Made("PersistentVolumeClaim", namespace, f"{claim}-{owner}-[0-9]*")


def _filled(pattern: str, value: Mapping[str, Any], namespace: str) -> Iterator[Made]:
    """Fill the fields into a pattern such as ``*Secret/{metadata.name}-ca``; nothing if one of them is not set."""
    kind, _, name = pattern.partition("/")
    if "{" in name:
        before, _, rest = name.partition("{")
        field, _, after = rest.partition("}")
        found = next(iter(_texts(value, field)), "")
        if not found:
            return
        name = f"{before}{found}{after}"
    yield Made(kind.removeprefix("*"), EVERYWHERE if kind.startswith("*") else namespace, name)


def _asked_for(value: Mapping[str, Any], kind: str, namespace: str) -> Iterator[Made]:
    annotations = mapping(value, "metadata", "annotations")
    if any(name in annotations for name in _CERTIFIED):
        for field in ("spec.tls[*].secretName", "spec.listeners[*].tls.certificateRefs[*].name"):
            yield from (Made("Secret", namespace, name) for name in _texts(value, field))
    if kind == "Service":
        yield from (
            Made("Secret", namespace, text(annotations, name)) for name in _SERVED if annotations.get(name)
        )


def memberlist(container: Mapping[str, Any]) -> str:
    """The Secret that MetalLB's controller makes for its speakers, named in their environment."""
    env = container.get("env")
    for variable in env if isinstance(env, list) else ():
        if text(variable, "name") == _MEMBERLIST:
            return text(variable, "value")
    return ""


def _texts(value: Mapping[str, Any], field: str) -> list[str]:
    return [found for _, found in find(value, field, ROOT) if isinstance(found, str) and found]
