"""kubectl create cronjob.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_cronjob.go
"""

from typing import Any

from kplan.kubectl.arguments import Arguments
from kplan.kubectl.creating import CREATE_FLAGS, command_of, create, metadata_of, name_of
from kplan.kubectl.flags import Flag
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a cron job. Raises UsageError."""
    name, command = name_of(arguments), command_of(arguments)
    container: dict[str, Any] = {"name": name, "image": arguments.text("image"), "resources": {}}
    if command:
        container["command"] = command
    pod = {"containers": [container], "restartPolicy": arguments.text("restart") or "OnFailure"}
    job = {"metadata": {"name": name}, "spec": {"template": {"metadata": {}, "spec": pod}}}
    value = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": metadata_of(name, arguments),
        "spec": {"jobTemplate": job, "schedule": arguments.text("schedule")},
        "status": {},
    }
    return create(value, arguments, context, "failed to create cronjob:")


VERB = Change(
    usage="NAME --image=IMAGE --schedule=SCHEDULE [-- COMMAND [ARG...]]",
    about="Create a cron job and show what follows.",
    flags=(
        Flag("image", "Image to run.", metavar="IMAGE", required=True),
        Flag("schedule", "When to run, as cron writes it.", metavar="SCHEDULE", required=True),
        Flag("restart", "Restart policy of the pods: OnFailure or Never.", metavar="POLICY"),
        *CREATE_FLAGS,
    ),
    examples=('create cronjob backup --image=busybox:1.36 --schedule="0 3 * * *"',),
    run=run,
)
