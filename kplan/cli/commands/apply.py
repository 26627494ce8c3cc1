"""``kplan apply``: kubectl apply into the stored state."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from kplan.cli import inputs, options, output
from kplan.cli import reading as files
from kplan.cli.progress import ProgressBar
from kplan.cli.settings import option
from kplan.report import Part

_EXAMPLES = "\b\nExamples:\n  kplan apply -R -f configs/\n  kplan apply -f web.yaml --dry-run"


@click.command("apply", epilog=_EXAMPLES)
@files.filenames
@options.namespace
@options.selector
@options.server_side
@option("--dry-run", is_flag=True, help="Show what would happen, without storing it.")
@option("--with-secrets", is_flag=True, help="Store the values of Secrets instead of hashes.")
@options.kubernetes_versions
@output.output(Part.PRINTED)
def command(
    filenames: Sequence[str], *, recursive: bool, namespace: str | None, selector: str, server_side: bool,
    force_conflicts: bool, field_manager: str, dry_run: bool, with_secrets: bool, kubernetes_versions: Sequence[str],
    outputs: Sequence[output.Output], color: str,
) -> int:  # fmt: skip
    """Apply manifests to the stored state (.kplan/state.db) as a new revision.

    Prints created, configured or unchanged for every object, as kubectl apply does. A refused object does not stop the rest;
    the exit code is 2 then.
    """
    from kplan import pipeline
    from kplan.kubectl.apply import ApplyOptions

    options.check_conflicts(server_side=server_side, force_conflicts=force_conflicts)
    now, minor = datetime.now(UTC).replace(microsecond=0), kubernetes_versions[0]
    reading = options.reading(namespace, selector)
    loaded = inputs.load(filenames, recursive=recursive, kubectl=True)
    opened = inputs.open_state(None, kubernetes=minor, known=loaded.objects, namespace=namespace)
    before = opened.store.revision
    suffix = " (dry run)" if dry_run else ""
    with ProgressBar() as bar:
        counted = reading._replace(progress=bar.counting("applying objects"))
        applying = ApplyOptions(
            counted, server_side, force_conflicts, field_manager, emulate_controllers=True
        )
        report = pipeline.apply(loaded, opened, applying, kubernetes=minor, now=now, suffix=suffix)
    if not dry_run and opened.store.revision != before:
        at, note = now.strftime("%Y-%m-%dT%H:%M:%SZ"), f"apply {' '.join(filenames)}".rstrip()
        pipeline.commit(
            opened.store, opened.revision, Path.cwd(), at=at, note=note, with_secrets=with_secrets
        )
    return output.emit(report, outputs, color)
