"""kubectl set resources: requests and limits of containers.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/set_resources.go
"""

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item
from kplan.kubectl.containernames import containers_named
from kplan.kubectl.flags import Flag
from kplan.kubectl.printed import Printed
from kplan.kubectl.resourcelist import resource_list
from kplan.kubectl.setting import SET_FLAGS, Setting, apply_setting, pod_spec
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Set requests and limits. Raises UsageError or StatusError."""
    given: dict[str, dict[str, str]] = {}
    names = arguments.text("containers")

    def check() -> None:
        if not arguments.text("limits") and not arguments.text("requests"):
            raise UsageError(
                "you must specify an update to requests or limits (in the form of --requests/--limits)"
            )
        given.update({field: resource_list(arguments.text(field)) for field in ("limits", "requests")})

    def change(item: Item, value: Json) -> list[str]:
        containers = list(containers_named(pod_spec(item, value), names))
        for container in containers:
            _set(container, given)
        return [] if containers else [f"unable to find container named {names}"]

    setting = Setting(
        "resource requirements updated",
        change,
        "failed to patch resources update to pod template",
        check=check,
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
