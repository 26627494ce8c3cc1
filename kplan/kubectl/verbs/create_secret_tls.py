"""kubectl create secret tls.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_secret_tls.go
"""

from base64 import b64encode

from kplan.apiserver.keypairs import KeyPairError, check_key_pair
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.contenthash import named_with_hash
from kplan.kubectl.creating import APPEND_HASH, CREATE_FLAGS, create, metadata_of, name_of
from kplan.kubectl.flags import Flag
from kplan.kubectl.keyvalues import read_bytes
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a Secret from a certificate and its key. Raises UsageError."""
    name = name_of(arguments)
    if not arguments.text("key") or not arguments.text("cert"):
        raise UsageError("key and cert must be specified")
    certificate, key = _read(arguments.text("cert")), _read(arguments.text("key"))
    try:
        check_key_pair(certificate, key)
    except KeyPairError as error:
        raise UsageError(str(error)) from error
    data = {"tls.crt": b64encode(certificate).decode(), "tls.key": b64encode(key).decode()}
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


def _read(path: str) -> bytes:
    try:
        return read_bytes(path)
    except UsageError as error:
        raise UsageError(f"Cannot read file {path}, open {path}: {error.message}") from error


VERB = Change(
    usage="NAME --cert=PATH --key=PATH",
    about="Create a Secret from a certificate and its private key.",
    flags=(
        Flag("cert", "File with the certificate, PEM.", metavar="PATH"),
        Flag("key", "File with the private key, PEM.", metavar="PATH"),
        APPEND_HASH,
        *CREATE_FLAGS,
    ),
    examples=("create secret tls web --cert=tls.crt --key=tls.key",),
    run=run,
)
