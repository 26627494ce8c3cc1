"""``kplan options``: the flags that every verb of kubectl takes, as kubectl lists its own.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/options/options.go
"""

import click

from kplan.cli.flags import option_of
from kplan.kubectl.flags import IMPERSONATION, NAMESPACE


def show(ctx: click.Context) -> None:
    """Print them and leave; those that have no effect here or would name a cluster are left out."""
    formatter = ctx.make_formatter()
    shown = [*IMPERSONATION, NAMESPACE]
    records = (option_of(flag).get_help_record(ctx) for flag in shown)
    with formatter.section("The following options can be passed to any of kubectl's verbs"):
        formatter.write_dl([record for record in records if record])
    click.echo(formatter.getvalue(), nl=False)
    ctx.exit()
