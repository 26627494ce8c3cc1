"""``kplan apply``: kubectl apply into the stored state."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from kplan.cli import inputs, options, refusals

_EXAMPLES = "\b\nExamples:\n  kplan apply -R -f configs/\n  kplan apply -f web.yaml --dry-run"


@click.command("apply", epilog=_EXAMPLES)
@options.filenames()
@options.namespace
@options.selector
@options.server_side
@click.option("--dry-run", is_flag=True, help="Say what would happen; store nothing.")
@click.option("--with-secrets", is_flag=True, help="Store the values of Secrets, not their hashes.")
@options.kubernetes_version
@options.color
def command(
    filenames: Sequence[str], *, recursive: bool, namespace: str | None, selector: str, server_side: bool,
    force_conflicts: bool, field_manager: str, dry_run: bool, with_secrets: bool, kubernetes_version: str, color: str,
) -> int:  # fmt: skip
    """Apply manifests to the stored state (.kplan/state.db) as a new revision.

    Prints created, configured or unchanged for every object, as kubectl apply does. What is refused does not stop the rest;
    the exit code is 2 then.
    """
    from kplan import pipeline
    from kplan.kubectl.apply import ApplyOptions
    from kplan.state.secrets import hashed
    from kplan.state.sources import sqlite
    from kplan.state.store import Store

    options.check_conflicts(server_side=server_side, force_conflicts=force_conflicts)
    here, now = Path.cwd(), datetime.now(UTC).replace(microsecond=0)
    reading = options.reading(namespace, selector)
    chosen = ApplyOptions(reading, server_side, force_conflicts, field_manager, furnish=True)
    loaded = inputs.load(filenames, recursive=recursive)
    opened = inputs.open_state(None, kubernetes=kubernetes_version, known=loaded.objects, namespace=namespace)
    before = opened.store.revision
    result = pipeline.apply(loaded, opened.store, chosen, kubernetes=kubernetes_version, now=now)
    refused = refusals.report(
        [*loaded.diagnostics, *opened.diagnostics], result.failures, result.notes, color, late=result.late
    )
    if not dry_run and opened.store.revision != before:
        kept = opened.store if with_secrets else Store.of(map(hashed, opened.store))
        database = sqlite.find(here) or sqlite.Database(here / sqlite.HOME)
        at = now.strftime("%Y-%m-%dT%H:%M:%SZ")
        note = f"apply {' '.join(filenames)}"
        database.commit(kept, base=opened.revision, at=at, note=note)
    for line in result.lines(" (dry run)" if dry_run else ""):
        click.echo(line)
    return 2 if refused else 0
