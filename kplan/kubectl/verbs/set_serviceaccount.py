"""kubectl set serviceaccount: another service account of the pods.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/set_serviceaccount.go
"""

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item
from kplan.kubectl.printed import Printed
from kplan.kubectl.setting import WITHOUT_SELECTOR, Setting, apply_setting, pod_spec
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Set the service account. Raises UsageError or StatusError."""
    if not arguments.words:
        raise UsageError("serviceaccount is required")
    *words, account = arguments.words

    def change(item: Item, value: Json) -> None:
        pod_spec(item, value)["serviceAccountName"] = account

    setting = Setting(
        "serviceaccount updated", change, "failed to patch ServiceAccountName", keeps_quiet=False
    )
    return apply_setting(arguments, context, () if arguments.switch("local") else words, setting)


VERB = Change(
    usage="KIND NAME|KIND/NAME SERVICEACCOUNT",
    about="Set the service account of the pods and show what follows.",
    flags=WITHOUT_SELECTOR,
    examples=("set serviceaccount deployment web builder",),
    run=run,
)
