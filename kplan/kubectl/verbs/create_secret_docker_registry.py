"""kubectl create secret docker-registry.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_secret_docker.go
"""

import base64

from kplan.apiserver.field import go_json
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.contenthash import named_with_hash
from kplan.kubectl.creating import APPEND_HASH, CREATE_FLAGS, create, metadata_of, required_name
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.keyvalues import sources_of
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext

_CONFIG = ".dockerconfigjson"
_NEEDED = "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required"


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a Secret for a registry. Raises UsageError."""
    name = required_name(arguments)
    data = {_CONFIG: _credentials(arguments)} if not arguments.texts("from-file") else _files(arguments)
    value = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata_of(name, arguments),
        "type": "kubernetes.io/dockerconfigjson",
        "data": {key: base64.b64encode(content).decode() for key, content in data.items()},
    }
    if arguments.switch("append-hash"):
        value = named_with_hash(value)
    return create(value, arguments, context, "failed to create secret")


def _files(arguments: Arguments) -> dict[str, bytes]:
    files = [one if "=" in one else f"{_CONFIG}={one}" for one in arguments.texts("from-file")]
    values = {**arguments.values, "from-literal": (), "from-env-file": (), "from-file": files}
    found: dict[str, bytes] = {}
    for key, content in sources_of(arguments._replace(values=values)):
        if key in found:
            raise UsageError(f"cannot add key {key}, another key by that name already exists")
        found[key] = content
    return found


def _credentials(arguments: Arguments) -> bytes:
    user, password = arguments.text("docker-username"), arguments.text("docker-password")
    server, email = arguments.text("docker-server"), arguments.text("docker-email")
    if not (user and password and server):
        raise UsageError(_NEEDED)
    auth = base64.b64encode(f"{user}:{password}".encode()).decode()
    entry = {"username": user, "password": password, **({"email": email} if email else {}), "auth": auth}
    return go_json({"auths": {server: entry}}).encode()


VERB = Change(
    usage="NAME --docker-username=USER --docker-password=PASSWORD [--docker-server=SERVER]",
    about="Create a Secret with which images are pulled from a registry.",
    flags=(
        Flag("docker-username", "User at the registry.", metavar="USER"),
        Flag("docker-password", "Password at the registry.", metavar="PASSWORD"),
        Flag("docker-email", "E-mail address of the user.", metavar="EMAIL"),
        Flag(
            "docker-server",
            "Address of the registry.",
            metavar="SERVER",
            default="https://index.docker.io/v1/",
        ),
        Flag("from-file", "File with the whole configuration: [KEY=]PATH.", Kind.STRINGS, metavar="PATH"),
        APPEND_HASH,
        *CREATE_FLAGS,
    ),
    examples=("create secret docker-registry pull --docker-username=me --docker-password=x",),
    run=run,
)
