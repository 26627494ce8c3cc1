"""kubectl apply view-last-applied: the configuration that the last apply left on objects.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/apply/apply_view_last_applied.go
"""

import json
from typing import Final

from kplan.apiserver.field import go_quote
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments, HelpError
from kplan.kubectl.choosing import choose
from kplan.kubectl.deprecated import deprecations
from kplan.kubectl.flags import Flag
from kplan.kubectl.last_applied import original_configuration, original_text
from kplan.kubectl.printed import Printed
from kplan.kubectl.veil import veiled
from kplan.kubectl.verb import Context, Query
from kplan.kubectl.wanted import wanted
from kplan.kubectl.wording import lone
from kplan.manifest.writer import to_yaml

_NONE: Final = "no last-applied-configuration annotation found on resource"


def run(arguments: Arguments, context: Context) -> Printed:
    """Print configurations. Raises UsageError, and ClientError if one is no JSON."""
    output = arguments.text("output")
    given = wanted(arguments, context)
    every, labels = arguments.switch("all"), arguments.text("selector")
    if every and labels.strip():
        raise UsageError(
            f"found non-empty label selector {go_quote(labels)} with previously set 'all' parameter. "
        )
    found = choose(context.server, given.wanted._replace(every=every))
    context.told.extend(deprecations(found, context.server))
    if found.failures:
        raise lone(found.failures[0])
    for item in found.items if found.by_file else ():
        if not original_text(item.value):
            raise UsageError(f'error when {_NONE}: {item.name}\n "{item.source}": <nil>')
    values = [
        veiled(arguments, original_configuration(item.value))
        for item in found.items
        if original_text(item.value)
    ]
    if values and output not in ("yaml", "json"):
        raise HelpError(f"Unexpected -o output mode: {output}, the flag 'output' must be one of yaml|json")
    shown = [
        to_yaml(value) if output == "yaml" else json.dumps(value, indent=2, ensure_ascii=False) + "\n"
        for value in values
    ]
    return Printed(exit=int(given.broken), text="".join(shown))


VERB = Query(
    usage="KIND NAME...|KIND/NAME...",
    about="Print the last-applied configuration of objects.",
    flags=(
        *flags.FILES,
        flags.NAMESPACE,
        flags.SELECTOR,
        flags.ALL,
        Flag("output", "Format of the output: yaml or json.", short="o", metavar="yaml|json", default="yaml"),
    ),
    examples=("apply view-last-applied deployment/web", "apply view-last-applied -f web.yaml -o json"),
    run=run,
)
