"""``kplan graph``: which objects name, select and make each other."""

from collections.abc import Sequence

import click

from kplan.cli import inputs, options, output, reading
from kplan.cli.lean import Command
from kplan.cli.settings import option

_EXAMPLES = (
    "\b\nExamples:"
    "\n  kplan graph -f configs/ -o mermaid"
    "\n  kplan graph -f configs/ -o dot | dot -Tsvg > objects.svg"
    "\n  kplan graph -f configs/ -o html=objects.html"
)


@click.command("graph", cls=Command, epilog=_EXAMPLES)
@reading.files
@output.own_formats("dot", "mermaid", "json", "html", what="Language of the graph")
@option(
    "--context",
    multiple=True,
    metavar="PATH",
    setting="context",
    path=True,
    help="Also look up references in these files, without showing all of them; repeatable.",
)
@options.state
@options.namespace
@options.kubernetes_version
def command(
    *, files: reading.Files, outputs: Sequence[output.Output], context: Sequence[str], state: str | None,
    namespace: str | None, kubernetes_versions: Sequence[str],
) -> int:  # fmt: skip
    """Show which objects name and select each other, and which names lead to no object.

    Exits with 2 when something cannot be read; what can be is still shown.
    """
    from kplan import pipeline
    from kplan.render.graphs import render

    minor = kubernetes_versions[0]
    loaded = inputs.load(files)
    graph = pipeline.graph(
        loaded, inputs.held(state, minor), inputs.load_context(context), kubernetes=minor,
        namespace=namespace or "default",
    )  # fmt: skip
    output.write((one, render(graph, one.format)) for one in outputs)
    return 2 * inputs.report_problems(loaded.diagnostics)
