"""kubectl api-versions: the versions of the API that are served.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/apiresources/apiversions.go
"""

from kplan.kubectl.arguments import Arguments, HelpError
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Context, Query


def run(arguments: Arguments, context: Context) -> Printed:
    """Print group/version of everything served. Raises HelpError."""
    if arguments.words:
        raise HelpError(f"unexpected arguments: [{' '.join(arguments.words)}]")
    versions = sorted({resource.api_version for resource in context.server.discovery()})
    return Printed(out=versions)


VERB = Query(
    usage="",
    about='List the supported API versions, as "group/version".',
    examples=("api-versions",),
    run=run,
    of_kinds=True,
)
