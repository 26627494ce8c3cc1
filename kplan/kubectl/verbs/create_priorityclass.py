"""kubectl create priorityclass.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_priorityclass.go
"""

from typing import Any

from kplan.kubectl.arguments import Arguments
from kplan.kubectl.creating import CREATE_FLAGS, create, name_of
from kplan.kubectl.flags import Flag, Kind, switch
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a priority class. Raises UsageError."""
    value: dict[str, Any] = {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name_of(arguments)},
        "value": arguments.number("value"),
        "preemptionPolicy": arguments.text("preemption-policy"),
    }
    if arguments.switch("global-default"):
        value["globalDefault"] = True
    if arguments.text("description"):
        value["description"] = arguments.text("description")
    return create(value, arguments, context, "failed to create priorityclass:")


VERB = Change(
    usage="NAME --value=VALUE",
    about="Create a priority class.",
    flags=(
        Flag("value", "Priority of its pods.", Kind.INT32, metavar="VALUE", default="0"),
        switch("global-default", "Make it the class of pods that name none."),
        Flag("description", "What it is for.", metavar="TEXT"),
        Flag(
            "preemption-policy",
            "Whether its pods evict others: PreemptLowerPriority or Never.",
            metavar="POLICY",
            default="PreemptLowerPriority",
        ),
        *CREATE_FLAGS,
    ),
    examples=("create priorityclass high --value=1000",),
    run=run,
)
