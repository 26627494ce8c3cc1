"""kubectl create secret tls.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_secret_tls.go
"""

import base64

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.contenthash import named_with_hash
from kplan.kubectl.creating import APPEND_HASH, CREATE_FLAGS, create, metadata_of, name_of
from kplan.kubectl.flags import Flag
from kplan.kubectl.keyvalues import read_bytes
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a Secret of a certificate and its key. Raises UsageError."""
    name = name_of(arguments)
    if not arguments.text("key") or not arguments.text("cert"):
        raise UsageError("key and cert must be specified")
    data = {"tls.crt": _read(arguments.text("cert")), "tls.key": _read(arguments.text("key"))}
    metadata = metadata_of(name, arguments)
    value = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": "kubernetes.io/tls",
        "data": data,
    }
    if arguments.switch("append-hash"):
        value = named_with_hash(value)
    return create(value, arguments, context, "failed to create secret")


def _read(path: str) -> str:
    try:
        return base64.b64encode(read_bytes(path)).decode()
    except UsageError as error:
        raise UsageError(f"Cannot read file {path}, open {path}: {error.message}") from error


VERB = Change(
    usage="NAME --cert=PATH --key=PATH",
    about="Create a Secret of a certificate and its private key.",
    flags=(
        Flag("cert", "File with the certificate, PEM.", metavar="PATH"),
        Flag("key", "File with the private key, PEM.", metavar="PATH"),
        APPEND_HASH,
        *CREATE_FLAGS,
    ),
    examples=("create secret tls web --cert=tls.crt --key=tls.key",),
    run=run,
)
