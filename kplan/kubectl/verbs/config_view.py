"""kubectl config view: the kubeconfig; kplan has none, so it is what kubectl prints without one.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/config/view.go
"""

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.flags import Flag
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.documents import document
from kplan.kubectl.verb import Context, Query

_EMPTY = {
    "apiVersion": "v1", "clusters": None, "contexts": None, "current-context": "", "kind": "Config", "users": None,
}  # fmt: skip


def run(arguments: Arguments, context: Context) -> Printed:
    """Print an empty kubeconfig. Raises UsageError."""
    del context
    output = arguments.text("output")
    if output not in ("yaml", "json"):
        raise UsageError(
            f'unable to match a printer suitable for the output format "{output}", allowed formats are: json,yaml'
        )
    return Printed(
        text=document(_EMPTY, output), err=["kplan reads no kubeconfig: the cluster is in the state"]
    )


VERB = Query(
    usage="",
    about="Print the kubeconfig that is used: none, as kplan asks no cluster.",
    flags=(Flag("output", "Format: yaml or json.", short="o", metavar="yaml|json", default="yaml"),),
    examples=("config view",),
    run=run,
)
