"""Whether the pods of a workload have enough time to stop.

- ``killed-while-stopping``: the preStop hook of a container sleeps for as long as its pods have to stop, or longer; the
  program is told to stop when that time is over, and killed two seconds later.

Upstream: pkg/kubelet/kuberuntime/kuberuntime_container.go (executePreStopHook, killContainer)
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kplan.api.containers import stop_sleep_of
from kplan.api.object import Json
from kplan.api.pods import containers_of, sidecars_of
from kplan.api.workloads import POD_OWNERS, group_kind, pod_template
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, World
from kplan.plan.reading import fields, items

_SLEEP: Final = re.compile(r"(?:^|[\s;&|(/])sleep\s+(\d+)([smh]?)(?![\w.])")
_UNITS: Final[Mapping[str, int]] = {"": 1, "s": 1, "m": 60, "h": 3600}
_GRACE: Final = 30
"""How many seconds a pod has to stop that says nothing of it."""


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Look at the hooks of the pods that a workload makes from now on, unless it made such before."""
    if change.action is Action.REFUSED:
        return
    before, after = (_late(value) for value in (world.before(change), world.after(change)))
    grace, hooks = after
    for name, sleep in hooks.items():
        if before != after:
            message = (
                f"gives its pods {grace} s to stop, and the preStop hook of container {name} sleeps {sleep} s: "
                f"the program gets SIGTERM when the {grace} s are over, and is killed 2 s later (terminationGracePeriodSeconds)"
            )
            yield Consequence("killed-while-stopping", change.object, message)


def _late(workload: Json | None) -> tuple[int, Mapping[str, int]]:
    """How long its pods have to stop, and the containers whose hooks leave nothing of it."""
    template = pod_template(workload, group_kind(workload)) if workload else None
    spec: Mapping[str, Any] = template.spec if template else {}
    given = spec.get("terminationGracePeriodSeconds")
    grace = _GRACE if given is None else int(given)
    sleeps = {str(one["name"]): _sleep_of(one) for one in (*containers_of(spec), *sidecars_of(spec))}
    # No grace at all means no hook at all.
    return grace, {name: sleep for name, sleep in sleeps.items() if grace and sleep and sleep >= grace}


def _sleep_of(container: Json) -> int:
    """How many seconds a preStop hook sleeps, natively or by its command."""
    command = items(fields(container, "lifecycle", "preStop", "exec"), "command")
    found = _SLEEP.findall(" ".join(map(str, command)))
    return stop_sleep_of(container) + sum(int(number) * _UNITS[unit] for number, unit in found)


_DEPLOYMENT: Final = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: %s
      containers:
      - {name: web, image: "registry.example.com/web:1", lifecycle: {preStop: {exec: {command: [sh, -c, "sleep %s"]}}}}
"""

FINDER = Finder(
    kinds=POD_OWNERS,
    find=find,
    examples=(
        Example(_DEPLOYMENT % (30, 10), _DEPLOYMENT % (30, 60), finds=("killed-while-stopping",)),
        Example(_DEPLOYMENT % (60, 45), _DEPLOYMENT % (30, 45), finds=("killed-while-stopping",)),
        Example(_DEPLOYMENT % (30, 10), _DEPLOYMENT % (90, 60)),
        Example(_DEPLOYMENT % (30, 60), (_DEPLOYMENT % (30, 60)).replace("web:1", "web:2")),
    ),
)
