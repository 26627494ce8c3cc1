"""kubectl set resources: requests and limits of containers.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/set_resources.go
"""

from fnmatch import fnmatchcase

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item
from kplan.kubectl.flags import Flag
from kplan.kubectl.printed import Printed
from kplan.kubectl.resourcelist import resource_list
from kplan.kubectl.setting import SET_FLAGS, Setting, apply_setting, pod_spec
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Set requests and limits. Raises UsageError or StatusError."""
    given = {field: resource_list(arguments.text(field)) for field in ("limits", "requests")}
    names = arguments.text("containers")
    if arguments.words and not any(given.values()):
        raise UsageError(
            "you must specify an update to requests or limits (in the form of --requests/--limits)"
        )

    def change(item: Item, value: Json) -> None:
        containers = [one for one in pod_spec(item, value)["containers"] if fnmatchcase(one["name"], names)]
        if not containers:
            raise UsageError(f"unable to find container named {names}")
        for container in containers:
            _set(container, given)

    setting = Setting(
        "resource requirements updated", change, "failed to patch resources update to pod template"
    )
    return apply_setting(arguments, context, arguments.words, setting)


def _set(container: Json, given: dict[str, dict[str, str]]) -> None:
    for field, amounts in given.items():
        if amounts:
            resources = container.setdefault("resources", {})
            resources[field] = {**(resources.get(field) or {}), **amounts}


VERB = Change(
    usage="KIND NAME|KIND/NAME [--limits=LIMITS] [--requests=REQUESTS]",
    about="Set requests and limits of containers and show what follows.",
    flags=(
        Flag("limits", "Limits: RESOURCE=QUANTITY, joined by commas.", metavar="LIMITS"),
        Flag("requests", "Requests: RESOURCE=QUANTITY, joined by commas.", metavar="REQUESTS"),
        Flag("containers", "Containers; * stands for any text.", short="c", metavar="NAME", default="*"),
        *SET_FLAGS,
    ),
    examples=("set resources deployment web --limits=memory=512Mi",),
    run=run,
)
