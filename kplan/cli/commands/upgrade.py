"""``kplan upgrade``: what a later release of Kubernetes breaks."""

from collections.abc import Sequence
from pathlib import Path

import click

from kplan.cli import completion, inputs, options, output, reading
from kplan.cli.lean import Command
from kplan.cli.settings import option
from kplan.errors import UsageError
from kplan.report import Part

_EXAMPLES = (
    "\b\nExamples:"
    "\n  kplan upgrade --to 1.37 -f configs/"
    "\n  kubectl get all,cm,ing -A -o yaml > dump.yaml; kplan upgrade --to 1.37 --state dump.yaml"
)


@click.command("upgrade", cls=Command, epilog=_EXAMPLES)
@option(
    "--to",
    "target",
    required=True,
    metavar="MINOR",
    shell_complete=completion.minors,
    help="The release to upgrade to.",
)
@option(
    "--from",
    "start",
    default=None,
    metavar="MINOR",
    shell_complete=completion.minors,
    help="The release before the upgrade. Default: that of the state's nodes, else the one before --to.",
)
@reading.files
@options.state
@option(
    "--fail-on",
    "fail_on",
    type=click.Choice(("error", "warning", "info", "never")),
    default="error",
    show_default=True,
    help="Exit with 1 on a finding of this severity or more; what breaks is an error.",
)
@output.output(Part.FINDINGS)
def command(
    target: str, *, start: str | None, files: reading.Files, state: str | None, fail_on: str,
    outputs: Sequence[output.Output], color: str,
) -> int:  # fmt: skip
    """Show what breaks when Kubernetes is upgraded, in manifests and in the state.

    Reports removed API versions, fields and features, values that are no longer accepted, deprecations, and changes of
    behaviour. Objects of a state are checked as they were applied, and as their managers write them. Exits with 1 when
    something breaks.
    """
    from kplan import gate, pipeline
    from kplan.inputs.request import Depth
    from kplan.pipeline.loading import Loaded

    snapshot = pipeline.open_snapshot(state, Path.cwd(), target)
    given = files.request(Depth.ALL).paths
    if not given and snapshot is None:
        raise UsageError(
            "nothing to check", hint="name manifests with -f, or what is in a cluster with --state"
        )
    loaded = inputs.load(files) if given else Loaded()
    report = pipeline.upgrade(loaded, target, snapshot, start=start)
    return output.emit(gate.at_least(report, fail_on), outputs, color)
