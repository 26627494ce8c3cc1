"""``kplan why``: why a pod goes where it goes, or nowhere."""

from collections.abc import Sequence

import click

from kplan.cli import completion, inputs, options, output, placement, reading
from kplan.cli.lean import Command
from kplan.report import Part

_EXAMPLES = (
    "\b\nExamples:\n  kplan why pod/web-0 -n shop\n  kplan why deployment/web"
    "\n  kplan why -f web.yaml --add-nodes 2=8cpu,32Gi"
)


@click.command("why", cls=Command, epilog=_EXAMPLES)
@click.argument("pods", nargs=-1, metavar="[pod/NAME|WORKLOAD/NAME]...", shell_complete=completion.objects)
@reading.files
@options.state
@options.namespace
@options.kubernetes_version
@placement.supposed
@output.output(Part.ANSWERS)
def command(
    pods: Sequence[str], *, files: reading.Files, state: str | None, namespace: str | None, kubernetes_versions: Sequence[str],
    supposed: placement.Supposed, outputs: Sequence[output.Output], color: str,
) -> int:  # fmt: skip
    """Tell where pods of the state, or of manifests (-f), would be placed now, and why.

    A workload stands for its pods; one that has none, or exists only in the manifests, for the pod that it would make.
    For each node: the scheduler plug-in that rejects it, and why; for nodes that fit, the score of every plug-in; where
    no node fits, the smallest change that makes the pod fit. Exits with 1 when a pod fits on no node.
    """
    from kplan import pipeline
    from kplan.pipeline import Loaded

    opened = inputs.view(state, kubernetes=kubernetes_versions[0], reported=True)
    question = supposed.question(inputs.minors_of(opened, kubernetes_versions)[0])
    loaded = inputs.load(files) if files.filenames else Loaded()
    report = pipeline.explain(loaded, opened, pods, question, namespace=namespace or "default")
    return output.emit(report, outputs, color)
