"""``kplan kustomize``: what ``kubectl kustomize`` prints."""

import click

from kplan.cli.lean import Command
from kplan.cli.settings import option

_ROOT_ONLY, _NONE = "LoadRestrictionsRootOnly", "LoadRestrictionsNone"
_EXAMPLES = "\b\nExamples:\n  kplan kustomize overlays/prod\n  kplan kustomize overlays/prod | kplan lint -"


@click.command("kustomize", cls=Command, epilog=_EXAMPLES)
@click.argument("directory", default=".", metavar="DIR")
@option(
    "--load-restrictor",
    type=click.Choice([_ROOT_ONLY, _NONE]),
    default=_ROOT_ONLY,
    show_default=True,
    help="Whether files outside a kustomization's own folder may be read.",
)
def command(directory: str, *, load_restrictor: str) -> int:
    """Build a folder with a kustomization and print its objects, as kubectl kustomize does.

    Nothing is fetched and no program is run: remote bases, Helm charts and plug-ins are refused. Exits with 1 when the
    folder cannot be built.
    """
    from kplan.kustomize import KustomizeError, build
    from kplan.manifest.writer import to_yaml_documents

    warnings: list[str] = []
    try:
        built = build(directory, restricted=load_restrictor == _ROOT_ONLY, warnings=warnings)
    except KustomizeError as error:
        for warning in warnings:
            click.echo(warning, err=True)
        click.echo(f"error: {error.shown}", err=True)
        return 1
    for warning in warnings:
        click.echo(warning, err=True)
    click.echo(to_yaml_documents(item.value for item in built.resources), nl=False)
    return 0
