"""Strategies of the core group.

Upstream: pkg/registry/core
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver import names
from kplan.apiserver.registry import claims, namespace, pod, service
from kplan.apiserver.registry.gates import drop_disabled_template_fields
from kplan.apiserver.registry.strategy import (
    Context,
    Strategy,
    clear_status,
    create_with_status,
    first_generation,
    generation_follows,
    in_turn,
    keep_status,
    no_errors,
    only_status,
    update_with_status,
)
from kplan.apiserver.validation import core as validation

GROUP: Final = ""


def create_limit_range(obj: Json, context: Context) -> None:
    """Prepare a LimitRange: one without a name gets a uid for it."""
    metadata = obj["metadata"]
    if not metadata.get("name"):
        metadata["name"] = names.uid("LimitRange", metadata.get("namespace"), context.store.revision)


def create_node(obj: Json, _context: Context) -> None:
    """Prepare a Node: dynamic configuration is gone."""
    (obj.get("spec") or {}).pop("configSource", None)
    (obj.get("status") or {}).pop("config", None)


def update_node(new: Json, old: Json, context: Context) -> None:
    """Prepare a Node's update."""
    keep_status(new, old, context)
    if "configSource" not in (old.get("spec") or {}):
        (new.get("spec") or {}).pop("configSource", None)


def update_node_status(new: Json, old: Json, context: Context) -> None:
    """Prepare a Node's status update."""
    only_status(new, old, context)
    if "config" not in (old.get("status") or {}):
        (new.get("status") or {}).pop("config", None)


def create_replication_controller(obj: Json, _context: Context) -> None:
    """Prepare a ReplicationController."""
    drop_disabled_template_fields((obj.get("spec") or {}).get("template"), None)


def update_replication_controller(new: Json, old: Json, _context: Context) -> None:
    """Prepare a ReplicationController's update."""
    drop_disabled_template_fields(
        (new.get("spec") or {}).get("template"), (old.get("spec") or {}).get("template")
    )


def create_pod_template(obj: Json, _context: Context) -> None:
    """Prepare a PodTemplate."""
    drop_disabled_template_fields(obj.get("template"), None)


def update_pod_template(new: Json, old: Json, _context: Context) -> None:
    """Prepare a PodTemplate's update."""
    drop_disabled_template_fields(new.get("template"), old.get("template"))


def create_service_account(obj: Json, _context: Context) -> None:
    """Prepare a ServiceAccount: of its secrets only the names count."""
    if obj.get("secrets"):
        obj["secrets"] = [{"name": secret["name"]} if secret.get("name") else {} for secret in obj["secrets"]]


def update_service_account(new: Json, _old: Json, context: Context) -> None:
    """Prepare a ServiceAccount's update."""
    create_service_account(new, context)


def update_secret(new: Json, old: Json, _context: Context) -> None:
    """Prepare a Secret's update: its type stays where none is given."""
    if not new.get("type") and old.get("type"):
        new["type"] = old["type"]


STRATEGIES: Final = (
    Strategy(
        GROUP,
        "Pod",
        validation.validate_pod,
        validation.validate_pod_update,
        prepare_for_create=pod.prepare_for_create,
        prepare_for_update=pod.prepare_for_update,
        prepare_for_status_update=pod.prepare_for_status_update,
        validate_status_update=validation.validate_pod_status_update,
        subresources={
            "resize": (pod.prepare_for_resize, validation.validate_pod_resize),
            "ephemeralcontainers": (
                pod.prepare_for_ephemeral_containers,
                validation.validate_pod_ephemeral_containers_update,
            ),
        },
        graceful_deletion=True,
    ),
    Strategy(
        GROUP,
        "Service",
        validation.validate_service,
        validation.validate_service_update,
        begin_create=service.begin_create,
        begin_update=service.begin_update,
        prepare_for_create=clear_status,
        prepare_for_update=in_turn(keep_status, service.clear_dependent_fields),
        prepare_for_status_update=only_status,
        validate_status_update=validation.validate_service_status_update,
        allow_create_on_update=True,
    ),
    Strategy(
        GROUP,
        "Namespace",
        validation.validate_namespace,
        validation.validate_namespace_update,
        prepare_for_create=namespace.create,
        prepare_for_update=namespace.update,
        prepare_for_status_update=only_status,
        validate_status_update=validation.validate_namespace_status_update,
        subresources={"finalize": (namespace.finalize, no_errors)},
        canonicalize=namespace.canonicalize,
        delete_hook=namespace.delete,
        may_go=namespace.may_go,
    ),
    Strategy(
        GROUP,
        "Node",
        validation.validate_node,
        validation.validate_node_update,
        prepare_for_create=create_node,
        prepare_for_update=update_node,
        prepare_for_status_update=update_node_status,
        validate_status_update=validation.validate_node_status_update,
    ),
    Strategy(
        GROUP,
        "PersistentVolume",
        validation.validate_persistent_volume,
        validation.validate_persistent_volume_update,
        prepare_for_create=claims.create_volume,
        prepare_for_update=keep_status,
        prepare_for_status_update=claims.update_volume_status,
        validate_status_update=validation.validate_persistent_volume_status_update,
    ),
    Strategy(
        GROUP,
        "PersistentVolumeClaim",
        validation.validate_persistent_volume_claim,
        validation.validate_persistent_volume_claim_update,
        prepare_for_create=claims.create_claim,
        prepare_for_update=claims.update_claim,
        prepare_for_status_update=only_status,
        validate_status_update=validation.validate_persistent_volume_claim_status_update,
    ),
    Strategy(
        GROUP,
        "ReplicationController",
        validation.validate_replication_controller,
        validation.validate_replication_controller_update,
        prepare_for_create=in_turn(create_with_status, create_replication_controller),
        prepare_for_update=in_turn(update_replication_controller, update_with_status),
        prepare_for_status_update=only_status,
        validate_status_update=validation.validate_replication_controller_status_update,
        default_propagation="Orphan",
    ),
    Strategy(
        GROUP,
        "PodTemplate",
        validation.validate_pod_template,
        validation.validate_pod_template_update,
        prepare_for_create=in_turn(first_generation, create_pod_template),
        prepare_for_update=in_turn(update_pod_template, generation_follows("template")),
    ),
    Strategy(
        GROUP,
        "ResourceQuota",
        validation.validate_resource_quota,
        validation.validate_resource_quota_update,
        prepare_for_create=clear_status,
        prepare_for_update=keep_status,
        prepare_for_status_update=only_status,
        validate_status_update=validation.validate_resource_quota_status_update,
    ),
    Strategy(
        GROUP,
        "LimitRange",
        validation.validate_limit_range,
        validation.validate_limit_range_update,
        prepare_for_create=create_limit_range,
        allow_create_on_update=True,
    ),
    Strategy(
        GROUP,
        "Secret",
        validation.validate_secret,
        validation.validate_secret_update,
        prepare_for_update=update_secret,
    ),
    Strategy(GROUP, "ConfigMap", validation.validate_config_map, validation.validate_config_map_update),
    Strategy(
        GROUP,
        "ServiceAccount",
        validation.validate_service_account,
        validation.validate_service_account_update,
        prepare_for_create=create_service_account,
        prepare_for_update=update_service_account,
    ),
    Strategy(
        GROUP,
        "Endpoints",
        validation.validate_endpoints,
        validation.validate_endpoints_update,
        allow_create_on_update=True,
    ),
)
