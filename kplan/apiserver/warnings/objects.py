"""Warnings about every other kind, one function each; ``old`` is None on create.

Upstream: pkg/registry/*/*/strategy.go (WarningsOnCreate, WarningsOnUpdate)
"""

import base64
import re
from collections.abc import Callable
from typing import Final

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.apiserver.dns import is_dns1123_label
from kplan.apiserver.field import go_quote
from kplan.apiserver.formats import effective
from kplan.apiserver.validation.ip import cidr_warnings, ip_warnings
from kplan.apiserver.warnings import pod as pods
from kplan.apiserver.warnings import volumes
from kplan.apiserver.warnings.labels import DEPRECATED, for_selector, for_term
from kplan.fieldpath import FieldPath, Key

_BETA_CLASS: Final = "volume.beta.kubernetes.io/storage-class"
_BETA_OPTIONS: Final = "volume.beta.kubernetes.io/mount-options"
_ENFORCE_SECRETS: Final = "kubernetes.io/enforce-mountable-secrets"
_INGRESS_CLASS: Final = "kubernetes.io/ingress.class"
_TOPOLOGY_HINTS: Final = "service.kubernetes.io/topology-aware-hints"
_SPEC: Final = FieldPath("spec")
_TEMPLATE: Final = FieldPath.of("spec", "template")
_PEM: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)


def annotation(name: str) -> FieldPath:
    """The place of an annotation."""
    return FieldPath.of("metadata", "annotations", Key(name))


def _annotations(obj: Json) -> Json:
    return obj["metadata"].get("annotations") or {}


def _changed(new: Json, old: Json | None) -> bool:
    return old is None or new["metadata"].get("generation") != old["metadata"].get("generation")


def _name_warning(obj: Json, use: str) -> list[str]:
    problems = is_dns1123_label(obj["metadata"].get("name") or "")
    if not problems:
        return []
    text = "which can result in surprising behavior; a DNS label is recommended"
    return [f"metadata.name: this is used in {use}, {text}: [{' '.join(problems)}]"]


def for_pod(new: Json, old: Json | None) -> list[str]:
    """Warn of a Pod."""
    return [] if old is not None else _name_warning(new, "the Pod's hostname") + pods.for_pod(new)


def for_workload(new: Json, old: Json | None) -> list[str]:
    """Warn of a Deployment, ReplicaSet or ReplicationController."""
    named = _name_warning(new, "Pod names and hostnames") if old is None else []
    if not _changed(new, old):
        return named
    return named + pods.for_template((new.get("spec") or {}).get("template"), _TEMPLATE)


def for_daemon_set(new: Json, old: Json | None) -> list[str]:
    """Warn of a DaemonSet."""
    template = (new.get("spec") or {}).get("template")
    if old is not None and template == (old.get("spec") or {}).get("template"):
        return []
    return pods.for_template(template, _TEMPLATE)


def for_stateful_set(new: Json, old: Json | None) -> list[str]:
    """Warn of a StatefulSet."""
    spec = new.get("spec") or {}
    found = pods.for_template(spec.get("template"), _TEMPLATE) if _changed(new, old) else []
    for index, claim in enumerate(spec.get("volumeClaimTemplates") or ()):
        place = _SPEC / "volumeClaimTemplates" / index
        found += volumes.for_claim_spec(claim.get("spec") or {}, place if old is None else place / "Spec")
    if spec.get("revisionHistoryLimit", 0) < 0:
        text = "a negative value retains all historical revisions; a value >= 0 is recommended"
        found.append(f"spec.revisionHistoryLimit: {text}")
    return found


def for_job(new: Json, old: Json | None) -> list[str]:
    """Warn of a Job."""
    named = _name_warning(new, "Pod names and hostnames") if old is None else []
    return named + (_for_job_spec(new.get("spec") or {}, _SPEC) if _changed(new, old) else [])


def for_cron_job(new: Json, old: Json | None) -> list[str]:
    """Warn of a CronJob."""
    spec = new.get("spec") or {}
    found = _name_warning(new, "Pod names and hostnames") if old is None else []
    if _changed(new, old):
        job = (spec.get("jobTemplate") or {}).get("spec") or {}
        found += _for_job_spec(job, FieldPath.of("spec", "jobTemplate", "spec"))
    if old is not None and "TZ" in (spec.get("schedule") or ""):
        found.append(
            "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see "
            "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details"
        )
    return found


