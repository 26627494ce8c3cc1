"""kubectl create quota.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_quota.go
"""

from typing import Any

from kplan.kubectl.arguments import Arguments
from kplan.kubectl.creating import CREATE_FLAGS, create, metadata_of, required_name
from kplan.kubectl.flags import Flag
from kplan.kubectl.printed import Printed
from kplan.kubectl.resourcelist import resource_list
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a quota. Raises UsageError."""
    name, spec = required_name(arguments), dict[str, Any]()
    if hard := resource_list(arguments.text("hard")):
        spec["hard"] = hard
    if arguments.text("scopes"):
        spec["scopes"] = arguments.text("scopes").split(",")
    metadata = metadata_of(name, arguments)
    value = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata, "spec": spec, "status": {}}
    return create(value, arguments, context, "failed to create quota:")


VERB = Change(
    usage="NAME [--hard=RESOURCE=QUANTITY,...] [--scopes=SCOPE,...]",
    about="Create a quota.",
    flags=(
        Flag("hard", "Limits: RESOURCE=QUANTITY, joined by commas.", metavar="LIMITS"),
        Flag("scopes", "Objects it counts: names of scopes, joined by commas.", metavar="SCOPES"),
        *CREATE_FLAGS,
    ),
    examples=("create quota team --hard=cpu=4,pods=20",),
    run=run,
)
