"""``kplan dry-run``: the API server's answer to every object."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from kplan.cli import inputs, options, refusals

if TYPE_CHECKING:
    from kplan.kubectl.dry_run import Reply

_EXAMPLES = (
    "\b\nExamples:\n  kplan dry-run -f web.yaml\n  kplan dry-run -R -f configs/ -o jsonl --state dump.yaml"
)


@click.command("dry-run", epilog=_EXAMPLES)
@options.filenames()
@options.state
@options.namespace
@options.selector
@options.kubernetes_version
@options.output("yaml", "json", "jsonl", default="yaml")
@options.color
def command(
    filenames: Sequence[str], *, recursive: bool, state: str | None, namespace: str | None, selector: str,
    kubernetes_version: str, output: str, color: str,
) -> int:  # fmt: skip
    """Print every object as the API server would store it: defaulted, completed, admitted.

    Refusals go to standard error with file, line and column of every field they name; the exit code is 2 then. With
    -o jsonl every document gets one line, refused ones the server's Status. Webhooks
    that would be called are noted with their failure policy; none is.
    """
    from kplan import pipeline

    loaded = inputs.load(filenames, recursive=recursive)
    opened = inputs.open_state(
        state, kubernetes=kubernetes_version, known=loaded.objects, namespace=namespace
    )
    result = pipeline.dry_run(
        loaded, opened.store, options.reading(namespace, selector), kubernetes=kubernetes_version
    )
    found = [*loaded.diagnostics, *opened.diagnostics, *result.diagnostics]
    refused = refusals.report(found, (), (), color, late=result.late)
    if output == "jsonl":
        for reply in result.replies:
            place = reply.origin.origin.location() if reply.origin.origin else None
            click.echo(json.dumps({"location": str(place or ""), **_answer(reply)}, ensure_ascii=False))
    else:
        click.echo(
            _printed([reply.value for reply in result.replies if reply.value is not None], output), nl=False
        )
    return 2 if refused else 0


def _answer(reply: "Reply") -> dict[str, Any]:
    """What one line says: the object with the webhooks it would pass, the server's Status, or why it was not asked."""
    if reply.value is None:
        return {"status": reply.status} if reply.status is not None else {"error": reply.refusal}
    calls = [call._asdict() for call in reply.webhooks]
    return {"object": reply.value, "webhooks": calls} if calls else {"object": reply.value}


def _printed(values: list[dict[str, Any]], output: str) -> str:
    from kplan.manifest.writer import to_yaml_documents

    if output == "yaml":
        return to_yaml_documents(values)
    whole = (
        values[0]
        if len(values) == 1
        else {"apiVersion": "v1", "items": values, "kind": "List", "metadata": {}}
    )
    return json.dumps(whole, indent=4, ensure_ascii=False) + "\n"