def _for_job_spec(spec: Json, path: FieldPath) -> list[str]:
    found = []
    if (
        spec.get("completionMode") == "Indexed"
        and spec.get("completions", 0) > 10**5
        and spec.get("parallelism", 0) > 10**4
    ):
        found.append(
            f"{path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, "
            "Kubernetes might not be able to track completedIndexes when a big number of indexes fail"
        )
    return found + pods.for_template(spec.get("template"), path / "template")


def for_pod_template(new: Json, old: Json | None) -> list[str]:
    """Warn of a PodTemplate."""
    return pods.for_template(new.get("template"), FieldPath("template")) if _changed(new, old) else []


def for_service(new: Json, _old: Json | None) -> list[str]:
    """Warn of a Service."""
    spec, kind = new.get("spec") or {}, (new.get("spec") or {}).get("type")
    headless = kind == "ClusterIP" and spec.get("clusterIP") == "None"
    external = spec.get("externalIPs") or []
    found = []
    if _TOPOLOGY_HINTS in _annotations(new):
        found.append(
            f"annotation {_TOPOLOGY_HINTS} is deprecated, please use service.kubernetes.io/topology-mode instead"
        )
    if spec.get("clusterIP") not in (None, "", "None"):
        for index, address in enumerate(spec.get("clusterIPs") or ()):
            found += ip_warnings(_SPEC / "clusterIPs" / index, address)
    if headless:
        ignored = [
            ("loadBalancerIP", bool(spec.get("loadBalancerIP"))),
            ("externalIPs", bool(external)),
            ("SessionAffinity", spec.get("sessionAffinity") != "None"),
        ]
        found += [f"spec.{name} is ignored for headless services" for name, given in ignored if given]
    for index, address in enumerate(external):
        found += ip_warnings(_SPEC / "externalIPs" / index, address)
    if external and not headless and kind != "ExternalName":
        found.append("spec.externalIPs is deprecated and may no longer be implemented in some clusters")
    if spec.get("loadBalancerIP"):
        found += ip_warnings(_SPEC / "loadBalancerIP", spec["loadBalancerIP"])
    for index, cidr in enumerate(spec.get("loadBalancerSourceRanges") or ()):
        found += cidr_warnings(_SPEC / "loadBalancerSourceRanges" / index, cidr)
    if kind == "ExternalName" and external:
        found.append('spec.externalIPs is ignored when spec.type is "ExternalName"')
    if kind != "ExternalName" and spec.get("externalName"):
        found.append('spec.externalName is ignored when spec.type is not "ExternalName"')
    if spec.get("trafficDistribution") == "PreferClose":
        found.append('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"')
    return found


def for_persistent_volume(new: Json, _old: Json | None) -> list[str]:
    """Warn of a PersistentVolume."""
    spec, found = new.get("spec") or {}, []
    for name, text in (
        (_BETA_CLASS, 'deprecated since v1.8; use "storageClassName" attribute instead'),
        (_BETA_OPTIONS, 'deprecated since v1.31; use "mountOptions" attribute instead'),
    ):
        if name in _annotations(new):
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
    if _BETA_CLASS in _annotations(new):
        found.append(
            f'{annotation(_BETA_CLASS)}: deprecated since v1.8; use "storageClassName" attribute instead'
        )
    return found + volumes.for_claim_spec(new.get("spec") or {}, _SPEC)


def for_endpoints(new: Json, _old: Json | None) -> list[str]:
    """Warn of an Endpoints."""
    found: list[str] = []
    if (new["metadata"].get("labels") or {}).get(
        "endpoints.kubernetes.io/managed-by"
    ) == "endpoint-controller":
        return found
    for index, subset in enumerate(new.get("subsets") or ()):
        for name in ("addresses", "notReadyAddresses"):
            for number, address in enumerate(subset.get(name) or ()):
                found += ip_warnings(
                    FieldPath.of("subsets", index, name, number, "ip"), address.get("ip", "")
                )
    return found


