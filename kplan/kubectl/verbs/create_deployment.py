"""kubectl create deployment.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_deployment.go
"""

import re
from typing import Any

from kplan.apiserver.names import suffix
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.creating import CREATE_FLAGS, IMAGES, command_of, create, metadata_of, name_of
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a deployment. Raises UsageError."""
    name, command, images = name_of(arguments), command_of(arguments), arguments.texts("image")
    if len(images) > 1 and command:
        raise UsageError("cannot specify multiple --image options and command")
    labels = {"app": name}
    containers: list[dict[str, Any]] = [
        {"name": _container_name(image), "image": image, "resources": {}} for image in images
    ]
    if command and containers:
        containers[0]["command"] = command
    if arguments.number("port") >= 0 and containers:
        containers[0]["ports"] = [{"containerPort": arguments.number("port")}]
    spec: dict[str, Any] = {
        "replicas": arguments.number("replicas"),
        "selector": {"matchLabels": labels},
        "strategy": {},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
    }
    metadata = metadata_of(name, arguments, labels=labels)
    value = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec, "status": {}}
    return create(value, arguments, context, "failed to create deployment:")


def _container_name(image: str) -> str:
    """The last part of an image's name; if it holds what a container's name may not, with a random end."""
    name = re.split("[:@]", image.rsplit("/", maxsplit=1)[-1])[0]
    plain = re.sub("[_.]", "-", name)
    return name if plain == name else f"{plain}-{suffix(image)}"


VERB = Change(
    usage="NAME --image=IMAGE [-- COMMAND [ARG...]]",
    about="Create a deployment and show what follows.",
    flags=(
        IMAGES,
        Flag("replicas", "Number of pods.", Kind.INT32, "r", metavar="COUNT", default="1"),
        Flag("port", "Port that the container listens on.", Kind.INT32, metavar="PORT", default="-1"),
        *CREATE_FLAGS,
    ),
    examples=("create deployment web --image=nginx:1.27 --replicas=3",),
    run=run,
)
