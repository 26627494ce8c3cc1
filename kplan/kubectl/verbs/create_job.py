"""kubectl create job.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_job.go
"""

from typing import Any

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Wanted, choose
from kplan.kubectl.creating import CREATE_FLAGS, command_of, create, metadata_of, name_of
from kplan.kubectl.flags import Flag
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a job. Raises UsageError or StatusError."""
    name, command = name_of(arguments), command_of(arguments)
    image, origin = arguments.text("image"), arguments.text("from")
    if bool(image) == bool(origin):
        raise UsageError("either --image or --from must be specified")
    if origin and command:
        raise UsageError("cannot specify --from and command")
    value = _of_cronjob(name, origin, arguments, context) if origin else _of_image(name, command, arguments)
    return create(value, arguments, context, "failed to create job:")


def _of_image(name: str, command: list[str], arguments: Arguments) -> Json:
    container: dict[str, Any] = {"name": name, "image": arguments.text("image"), "resources": {}}
    if command:
        container["command"] = command
    template = {"metadata": {}, "spec": {"containers": [container], "restartPolicy": "Never"}}
    metadata = metadata_of(name, arguments)
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata,
        "spec": {"template": template},
        "status": {},
    }


def _of_cronjob(name: str, origin: str, arguments: Arguments, context: LiveContext) -> Json:
    namespace = arguments.text("namespace") or "default"
    found = choose(context.server, Wanted(words=(origin,), namespace=namespace))
    if found.failures:
        raise found.failures[0]
    item = found.items[0]
    if item.resource.kind != "CronJob":
        raise UsageError(f"unknown object type *{item.resource.version}.{item.resource.kind}")
    owner = item.value["metadata"]
    template = item.value["spec"]["jobTemplate"]
    written = template.get("metadata") or {}
    annotations = {**(written.get("annotations") or {}), "cronjob.kubernetes.io/instantiate": "manual"}
    labels = {"labels": written["labels"]} if written.get("labels") else {}
    reference = {
        "apiVersion": "batch/v1", "kind": "CronJob", "name": owner["name"], "uid": owner["uid"], "controller": True,
    }  # fmt: skip
    metadata = metadata_of(name, arguments, annotations=annotations, ownerReferences=[reference], **labels)
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata,
        "spec": template["spec"],
        "status": {},
    }


VERB = Change(
    usage="NAME --image=IMAGE|--from=cronjob/NAME [-- COMMAND [ARG...]]",
    about="Create a job from an image or from the template of a cron job, and show what follows.",
    flags=(
        Flag("image", "Image to run.", metavar="IMAGE"),
        Flag("from", "Cron job to run once now.", metavar="cronjob/NAME"),
        *CREATE_FLAGS,
    ),
    examples=("create job once --image=busybox:1.36 -- date", "create job now --from=cronjob/backup"),
    run=run,
)
