"""Options of pod validation for an update: what the old pod or template had may stay.

Upstream: pkg/api/pod/util.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.meta import validate_label_selector
from kplan.apiserver.validation.podspec.affinity import (
    PREFERRED,
    REQUIRED,
    has_invalid_label_value_in_terms,
    validate_match_label_keys,
    validate_pod_affinity_term_selectors,
)
from kplan.apiserver.validation.podspec.alike import Alike
from kplan.apiserver.validation.podspec.annotations import deletion_cost_is_valid
from kplan.apiserver.validation.podspec.options import CREATE, CREATE_POD, PodValidationOptions
from kplan.apiserver.validation.podspec.paths import validate_local_non_reserved_path
from kplan.apiserver.validation.podspec.profiles import visit_containers
from kplan.apiserver.validation.podspec.security import validate_host_sysctl
from kplan.apiserver.validation.quantities import is_huge_page_name, is_huge_page_value_divisible
from kplan.fieldpath import ROOT

_TEMPLATES: Final = Alike[PodValidationOptions]()


def options_for_template(_new: Json | None, old: Json | None = None) -> PodValidationOptions:
    """Options for a template that takes the place of ``old``; None on create."""
    if old is None:
        return CREATE
    spec, annotations = old.get("spec") or {}, (old.get("metadata") or {}).get("annotations")
    return _TEMPLATES.of(
        (spec, annotations), None, lambda: _options(CREATE, spec, {"annotations": annotations})
    )


def options_for_pod(_new: Json, old: Json | None = None) -> PodValidationOptions:
    """Options for a pod that takes the place of ``old``; None on create."""
    if old is None:
        return CREATE_POD
    return _options(CREATE_POD, old.get("spec") or {}, old.get("metadata") or {})


def _options(base: PodValidationOptions, spec: Json, meta: Json) -> PodValidationOptions:
    constraints = spec.get("topologySpreadConstraints") or ()
    return base._replace(
        allow_invalid_pod_deletion_cost=not deletion_cost_is_valid(meta.get("annotations")),
        allow_invalid_label_value_in_selector=_has_invalid_affinity_selector(spec),
        allow_invalid_label_value_in_required_node_affinity=_has_invalid_node_affinity(spec),
        allow_indivisible_huge_pages_values=_has_indivisible_huge_pages(spec),
        allow_invalid_topology_spread_label_selector=any(
            validate_label_selector(item.get("labelSelector"), ROOT) for item in constraints
        ),
        allow_non_local_projected_token_path=_has_non_local_token_path(spec),
        allow_namespaced_sysctls_for_host_net_and_ipc=any(
            validate_host_sysctl(item.get("name", ""), spec, ROOT)
            for item in (spec.get("securityContext") or {}).get("sysctls") or ()
        ),
        allow_only_recursive_selinux_change_policy="seLinuxChangePolicy"
        not in (spec.get("securityContext") or {}),
        allow_user_namespaces_with_volume_devices=not spec.get("hostUsers", True)
        and any(item.get("volumeDevices") for item, _ in visit_containers(spec, ROOT)),
        allow_user_namespaces_host_network=not spec.get("hostUsers", True) and bool(spec.get("hostNetwork")),
        allow_taint_toleration_comparison_operators=any(
            item.get("operator") in {"Lt", "Gt"} for item in spec.get("tolerations") or ()
        ),
        allow_restart_container_for_init_containers=_has_restart_container(spec),
        old_pod_violates_match_label_keys=any(
            validate_match_label_keys(item.get("matchLabelKeys") or (), (), item.get("labelSelector"), ROOT)
            for item in constraints
        ),
    )


def _has_invalid_affinity_selector(spec: Json) -> bool:
    for name in ("podAffinity", "podAntiAffinity"):
        affinity = (spec.get("affinity") or {}).get(name) or {}
        terms = list(affinity.get(REQUIRED) or ())
        terms += [item.get("podAffinityTerm") or {} for item in affinity.get(PREFERRED) or ()]
        if any(validate_pod_affinity_term_selectors(term, ROOT, allow_invalid_value=False) for term in terms):
            return True
    return False


def _has_invalid_node_affinity(spec: Json) -> bool:
    required = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get(REQUIRED) or {}
    return has_invalid_label_value_in_terms(required.get("nodeSelectorTerms") or ())


def _has_indivisible_huge_pages(spec: Json) -> bool:
    lists: list[Json] = [spec.get("overhead") or {}]
    for container, _ in visit_containers(spec, ROOT):
        resources = container.get("resources") or {}
        lists += [resources.get("limits") or {}, resources.get("requests") or {}]
    return any(
        is_huge_page_name(name) and not is_huge_page_value_divisible(name, quantity)
        for quantities in lists
        for name, quantity in quantities.items()
    )


def _has_non_local_token_path(spec: Json) -> bool:
    return any(
        validate_local_non_reserved_path(source["serviceAccountToken"].get("path", ""), ROOT)
        for volume in spec.get("volumes") or ()
        for source in (volume.get("projected") or {}).get("sources") or ()
        if "serviceAccountToken" in source
    )


def _has_restart_container(spec: Json) -> bool:
    return any(
        policy.get("restartPolicy") == "RestartContainer"
        for container in spec.get("initContainers") or ()
        if container.get("restartPolicy") != "Always"
        for policy in container.get("resizePolicy") or ()
    )
