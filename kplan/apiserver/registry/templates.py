"""Strategies of the core group's kinds with a pod template: ReplicationControllers and PodTemplates.

Upstream: pkg/registry/core/{replicationcontroller,podtemplate}
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.registry.gates import drop_disabled_template_fields
from kplan.apiserver.registry.strategy import (
    Context,
    Strategy,
    create_with_status,
    first_generation,
    generation_follows,
    in_turn,
    only_status,
    update_with_status,
)
from kplan.apiserver.validation import core_pods as validation
from kplan.apiserver.warnings import workloads

GROUP: Final = ""


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


STRATEGIES: Final = (
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
        warnings=workloads.for_workload,
    ),
    Strategy(
        GROUP,
        "PodTemplate",
        validation.validate_pod_template,
        validation.validate_pod_template_update,
        prepare_for_create=in_turn(first_generation, create_pod_template),
        prepare_for_update=in_turn(update_pod_template, generation_follows("template")),
        warnings=workloads.for_pod_template,
    ),
)
