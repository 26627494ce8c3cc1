"""``kplan snapshot``: the stored state and its revisions."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kplan.cli import options, stored
from kplan.cli.lean import Group
from kplan.cli.output import show_secrets
from kplan.cli.reading import read_standard_input
from kplan.cli.settings import configured
from kplan.diagnostics import has_error
from kplan.errors import UsageError

if TYPE_CHECKING:
    from kplan.state.store import Store


_EXAMPLE = "\b\nExample:\n  kubectl get all,cm,secret,sa,pv,pvc,node,ns -A -o yaml | kplan snapshot import -"
_MADE_BY = "kplan snapshot import STATE"
_NO_BASE64 = "illegal base64 data"
_MASKED = "the values of Secrets are masked in what 'kplan get' prints without --show-secrets"


@click.group("snapshot", cls=Group, no_args_is_help=True)
def command() -> None:
    """Import, export, list, show and pull stored states (.kplan/state.db)."""


_with_secrets = click.option(
    "--with-secrets", is_flag=True, help="Store the values of Secrets instead of hashes."
)


@command.command("import", epilog=_EXAMPLE)
@click.argument("state")
@options.kubernetes_version
@configured
@_with_secrets
def import_(state: str, *, kubernetes_versions: Sequence[str], with_secrets: bool) -> None:
    """Store a state from a dump, manifests or nodes.

    STATE is what --state takes: a dump, a directory of manifests, - for standard input, git:REV[:PATH], a kind cluster
    configuration or nodes:3x4cpu,8Gi.
    """
    from kplan import pipeline

    minor = kubernetes_versions[0]
    opened = pipeline.open_state(state, Path.cwd(), kubernetes=minor, stdin=read_standard_input)
    for diagnostic in opened.diagnostics:
        click.echo(f"{diagnostic.location}: {diagnostic.message}", err=True)
    if has_error(opened.diagnostics):
        masked = any(_NO_BASE64 in one.message for one in opened.diagnostics)
        hint = f"correct what is named above{f'; {_MASKED}' if masked else ''}"
        raise UsageError("nothing stored: not everything could be read", hint=hint)
    _adopt(opened.store, f"import {state}", minor, with_secrets=with_secrets)


@command.command("pull")
@click.option("--context", metavar="NAME", help="The kubectl context to use.")
@click.option("--kubeconfig", metavar="PATH", help="The kubeconfig file to use.")
@options.kubernetes_version
@configured
@_with_secrets
def pull(
    *, context: str | None, kubeconfig: str | None, kubernetes_versions: Sequence[str], with_secrets: bool
) -> None:
    """Read a cluster with your kubectl and store its objects.

    Kinds that you may not list are skipped and named.
    """
    from kplan import pipeline

    pulled, skipped = pipeline.pull(context=context, kubeconfig=kubeconfig)
    for line in skipped:
        click.echo(f"skipped: {line}", err=True)
    _adopt(pulled, f"pull {context or 'current context'}", kubernetes_versions[0], with_secrets=with_secrets)


def _adopt(objects: "Store", note: str, minor: str, *, with_secrets: bool) -> None:
    """Store objects as the next revision, and say so. Raises UsageError."""
    from kplan.pipeline.revisions import adopt

    number = adopt(objects, Path.cwd(), at=stored.now(), note=note, minor=minor, with_secrets=with_secrets)
    click.echo(f"revision {number}: {len(objects)} objects ({note})")


@command.command("list")
@options.printer("text", "json")
def list_(*, output: str) -> None:
    """List the revisions of the stored state, oldest first."""
    revisions = stored.database(_MADE_BY).revisions()
    if output == "json":
        click.echo(
            json.dumps(
                [{"id": r.id, "at": r.at, "note": r.note, "objects": r.objects} for r in revisions], indent=2
            )
        )
        return
    click.echo(f"{'REVISION':<10}{'AT':<22}{'OBJECTS':<9}NOTE")
    for revision in revisions:
        click.echo(f"{revision.id:<10}{revision.at:<22}{revision.objects:<9}{revision.note}")


@command.command("show")
@click.argument("revision", type=int, required=False)
def show(*, revision: int | None) -> None:
    """Count the objects of a revision by kind. Default: the newest revision."""
    from kplan.pipeline.revisions import kinds_in

    snapshot = stored.database(_MADE_BY).open(revision)
    click.echo(f"{snapshot.title}: {len(snapshot.objects)} objects, {snapshot.digest[:12]}")
    for name, number in kinds_in(snapshot).items():
        click.echo(f"{number:>7}  {name}")


@command.command("export")
@click.argument("revision", type=int, required=False)
@click.option("--revision", "number", type=int, help="The same as REVISION.")
@options.printer("yaml", "json", default="yaml")
@show_secrets
def export(*, revision: int | None, number: int | None, output: str, show_secrets: bool) -> None:
    """Print a revision as a List, as 'kubectl get -A -o yaml' would. Default: the newest revision."""
    from kplan.manifest.writer import to_yaml
    from kplan.pipeline.revisions import exported

    database = stored.database(_MADE_BY)
    if revision is not None and number is not None:
        raise UsageError("the revision is given twice", hint="leave --revision out")
    whole = exported(database, number if revision is None else revision, show_secrets=show_secrets)
    text = to_yaml(whole) if output == "yaml" else json.dumps(whole, indent=4, ensure_ascii=False) + "\n"
    sys.stdout.write(text)
