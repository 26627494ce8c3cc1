"""Strategies of the apps group.

Upstream: pkg/registry/apps
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.registry.gates import drop_disabled_template_fields
from kplan.apiserver.registry.strategy import (
    Context,
    Strategy,
    changes,
    count_generation,
    create_with_status,
    in_turn,
    keep,
    keep_status,
    only_status,
    update_with_status,
)
from kplan.apiserver.validation import apps as validation
from kplan.apiserver.validation import workload_status as status
from kplan.apiserver.warnings import workloads

GROUP: Final = "apps"
_TEMPLATE_GENERATION: Final = "deprecated.daemonset.template.generation"


def drop_disabled(obj: Json, _context: Context) -> None:
    """Prepare a create: drop template fields whose feature is off."""
    drop_disabled_template_fields((obj.get("spec") or {}).get("template"), None)


def drop_disabled_unless_used(new: Json, old: Json, _context: Context) -> None:
    """Prepare an update: drop template fields whose feature is off and which were not there before."""
    drop_disabled_template_fields(
        (new.get("spec") or {}).get("template"), (old.get("spec") or {}).get("template")
    )


def update_deployment(new: Json, old: Json, context: Context) -> None:
    """Prepare a Deployment's update: its generation counts changes of annotations as well."""
    keep_status(new, old, context)
    drop_disabled_unless_used(new, old, context)
    annotations, previous = new["metadata"].get("annotations"), old["metadata"].get("annotations")
    if changes(new.get("spec"), old.get("spec")) or (annotations or {}) != (previous or {}):
        count_generation(new, old)


def update_deployment_status(new: Json, old: Json, context: Context) -> None:
    """Prepare a Deployment's status update: labels stay as well."""
    only_status(new, old, context)
    metadata = {"metadata": dict(new["metadata"])}
    keep(metadata["metadata"], old["metadata"], "labels")
    new.update(metadata)


def create_daemon_set(obj: Json, _context: Context) -> None:
    """Prepare a DaemonSet: its template has a generation of its own, kept in an annotation."""
    generation = (obj["metadata"].get("annotations") or {}).get(_TEMPLATE_GENERATION, "1")
    obj["metadata"].setdefault("annotations", {})[_TEMPLATE_GENERATION] = str(max(1, int(generation)))


def update_daemon_set(new: Json, old: Json, context: Context) -> None:
    """Prepare a DaemonSet's update: a new template counts in both generations."""
    keep_status(new, old, context)
    drop_disabled_unless_used(new, old, context)
    generation = int((old["metadata"].get("annotations") or {}).get(_TEMPLATE_GENERATION, "0"))
    if changes((new.get("spec") or {}).get("template"), (old.get("spec") or {}).get("template")):
        generation += 1
    if changes(new.get("spec"), old.get("spec")):
        count_generation(new, old)
    new["metadata"]["annotations"] = {
        **(new["metadata"].get("annotations") or {}),
        _TEMPLATE_GENERATION: str(generation),
    }


def update_daemon_set_status(new: Json, old: Json, context: Context) -> None:
    """Prepare a DaemonSet's status update: the template's generation stays, although an annotation stands for it."""
    only_status(new, old, context)
    generation = (old["metadata"].get("annotations") or {}).get(_TEMPLATE_GENERATION, "0")
    annotations = {**(new["metadata"].get("annotations") or {}), _TEMPLATE_GENERATION: generation}
    new["metadata"] = {**new["metadata"], "annotations": annotations}


def create_stateful_set(obj: Json, _context: Context) -> None:
    """Prepare a StatefulSet: maxUnavailable is not served by default."""
    rolling = ((obj.get("spec") or {}).get("updateStrategy") or {}).get("rollingUpdate")
    if rolling is not None:
        rolling.pop("maxUnavailable", None)


def update_stateful_set(new: Json, old: Json, context: Context) -> None:
    """Prepare a StatefulSet's update: maxUnavailable stays if it is used."""
    previous = ((old.get("spec") or {}).get("updateStrategy") or {}).get("rollingUpdate") or {}
    if "maxUnavailable" not in previous:
        create_stateful_set(new, context)


STRATEGIES: Final = (
    Strategy(
        GROUP,
        "Deployment",
        validation.validate_deployment,
        validation.validate_deployment_update,
        prepare_for_create=in_turn(create_with_status, drop_disabled),
        prepare_for_update=update_deployment,
        prepare_for_status_update=update_deployment_status,
        validate_status_update=status.validate_deployment_status_update,
        warnings=workloads.for_workload,
    ),
    Strategy(
        GROUP,
        "ReplicaSet",
        validation.validate_replica_set,
        validation.validate_replica_set_update,
        prepare_for_create=in_turn(create_with_status, drop_disabled),
        prepare_for_update=in_turn(drop_disabled_unless_used, update_with_status),
        prepare_for_status_update=only_status,
        validate_status_update=status.validate_replica_set_status_update,
        warnings=workloads.for_workload,
    ),
    Strategy(
        GROUP,
        "StatefulSet",
        validation.validate_stateful_set,
        validation.validate_stateful_set_update,
        prepare_for_create=in_turn(create_with_status, create_stateful_set, drop_disabled),
        prepare_for_update=in_turn(update_stateful_set, drop_disabled_unless_used, update_with_status),
        prepare_for_status_update=only_status,
        validate_status_update=status.validate_stateful_set_status_update,
        warnings=workloads.for_stateful_set,
    ),
    Strategy(
        GROUP,
        "DaemonSet",
        validation.validate_daemon_set,
        validation.validate_daemon_set_update,
        prepare_for_create=in_turn(create_with_status, create_daemon_set, drop_disabled),
        prepare_for_update=update_daemon_set,
        prepare_for_status_update=update_daemon_set_status,
        validate_status_update=status.validate_daemon_set_status_update,
        warnings=workloads.for_daemon_set,
    ),
    Strategy(
        GROUP,
        "ControllerRevision",
        validation.validate_controller_revision,
        validation.validate_controller_revision_update,
    ),
)