def for_endpoint_slice(new: Json, old: Json | None) -> list[str]:
    """Warn of an EndpointSlice."""
    found = []
    if old is None and new.get("addressType") == "FQDN":
        found.append("spec.addressType: FQDN endpoints are deprecated")
    manager = (new["metadata"].get("labels") or {}).get("endpointslice.kubernetes.io/managed-by")
    if manager in ("endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io"):
        return found
    for index, endpoint in enumerate(new.get("endpoints") or ()):
        for number, address in enumerate(endpoint.get("addresses") or ()):
            found += ip_warnings(FieldPath.of("endpoints", index, "addresses", number), address)
    return found


def for_node(new: Json, _old: Json | None) -> list[str]:
    """Warn of a Node."""
    spec, found = new.get("spec") or {}, []
    if "configSource" in spec:
        found.append("spec.configSource: the feature is removed")
    if spec.get("externalID"):
        found.append("spec.externalID: this field is deprecated, and is unused by Kubernetes")
    for index, cidr in enumerate(spec.get("podCIDRs") or ()):
        found += cidr_warnings(_SPEC / "podCIDRs" / index, cidr)
    return found


def for_service_account(new: Json, old: Json | None) -> list[str]:
    """Warn of a ServiceAccount."""
    if _ENFORCE_SECRETS not in _annotations(new) or (
        old is not None and _ENFORCE_SECRETS in _annotations(old)
    ):
        return []
    text = "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"
    return [f"{annotation(_ENFORCE_SECRETS)}: {text}"]


def for_secret(new: Json, _old: Json | None) -> list[str]:
    """Warn of a TLS Secret without a certificate or key that could be one."""
    if new.get("type") != "kubernetes.io/tls":
        return []
    for field, what, wanted in (("tls.crt", "certificate", "CERTIFICATE"), ("tls.key", "key", "PRIVATE KEY")):
        try:
            text = base64.b64decode((new.get("data") or {}).get(field) or "")
        except ValueError:
            text = b""
        blocks = [block.decode() for block in _PEM.findall(text)]
        if not blocks:
            return [f"tls: failed to find any PEM data in {what} input"]
        if not any(block == wanted or (what == "key" and block.endswith(wanted)) for block in blocks):
            return [_unfit_pem(what, blocks)]
    return []


def _unfit_pem(what: str, blocks: list[str]) -> str:
    if what == "key":
        listed = " ".join(blocks)
        return (
            'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of '
            f"the following types: [{listed}]"
        )
    if len(blocks) == 1 and blocks[0].endswith("PRIVATE KEY"):
        return (
            "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may "
            "have been switched"
        )
    return (
        'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following '
        f"types: [{' '.join(blocks)}]"
    )


def for_resource_quota(new: Json, old: Json | None) -> list[str]:
    """Warn of a ResourceQuota whose requests exceed its limits."""
    if old is not None:
        return []
    hard, found = (new.get("spec") or {}).get("hard") or {}, []
    for name in ("cpu", "memory", "storage", "ephemeral-storage"):
        request = f"requests.{name}"
        if request not in hard and name in ("cpu", "memory"):
            request = name
        limit = f"limits.{name}"
        if request in hard and limit in hard and Quantity.parse(hard[limit]) < Quantity.parse(hard[request]):
            found.append(
                f"ResourceQuota {request} ({hard[request]}) should be less than {limit} ({hard[limit]})"
            )
    return found


def for_ingress(new: Json, old: Json | None) -> list[str]:
    """Warn of an Ingress."""
    if (
        old is not None
        or _INGRESS_CLASS not in _annotations(new)
        or "ingressClassName" in (new.get("spec") or {})
    ):
        return []
    return [
        f"annotation {go_quote(_INGRESS_CLASS)} is deprecated, please use 'spec.ingressClassName' instead"
    ]


