"""kubectl create secret generic.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_secret.go
"""

import base64
from typing import Any

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.contenthash import named_with_hash
from kplan.kubectl.creating import APPEND_HASH, CREATE_FLAGS, create, metadata_of, required_name
from kplan.kubectl.flags import Flag
from kplan.kubectl.keyvalues import SOURCES, key_problem, sources_of
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a Secret. Raises UsageError."""
    name = required_name(arguments)
    value: dict[str, Any] = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata_of(name, arguments)}
    data: dict[str, str] = {}
    for key, content in sources_of(arguments, secret=True):
        if problem := key_problem(key):
            raise UsageError(f'"{key}" is not valid key name for a Secret {problem}')
        if key in data:
            raise UsageError(f"cannot add key {key}, another key by that name already exists")
        data[key] = base64.b64encode(content).decode()
    if data:
        value["data"] = data
    if arguments.text("type"):
        value["type"] = arguments.text("type")
    if arguments.switch("append-hash"):
        value = named_with_hash(value)
    return create(value, arguments, context, "failed to create secret")


VERB = Change(
    usage="NAME [--from-literal=KEY=VALUE] [--from-file=[KEY=]PATH] [--type=TYPE]",
    about="Create a Secret from literals and files.",
    flags=(Flag("type", "Type of the Secret.", metavar="TYPE"), *SOURCES, APPEND_HASH, *CREATE_FLAGS),
    examples=("create secret generic login --from-file=./password",),
    run=run,
)
