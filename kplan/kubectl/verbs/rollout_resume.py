"""kubectl rollout resume.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/rollout/rollout_resume.go
"""

from kplan.apiserver.patching import PatchType
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import OUTPUT, print_flags
from kplan.kubectl.rollouts import ROLLOUT_FLAGS, chosen, each, none_found
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Resume deployments. Raises UsageError or StatusError."""
    telling, printed = print_flags(arguments), Printed()
    found = chosen(arguments, context, printed)
    if not found.items and not found.failures:
        return none_found(arguments, printed)

    def resume(item: Item) -> None:
        title = f'{item.resource.group_resource} "{item.value["metadata"]["name"]}"'
        if item.resource.kind != "Deployment":
            raise UsageError(f"{title} resuming is not supported")
        if bool(item.value["spec"].get("paused")) is False:
            raise UsageError(f"{title} is not paused")
        patch = {"spec": {"paused": False}}
        context.server.patch(
            item.key,
            patch,
            PatchType.STRATEGIC,
            api_version=item.resource.api_version,
            manager="kubectl-rollout",
        )
        telling.tell_item(printed, context.server, item, "resumed")

    return each(found, printed, resume)


VERB = Change(
    usage="deployment NAME...|deployment/NAME...",
    about="Resume deployments that were paused and show what follows.",
    flags=(*ROLLOUT_FLAGS, *OUTPUT),
    examples=("rollout resume deployment/web",),
    run=run,
)
