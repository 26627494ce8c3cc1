"""``kplan diff``: what kubectl diff would print, without a cluster."""

from collections.abc import Sequence

import click

from kplan.cli import branch, inputs, options, output, reading
from kplan.cli.lean import Command
from kplan.cli.progress import ProgressBar
from kplan.cli.settings import option
from kplan.report import Part

_EXAMPLES = (
    "\b\nExamples:"
    "\n  kplan diff -R -f configs/"
    "\n  kplan diff -f configs/ --state git:main:configs"
    "\n  kplan diff -f configs/ --base origin/main..."
    "\n  kubectl get all,cm,secret -A -o yaml > dump.yaml; kplan diff -f web.yaml --state dump.yaml"
)


@click.command("diff", cls=Command, epilog=_EXAMPLES)
@reading.files
@branch.against
@options.applied
@option("--show-managed-fields", is_flag=True, help="Keep metadata.managedFields in the output.")
@output.show_secrets
@option("--prune", is_flag=True, help="Also show what an apply with --prune would remove.")
@option(
    "--prune-allowlist",
    multiple=True,
    metavar="GROUP/VERSION/KIND",
    help="Kinds to prune instead of kubectl's default list; repeatable.",
)
@option(
    "--concurrency",
    type=int,
    metavar="N",
    expose_value=False,
    help="Accepted as in kubectl; nothing depends on it.",
)
@options.kubernetes_versions
@options.fail_on("diff.fail-on", "never, changes (the default), creates, updates or deletes")
@output.output(Part.DIFF)
def command(
    *, files: reading.Files, against: branch.Against, applied: options.Applied, show_managed_fields: bool, show_secrets: bool,
    prune: bool, prune_allowlist: Sequence[str], kubernetes_versions: Sequence[str], fail_on: Sequence[str],
    outputs: Sequence[output.Output], color: str,
) -> int:  # fmt: skip
    """Show what applying manifests would change in the state, as kubectl diff does.

    Exits with 0 when nothing would change, 1 when something would (or, with --fail-on, only then), and 2 when something
    cannot be read or is refused. Objects that can be compared are still shown.
    """
    from kplan import gate, pipeline
    from kplan.inputs.request import Depth
    from kplan.kubectl.diff import DiffOptions
    from kplan.kubectl.pruning import parse_allowlist

    applying = applied.options()
    conditions = gate.checked(fail_on or ["changes"], gate.DIFF)
    pruned = parse_allowlist(prune_allowlist) if prune else ()
    loaded, minor = inputs.load(files, kubectl=True), kubernetes_versions[0]
    request = files.request(Depth.ALL if files.recursive else Depth.OWN_FIRST)
    opened, base = against.opened(request, applying, minor, loaded.objects)
    minors = inputs.minors_of(opened, kubernetes_versions)
    with ProgressBar() as bar:
        chosen = DiffOptions(
            applying.reading._replace(progress=bar.counting("comparing objects")), applied.server_side, applied.force_conflicts,
            applied.field_manager, show_managed_fields, show_secrets, as_applied=not applied.server_side,
            as_written=base is not None and not show_managed_fields, prune=pruned,
        )  # fmt: skip
        report = pipeline.diff(loaded, opened, chosen, kubernetes=minors[0], base=base)
    report = pipeline.also_for(minors, report, loaded, opened, namespace=applied.namespace)
    return output.emit(gate.judged(report, conditions), outputs, color, masks=not show_secrets)
