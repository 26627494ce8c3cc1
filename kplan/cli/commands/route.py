"""``kplan route``: who reaches whom, and every name, endpoint and policy on the way."""

from collections.abc import Sequence

import click

from kplan.cli import inputs, options, output, settings
from kplan.cli.lean import Command
from kplan.report import Part

_EXAMPLES = (
    "\b\nExamples:"
    "\n  kplan route deployment/web svc/db:5432 -n shop"
    "\n  kplan route outside web.example.com/shop"
)


@click.command("route", cls=Command, epilog=_EXAMPLES)
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO[:PORT]")
@options.namespace
@options.kubernetes_version
@options.state
@settings.configured
@output.output(Part.ANSWERS)
def command(
    source: str, target: str, *, namespace: str | None, kubernetes_versions: Sequence[str], state: str | None,
    outputs: Sequence[output.Output], color: str,
) -> int:  # fmt: skip
    """Show whether FROM can connect to TO, and why.

    FROM is pod/NAME, a workload (deployment/NAME), an address or 'outside'; TO is a DNS name, svc/NAME,
    pod/NAME or an address, or a URL with one of them; from outside also HOST/PATH, as an Ingress serves it. A
    protocol may stand behind the port: dns:53/UDP. Exits with 0 when the connection gets through, 1 when it
    does not or only to some endpoints.
    """
    from kplan import pipeline

    report = pipeline.route(
        inputs.view(state, kubernetes=kubernetes_versions[0], reported=True),
        source,
        target,
        namespace=namespace or "default",
    )
    return output.emit(report, outputs, color)
