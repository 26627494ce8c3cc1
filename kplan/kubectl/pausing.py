"""``spec.paused`` of a Deployment, as the verbs ``rollout pause`` and ``rollout resume`` turn it.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/rollout/rollout_pause.go and rollout_resume.go
"""

from kplan.apiserver.patchbody import PatchType
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import late_print_flags
from kplan.kubectl.rollouts import chosen, each, none_found
from kplan.kubectl.verb import LiveContext


def turn(arguments: Arguments, context: LiveContext, *, paused: bool) -> Printed:
    """Pause or resume deployments; one that already is in that state is refused. Raises UsageError or StatusError."""
    telling, printed = late_print_flags(arguments), Printed()
    found = chosen(arguments, context, printed)
    if not found.items and not found.failures:
        return none_found(arguments, printed)

    def act(item: Item) -> None:
        title = f'{item.resource.group_resource} "{item.value["metadata"]["name"]}"'
        if item.resource.kind != "Deployment":
            raise UsageError(f"{title} {'pausing' if paused else 'resuming'} is not supported")
        if bool(item.value["spec"].get("paused")) is paused:
            raise UsageError(f"{title} is {'already' if paused else 'not'} paused")
        context.server.patch(
            item.key, {"spec": {"paused": paused}}, PatchType.STRATEGIC, api_version=item.resource.api_version,
            manager="kubectl-rollout",
        )  # fmt: skip
        telling.tell_item(printed, context.server, item, "paused" if paused else "resumed")

    return each(found, printed, act, prefixed=True)
