"""kubectl autoscale: a HorizontalPodAutoscaler for a workload.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/autoscale/autoscale.go
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kplan.api.object import Json
from kplan.apiserver.patch.go_values import sprint
from kplan.apiserver.server import Server
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item, choose
from kplan.kubectl.creating import create, flags_of, metadata_of
from kplan.kubectl.dryrunstrategy import strategy_of
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.printed import Printed
from kplan.kubectl.resourcelist import resource_list
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.wanted import wanted
from kplan.kubectl.wording import ClientError

if TYPE_CHECKING:
    from kplan.apiserver.errors import StatusError

_DEPRECATED = (
    "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format "
    "(e.g., '70%' for utilization or '500m' for milliCPU)."
)
_NO_FALLBACK: Final = (
    "failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1"
)
_WORDS: Final = ("autoscaled", "created")
_UNITS: Final = {"cpu": "m", "memory": "Mi"}
"""What a number without a unit counts."""
_LARGEST: Final = 2**31


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create autoscalers. Raises UsageError or StatusError."""
    printed = Printed()
    if arguments.given("cpu-percent"):
        context.told.append(_DEPRECATED)
    least, most = _sizes(arguments)
    if arguments.number("cpu-percent") > 0 and arguments.text("cpu"):
        printed.fail("error: --cpu-percent and --cpu are mutually exclusive")
        return printed
    strategy_of(arguments)
    metrics = _metrics(arguments)
    given = wanted(arguments, context)
    found = choose(context.server, given.wanted._replace(latest=False))
    if not found.items and not found.failures:
        raise UsageError("no objects passed to autoscale")
    failures: list[StatusError | ClientError] = []
    for item in found.items:
        try:
            target = _target_of(item, context.server)
        except ClientError as error:
            failures.append(error)
            continue
        spec = {"scaleTargetRef": target, "maxReplicas": most, **metrics}
        value = {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": metadata_of(arguments.text("name") or target["name"], arguments),
            "spec": {**spec, "minReplicas": least} if least > 0 else spec,
        }
        failed, printed.exit, said = printed.exit, 0, len(printed.err)
        if create(
            value, arguments, context, printed=printed, words=_WORDS, saves_shown=False, apart=False
        ).exit:
            printed.exit = 0
            del printed.err[said:]
            failures += map(ClientError, _fall_back(value, arguments, context, printed))
        printed.exit = printed.exit or failed
    printed.refuse(found.behind(failures))
    return printed


def _fall_back(value: Json, arguments: Arguments, context: LiveContext, printed: Printed) -> Sequence[str]:
    """Try version 1 if version 2 is refused; the answer is why the flags do not fit it. Raises UsageError."""
    cpu, memory = arguments.text("cpu").strip(), arguments.text("memory")
    percent = arguments.number("cpu-percent")
    if not cpu:
        return [f"{_NO_FALLBACK}: empty input"]
    if memory or (percent < 0 and not cpu.endswith("%")):
        return [f"{_NO_FALLBACK}: %!w(<nil>)"]
    spec = {name: field for name, field in value["spec"].items() if name != "metrics"}
    target = {"targetCPUUtilizationPercentage": percent} if percent >= 0 else {}
    older = {**value, "apiVersion": "autoscaling/v1", "spec": {**spec, **target}}
    create(older, arguments, context, printed=printed, words=_WORDS, apart=False)
    return ()


def _sizes(arguments: Arguments) -> tuple[int, int]:
    """How few and how many pods there may be. Raises UsageError."""
    least, most = arguments.number("min"), arguments.number("max")
    if most < 1:
        raise UsageError(f"--max=MAXPODS is required and must be at least 1, max: {most}")
    if most < least:
        text = f"--max=MAXPODS must be larger or equal to --min=MINPODS, max: {most}, min: {least}"
        raise UsageError(text)
    return least, most


def _target_of(item: Item, server: Server) -> Json:
    """The reference to a workload. Raises ClientError for what has no scale."""
    resource = item.resource
    if not server.serves(resource, "scale"):
        place = f"{resource.group}/{resource.version}, Resource={resource.plural}"
        raise ClientError(
            f"cannot autoscale a {resource.kind}: could not find scale subresource for {place} in discovery information"
        )
    name = item.name
    return {"apiVersion": resource.api_version, "kind": resource.kind, "name": name}


def _metrics(arguments: Arguments) -> Json:
    """The metrics of the flags. Raises UsageError."""
    cpu = arguments.text("cpu")
    if arguments.number("cpu-percent") > 0:
        cpu = f"{arguments.number('cpu-percent')}%"
    given = (("cpu", cpu), ("memory", arguments.text("memory")))
    found = [
        {"type": "Resource", "resource": {"name": name, "target": _target(name, text)}}
        for name, text in given
        if text
    ]
    return {"metrics": found} if found else {}


def _target(name: str, text: str) -> Json:
    text = text.strip()
    if text.endswith("%"):
        percent = text.removesuffix("%")
        if not re.fullmatch(r"[+]?[0-9]+", percent) or int(percent) >= _LARGEST:
            raise UsageError(f"invalid percentage value: {percent}")
        return {"type": "Utilization", "averageUtilization": int(percent)}
    if re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)", text):
        text = f"{sprint(float(text))}{_UNITS[name]}"
    try:
        return {"type": "AverageValue", "averageValue": resource_list(f"{name}={text}")[name]}
    except UsageError as error:
        raise UsageError(f"invalid resource {name} value: {text}") from error


VERB = Change(
    usage="KIND NAME|KIND/NAME --max=COUNT",
    about="Create an autoscaler for a workload.",
    flags=(
        Flag("min", "Fewest pods.", Kind.INT32, metavar="COUNT", default="-1"),
        Flag("max", "Most pods.", Kind.INT32, metavar="COUNT", default="-1", required=True),
        Flag("cpu", "Target for CPU: a percentage of the requests, or a quantity.", metavar="TARGET"),
        Flag("memory", "Target for memory: a percentage of the requests, or a quantity.", metavar="TARGET"),
        Flag(
            "cpu-percent",
            "Target for CPU in percent of the requests; the same as --cpu with a percentage.",
            Kind.INT32,
            metavar="PERCENT",
            default="-1",
        ),
        Flag("name", "Name of the autoscaler.", metavar="NAME"),
        *flags.FILES,
        *flags_of("kubectl-autoscale"),
    ),
    examples=("autoscale deployment web --min=2 --max=10 --cpu=80%",),
    run=run,
)
