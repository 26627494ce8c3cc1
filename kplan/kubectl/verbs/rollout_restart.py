"""kubectl rollout restart.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/rollout/rollout_restart.go
"""

from kplan.apiserver.patchbody import PatchType
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import OUTPUT, late_print_flags
from kplan.kubectl.rollouts import ROLLOUT_FLAGS, chosen, each, none_found
from kplan.kubectl.verb import Change, LiveContext

_ANNOTATION = "kubectl.kubernetes.io/restartedAt"


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Restart workloads. Raises UsageError or StatusError."""
    telling, printed = late_print_flags(arguments), Printed()
    found = chosen(arguments, context, printed)
    if not found.items and not found.failures:
        return none_found(arguments, printed)
    patch = {
        "spec": {
            "template": {"metadata": {"annotations": {_ANNOTATION: f"{context.now:%Y-%m-%dT%H:%M:%SZ}"}}}
        }
    }

    def restart(item: Item) -> None:
        title = f'{item.resource.group_resource} "{item.name}"'
        if item.resource.kind not in ("Deployment", "DaemonSet", "StatefulSet"):
            raise UsageError(f"{title} restarting is not supported")
        if item.resource.kind == "Deployment" and item.value["spec"].get("paused"):
            raise UsageError(f"{title} can't restart paused deployment (run rollout resume first)")
        version = item.resource.api_version
        context.server.patch(
            item.key, patch, PatchType.STRATEGIC, api_version=version, manager="kubectl-rollout"
        )
        telling.tell_item(printed, context.server, item, "restarted")

    return each(found, printed, restart, prefixed=True)


VERB = Change(
    usage="KIND NAME...|KIND/NAME...",
    about="Replace all pods of workloads and show what follows.",
    flags=(*ROLLOUT_FLAGS, flags.FIELD_MANAGER, *OUTPUT),
    examples=("rollout restart deployment/web",),
    run=run,
)
