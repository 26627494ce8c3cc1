"""``kplan diff``: what kubectl diff would print, without a cluster."""

from collections.abc import Sequence

import click

from kplan.cli import inputs, options, refusals

_EXAMPLES = (
    "\b\nExamples:"
    "\n  kplan diff -R -f configs/"
    "\n  kplan diff -f configs/ --state git:main:configs"
    "\n  kubectl get all,cm,secret -A -o yaml > dump.yaml; kplan diff -f web.yaml --state dump.yaml"
)


@click.command("diff", epilog=_EXAMPLES)
@options.filenames()
@options.state
@options.namespace
@options.selector
@options.server_side
@click.option("--show-managed-fields", is_flag=True, help="Keep metadata.managedFields in the output.")
@click.option("--show-secrets", is_flag=True, help="Show the values of Secrets.")
@click.option("--prune", is_flag=True, help="Also show what an apply with --prune would remove.")
@click.option(
    "--prune-allowlist",
    multiple=True,
    metavar="GROUP/VERSION/KIND",
    help="Kinds to prune instead of the usual; repeatable.",
)
@options.kubernetes_version
@options.color
def command(
    filenames: Sequence[str], *, recursive: bool, state: str | None, namespace: str | None, selector: str,
    server_side: bool, force_conflicts: bool, field_manager: str, show_managed_fields: bool, show_secrets: bool,
    prune: bool, prune_allowlist: Sequence[str], kubernetes_version: str, color: str,
) -> int:  # fmt: skip
    """Show what applying manifests would change in the state, as kubectl diff does.

    Exits with 0 when nothing would change, 1 when something would, and 2 when something cannot be read or is refused;
    what can be compared is compared all the same.
    """
    from kplan import pipeline
    from kplan.kubectl.diff import DiffOptions
    from kplan.kubectl.pruning import parse_allowlist
    from kplan.render.style import Style
    from kplan.render.unified import FilePair, painted, unified

    options.check_conflicts(server_side=server_side, force_conflicts=force_conflicts)
    chosen = DiffOptions(
        options.reading(namespace, selector), server_side, force_conflicts, field_manager, show_managed_fields, show_secrets,
        as_applied=not server_side, prune=parse_allowlist(prune_allowlist) if prune else (),
    )  # fmt: skip
    loaded = inputs.load(filenames, recursive=recursive)
    opened = inputs.open_state(
        state, kubernetes=kubernetes_version, known=loaded.objects, namespace=namespace
    )
    result = pipeline.diff(loaded, opened.store, chosen, kubernetes=kubernetes_version)
    refused = refusals.report(
        [*loaded.diagnostics, *opened.diagnostics], result.failures, result.notes, color, late=result.late
    )
    text = unified(FilePair(*pair) for pair in result.files)
    click.echo(painted(text, Style(colour=options.wants_colour(color))), nl=False, color=True)
    return 2 if refused else 1 if text else 0
