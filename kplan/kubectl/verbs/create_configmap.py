"""kubectl create configmap.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_configmap.go
"""

import base64
from typing import Any

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.contenthash import named_with_hash
from kplan.kubectl.creating import APPEND_HASH, CREATE_FLAGS, create, metadata_of, required_name
from kplan.kubectl.keyvalues import SOURCES, key_problem, sources_of
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a ConfigMap. Raises UsageError."""
    name = required_name(arguments)
    value: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata_of(name, arguments),
    }
    for key, content in sources_of(arguments):
        _add(value, name, key, content)
    if arguments.switch("append-hash"):
        value = named_with_hash(value)
    return create(value, arguments, context, "failed to create configmap:")


def _add(value: dict[str, Any], name: str, key: str, content: bytes) -> None:
    if problem := key_problem(key):
        raise UsageError(f'"{key}" is not a valid key name for a ConfigMap: {problem}')
    for field in ("data", "binaryData"):
        if key in value.get(field, {}):
            place = field[0].upper() + field[1:]
            raise UsageError(
                f'cannot add key "{key}", another key by that name already exists in {place} for ConfigMap "{name}"'
            )
    try:
        text = content.decode()
    except UnicodeDecodeError:
        value.setdefault("binaryData", {})[key] = base64.b64encode(content).decode()
    else:
        value.setdefault("data", {})[key] = text


VERB = Change(
    usage="NAME [--from-literal=KEY=VALUE] [--from-file=[KEY=]PATH]",
    about="Create a ConfigMap from literals and files.",
    flags=(*SOURCES, APPEND_HASH, *CREATE_FLAGS),
    examples=("create configmap settings --from-literal=log=debug",),
    run=run,
)
