"""kubectl create service externalname.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_service.go
"""

import re

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.creating import CREATE_FLAGS
from kplan.kubectl.creatingservice import TCP, create_service
from kplan.kubectl.flags import Flag
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\Z")


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a Service that stands for a name outside. Raises UsageError."""
    name = arguments.text("external-name")
    if not _NAME.match(name):
        raise UsageError(f"invalid service external name {name}")
    return create_service(arguments, context, "ExternalName", ports_needed=False, externalName=name)


VERB = Change(
    usage="NAME --external-name=HOST [--tcp=PORT[:TARGET]]",
    about="Create a Service that stands for a host outside the cluster.",
    flags=(Flag("external-name", "Name of the host.", metavar="HOST", required=True), TCP, *CREATE_FLAGS),
    examples=("create service externalname db --external-name=db.example.com",),
    run=run,
)
