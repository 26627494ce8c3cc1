"""kubectl version: of the program and of the server, which is simulated.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/version/version.go
"""

from typing import Any

from kplan import __version__
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.flags import Flag, switch
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.documents import document
from kplan.kubectl.verb import Context, Query
from kplan.schema.releases import KUSTOMIZE

_FORMATS = ("", "yaml", "json")


def run(arguments: Arguments, context: Context) -> Printed:
    """Print the versions. Raises UsageError."""
    output, client_only = arguments.text("output"), arguments.switch("client")
    if arguments.words:
        raise UsageError(f"extra arguments: [{' '.join(arguments.words)}]")
    if output not in _FORMATS:
        raise UsageError("--output must be 'yaml' or 'json'")
    server = context.server.catalog.version
    if output:
        return Printed(text=document(_versions(server, client_only=client_only), output))
    printed = Printed(out=[f"Client Version: kplan {__version__}", f"Kustomize Version: {KUSTOMIZE}"])
    if not client_only:
        printed.say(f"Server Version: v{server}.0 (simulated)")
    return printed


def _versions(server: str, *, client_only: bool) -> dict[str, Any]:
    major, _, minor = server.partition(".")
    found: dict[str, Any] = {
        "clientVersion": {"gitVersion": f"kplan {__version__}"},
        "kustomizeVersion": KUSTOMIZE,
    }
    if not client_only:
        found["serverVersion"] = {
            "major": major,
            "minor": minor,
            "gitVersion": f"v{server}.0",
            "platform": "simulated",
        }
    return found


VERB = Query(
    usage="",
    about="Print the versions of kplan, of its built-in kustomize, and of the simulated cluster.",
    flags=(
        switch("client", "Print the program's version only."),
        Flag("output", "Format: yaml or json.", short="o", metavar="yaml|json"),
    ),
    examples=("version",),
    run=run,
    of_kinds=True,
)
