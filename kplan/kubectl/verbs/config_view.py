"""kubectl config view: the kubeconfig; kplan has none, so it is what kubectl prints without one.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/config/view.go
"""

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments, HelpError
from kplan.kubectl.flags import INERT, switch
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.output import WHOLE, output_of
from kplan.kubectl.printflags import OUTPUT
from kplan.kubectl.verb import Context, Query

_EMPTY = {
    "kind": "Config", "apiVersion": "v1", "clusters": None, "users": None, "contexts": None, "current-context": "",
}  # fmt: skip


def run(arguments: Arguments, context: Context) -> Printed:
    """Print an empty kubeconfig. Raises UsageError."""
    del context
    if arguments.words:
        raise HelpError(f"unexpected arguments: [{' '.join(arguments.words)}]")
    output = output_of(arguments, formats=("name", *WHOLE))
    if not arguments.switch("merge"):
        raise UsageError("if merge==false a precise file must be specified")
    if arguments.switch("minify"):
        raise UsageError("current-context must exist in order to minify")
    text = "config/<unknown>\n" if output.name == "name" else output.render(_EMPTY, sort=False)
    return Printed(text=text, err=["kplan reads no kubeconfig: the cluster is in the state"])


VERB = Query(
    usage="",
    about="Print the kubeconfig, which is empty: kplan connects to no cluster.",
    flags=(
        OUTPUT[0]._replace(default="yaml"),
        *OUTPUT[1:],
        switch("minify", "Only what the current context uses; there is none, so this is refused."),
        switch(
            "merge",
            "Merge all kubeconfig files; without it one has to be named, and none can be.",
            default=True,
        ),
        switch("flatten", f"{INERT}: an empty kubeconfig names no files."),
        switch("raw", f"{INERT}: an empty kubeconfig holds no secrets."),
    ),
    examples=("config view", "config view -o jsonpath={.current-context}"),
    run=run,
)