def for_network_policy(new: Json, _old: Json | None) -> list[str]:
    """Warn of a NetworkPolicy."""
    found, spec = [], new.get("spec") or {}
    for rules, peers in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(spec.get(rules) or ()):
            for number, peer in enumerate(rule.get(peers) or ()):
                block, place = peer.get("ipBlock"), _SPEC / rules / index / peers / number / "ipBlock"
                if block is not None:
                    found += cidr_warnings(place / "cidr", block.get("cidr", ""))
                    for item, cidr in enumerate(block.get("except") or ()):
                        found += cidr_warnings(place / "except" / item, cidr)
    return found


def for_runtime_class(new: Json, _old: Json | None) -> list[str]:
    """Warn of a RuntimeClass."""
    selector = (new.get("scheduling") or {}).get("nodeSelector") or {}
    return [f"scheduling.nodeSelector: {DEPRECATED[key]}" for key in sorted(selector) if key in DEPRECATED]


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


def for_resource_slice(new: Json, _old: Json | None) -> list[str]:
    """Warn of a ResourceSlice."""
    driver = (new.get("spec") or {}).get("driver") or ""
    if driver == driver.lower():
        return []
    return [
        f"spec.driver: driver names should be lowercase; {go_quote(driver)} contains uppercase characters"
    ]


def for_definition(new: Json, old: Json | None) -> list[str]:
    """Warn of a CustomResourceDefinition with formats nobody checks."""
    known = set(_unknown_formats(old)) if old is not None else set()
    return [f"unrecognized format {go_quote(name)}" for name in _unknown_formats(new) if name not in known]


def _unknown_formats(definition: Json) -> list[str]:
    versions = (definition.get("spec") or {}).get("versions") or []
    schemas = [(version.get("schema") or {}).get("openAPIV3Schema") for version in versions]
    if len(schemas) > 1 and all(schema == schemas[0] for schema in schemas):
        schemas = schemas[:1]
    found: list[str] = []
    for schema in schemas:
        if schema is not None:
            _collect_formats(schema, found)
    return found


def _collect_formats(schema: Json, found: list[str]) -> None:
    name = schema.get("format")
    if name and not effective({"format": name, "type": schema.get("type", "")}):
        found.append(name)
    for field in ("items", "additionalProperties", "additionalItems", "not"):
        if isinstance(schema.get(field), dict):
            _collect_formats(schema[field], found)
    for field in ("allOf", "oneOf", "anyOf"):
        for item in schema.get(field) or ():
            _collect_formats(item, found)
    for field in ("properties", "patternProperties", "definitions"):
        for name in sorted(schema.get(field) or {}):
            _collect_formats(schema[field][name], found)


Warn = Callable[[Json, Json | None], list[str]]

DEPRECATED_KINDS: Final = {
    ("", "Endpoints"): "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
}

FOR: Final[dict[tuple[str, str], Warn]] = {
    ("", "Endpoints"): for_endpoints,
    ("", "Node"): for_node,
    ("", "PersistentVolume"): for_persistent_volume,
    ("", "PersistentVolumeClaim"): for_claim,
    ("", "Pod"): for_pod,
    ("", "PodTemplate"): for_pod_template,
    ("", "ReplicationController"): for_workload,
    ("", "ResourceQuota"): for_resource_quota,
    ("", "Secret"): for_secret,
    ("", "Service"): for_service,
    ("", "ServiceAccount"): for_service_account,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): for_definition,
    ("apps", "DaemonSet"): for_daemon_set,
    ("apps", "Deployment"): for_workload,
    ("apps", "ReplicaSet"): for_workload,
    ("apps", "StatefulSet"): for_stateful_set,
    ("batch", "CronJob"): for_cron_job,
    ("batch", "Job"): for_job,
    ("discovery.k8s.io", "EndpointSlice"): for_endpoint_slice,
    ("networking.k8s.io", "Ingress"): for_ingress,
    ("networking.k8s.io", "NetworkPolicy"): for_network_policy,
    ("node.k8s.io", "RuntimeClass"): for_runtime_class,
    ("resource.k8s.io", "ResourceSlice"): for_resource_slice,
    ("storage.k8s.io", "CSIDriver"): for_csi_driver,
    ("storage.k8s.io", "CSIStorageCapacity"): for_storage_capacity,
    ("storage.k8s.io", "StorageClass"): for_storage_class,
}
