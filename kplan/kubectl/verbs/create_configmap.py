"""kubectl create configmap.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_configmap.go
"""

import base64
import re
from typing import Any, Final

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.contenthash import named_with_hash
from kplan.kubectl.creating import APPEND_HASH, CREATE_FLAGS, create, metadata_of, name_of
from kplan.kubectl.keyvalues import SOURCES, sources_of
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext

_KEY: Final = re.compile(r"[-._a-zA-Z0-9]+\Z")
_KEY_TEXT: Final = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  "
    "or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a ConfigMap. Raises UsageError."""
    name = name_of(arguments)
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
    if not _KEY.match(key):
        raise UsageError(f'"{key}" is not a valid key name for a ConfigMap: {_KEY_TEXT}')
    for field in ("data", "binaryData"):
        if key in value.get(field, {}):
            place = field[0].upper() + field[1:]
            raise UsageError(
                f'cannot add key "{key}", another key by that name already exists in {place} for ConfigMap "{name}"'
            )
    try:
        value.setdefault("data", {})[key] = content.decode()
    except UnicodeDecodeError:
        if not value["data"]:
            del value["data"]
        value.setdefault("binaryData", {})[key] = base64.b64encode(content).decode()


VERB = Change(
    usage="NAME [--from-literal=KEY=VALUE] [--from-file=[KEY=]PATH]",
    about="Create a ConfigMap of literals and files.",
    flags=(*SOURCES, APPEND_HASH, *CREATE_FLAGS),
    examples=("create configmap settings --from-literal=log=debug",),
    run=run,
)
