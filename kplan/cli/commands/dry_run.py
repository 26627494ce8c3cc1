"""``kplan dry-run``: the API server's answer to every object."""

from collections.abc import Sequence

import click

from kplan.cli import inputs, options, output, reading
from kplan.cli.lean import Command
from kplan.cli.progress import ProgressBar
from kplan.report import Part

_EXAMPLES = (
    "\b\nExamples:\n  kplan dry-run -f web.yaml\n  kplan dry-run -f configs/ -o jsonl --state dump.yaml"
)


@click.command("dry-run", cls=Command, epilog=_EXAMPLES)
@reading.files
@options.state
@options.namespace
@options.selector
@options.kubernetes_versions
@output.show_secrets
@output.output(Part.REPLIES, default="yaml")
def command(
    *, files: reading.Files, state: str | None, namespace: str | None, selector: str,
    kubernetes_versions: Sequence[str], show_secrets: bool, outputs: Sequence[output.Output], color: str,
) -> int:  # fmt: skip
    """Print every object as the API server would store it, after defaulting and admission.

    Refusals go to standard error with file, line and column of every field they name; the exit code is 2 then. With -o
    jsonl every document gets one line, which for a refused one is the server's Status. Webhooks are not called; those
    that would be are listed with their failure policy.
    """
    from kplan import pipeline

    chosen = options.reading(namespace, selector)
    loaded = inputs.load(files)
    minor = kubernetes_versions[0]
    opened = inputs.open_state(state, kubernetes=minor, known=loaded.objects, namespace=namespace)
    with ProgressBar() as bar:
        counted = chosen._replace(progress=bar.counting("asking about objects"))
        minors = inputs.minors_of(opened, kubernetes_versions)
        report = pipeline.dry_run(loaded, opened, counted, kubernetes=minors)
    return output.emit(
        report if show_secrets else pipeline.without_secrets(report), outputs, color, masks=not show_secrets
    )
