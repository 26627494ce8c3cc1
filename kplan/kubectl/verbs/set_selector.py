"""kubectl set selector: other pods of a Service.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/set_selector.go
"""

from typing import Any

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item
from kplan.kubectl.flags import Flag
from kplan.kubectl.labelselector import label_selector
from kplan.kubectl.printed import Printed
from kplan.kubectl.setting import WITHOUT_SELECTOR, Setting, apply_setting
from kplan.kubectl.verb import Change, LiveContext

_VERSION = Flag("resource-version", "Only change it if it has this resourceVersion.", metavar="VERSION")


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Set the selector. Raises UsageError or StatusError."""
    if not arguments.words:
        raise UsageError("one selector is required")
    words = list(arguments.words)
    selector: Any = label_selector(words.pop())

    def change(item: Item, value: Json) -> None:
        if item.resource.kind != "Service":
            raise UsageError("setting a selector is only supported for Services")
        if expressions := selector.get("matchExpressions"):
            shown = " ".join(
                f"{{{one['key']} {one['operator']} [{' '.join(one.get('values') or ())}]}}"
                for one in expressions
            )
            raise UsageError(f"match expression [{shown}] not supported on this object")
        value["spec"]["selector"] = selector.get("matchLabels") or {}

    version = arguments.text("resource-version")
    setting = Setting("selector updated", change, resource_version=version, keeps_quiet=False, goes_on=True)
    return apply_setting(arguments, context, words, setting)


VERB = Change(
    usage="service NAME SELECTOR",
    about="Set the selector of a Service and show what follows.",
    flags=(
        _VERSION,
        flags.RECURSIVE._replace(default="true"),
        *(flag for flag in WITHOUT_SELECTOR if flag not in (flags.KUSTOMIZE, flags.RECURSIVE)),
    ),
    examples=("set selector service web app=web-v2",),
    run=run,
)
