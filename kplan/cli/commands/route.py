"""``kplan route``: who reaches whom, and every name, endpoint and policy on the way."""

import json

import click

from kplan.cli import inputs, options

_EXAMPLES = (
    "\b\nExamples:"
    "\n  kplan route deployment/web svc/db:5432 -n shop"
    "\n  kplan route outside web.default.svc.cluster.local:80"
)


@click.command("route", epilog=_EXAMPLES)
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO[:PORT]")
@options.namespace
@options.state
@options.output("text", "json")
def command(source: str, target: str, *, namespace: str | None, state: str | None, output: str) -> int:
    """Say whether FROM reaches TO in the state, and why.

    FROM is pod/NAME, a workload (deployment/NAME), an address or 'outside'; TO is a DNS name, svc/NAME, pod/NAME or an
    address. Exits with 0 when the connection gets through, 1 when it does not or only to some endpoints.
    """
    from kplan.network.route import Answer, route

    opened = inputs.view(state)
    found = route(opened.store, source, target, namespace or "default")
    if output == "json":
        told = {
            "from": source, "to": target, "answer": found.answer.value, "steps": found.steps,
            "reached": found.reached, "blocked": found.blocked,
        }  # fmt: skip
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        click.echo(found.answer.value)
        for step in found.steps:
            click.echo(f"  {step}")
    return 0 if found.answer is Answer.YES else 1
