"""kubectl rollout undo.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/rollout/rollout_undo.go,
    staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollback.go
"""

import copy
from collections.abc import Sequence
from typing import Any, Final

from kplan.api.metadata import annotations_of
from kplan.api.object import Json
from kplan.api.revisions import template_patch
from kplan.apiserver.patch.last_applied import LAST_APPLIED
from kplan.apiserver.patchbody import PatchType
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import OUTPUT, late_print_flags
from kplan.kubectl.rollouts import ROLLOUT_FLAGS, Revision, chosen, each, revisions_of, without_revisions
from kplan.kubectl.verb import Change, LiveContext

_HASH: Final = "pod-template-hash"
_APPLIED: Final = (
    "Warning: resource {} was previously managed with 'kubectl apply'. "
    f"Rolling back will not update the {LAST_APPLIED} annotation, which may cause unexpected behavior on future "
    "'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead."
)
_KEPT: Final = (
    LAST_APPLIED,
    "deployment.kubernetes.io/revision",
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
)


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Go back to an earlier revision. Raises UsageError or StatusError."""
    telling, printed, number = late_print_flags(arguments), Printed(), arguments.number("to-revision")
    found = chosen(arguments, context, printed)

    def undo(item: Item) -> None:
        if LAST_APPLIED in annotations_of(item.value):
            printed.warn(_APPLIED.format(item.place))
        if item.resource.kind not in ("Deployment", "DaemonSet", "StatefulSet"):
            raise without_revisions(item, "rollbacker", "rollbacker")
        word = _undo(context, item, number, telling.strategy)
        telling.tell_item(printed, context.server, item, word)

    return each(found, printed, undo)


def _undo(context: LiveContext, item: Item, number: int, strategy: DryRunStrategy) -> str:
    deployment = item.resource.kind == "Deployment"
    target = _target(revisions_of(context.server, item), item, number)
    if strategy is DryRunStrategy.CLIENT:
        return target.plain if deployment else f"will roll back to {target.plain}"
    if deployment and item.value["spec"].get("paused"):
        hint = "resume it first with 'kubectl rollout resume' and try again"
        raise UsageError(f"you cannot rollback a paused deployment; {hint}")
    if _plain(target.template) == _plain(item.value["spec"]["template"]):
        return f"skipped rollback (current template already matches revision {number})"
    patch: Any = _deployment_patch(item.value, target) if deployment else template_patch(target.template)
    context.server.patch(
        item.key, patch, PatchType.JSON if deployment else PatchType.STRATEGIC, api_version="apps/v1",
        dry_run=strategy is DryRunStrategy.SERVER, manager="kubectl-rollout",
    )  # fmt: skip
    return "rolled back"


def _target(revisions: Sequence[Revision], item: Item, number: int) -> Revision:
    if number:
        for one in revisions:
            if one.number == number:
                return one
        raise UsageError(f"unable to find specified revision {number} in history")
    if len(revisions) < 2:
        name = item.value["metadata"]["name"]
        if item.resource.kind == "Deployment":
            raise UsageError(f'no rollout history found for deployment "{name}"')
        raise UsageError("no last revision to roll back to")
    return revisions[-2]


def _deployment_patch(value: Json, target: Revision) -> list[Json]:
    present = value["metadata"].get("annotations") or {}
    past = target.value["metadata"].get("annotations") or {}
    annotations = {key: text for key, text in present.items() if key in _KEPT}
    annotations |= {key: text for key, text in past.items() if key not in _KEPT}
    return [
        {"op": "replace", "path": "/spec/template", "value": _plain(target.template)},
        {"op": "replace", "path": "/metadata/annotations", "value": annotations},
    ]


def _plain(template: Json) -> Json:
    """A template without the label that its ReplicaSet adds."""
    plain = copy.deepcopy(template)
    labels = (plain.get("metadata") or {}).get("labels") or {}
    labels.pop(_HASH, None)
    return plain


VERB = Change(
    usage="KIND NAME|KIND/NAME",
    about="Go back to an earlier revision of a workload and show what follows.",
    flags=(
        Flag(
            "to-revision",
            "Revision to go back to; 0 is the previous one.",
            Kind.INT,
            metavar="NUMBER",
            default="0",
        ),
        *ROLLOUT_FLAGS,
        flags.DRY_RUN,
        *OUTPUT,
    ),
    examples=("rollout undo deployment/web", "rollout undo deployment/web --to-revision=2"),
    run=run,
)
