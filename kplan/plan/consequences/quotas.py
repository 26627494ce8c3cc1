"""Of which objects a new or changed quota allows no further one.

- ``quota-exceeded``: there are more already than it allows; they stay.
- ``quota-used-up``: there are exactly as many as it allows.

What it means for pods, also for those of a rolling update, is told of their workloads.

Upstream: pkg/quota/v1/evaluator/core, staging/src/k8s.io/apiserver/pkg/quota/v1/generic/evaluator.go
"""

from collections.abc import Iterator, Mapping
from typing import Final

from kplan.api.object import Json
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Severity, World
from kplan.plan.reading import fields

_MADE_BY: Final = {
    "count/replicasets.apps": "a rollout of a Deployment",
    "count/jobs.batch": "a run of a CronJob",
    "count/controllerrevisions.apps": "a rollout of a StatefulSet or DaemonSet",
}
"""What makes objects that nobody applies."""


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Compare what the quota allows with what is used in the end."""
    before, after = world.before(change), world.after(change)
    if change.action is Action.REFUSED or after is None:
        return
    from kplan.api.quotaresources import ZERO, resources_of  # noqa: PLC0415 - likewise
    from kplan.api.resourcelists import parse  # noqa: PLC0415 - few plans have quotas

    hard, used, had = parse(_hard(after)), parse(fields(after, "status", "used")), _hard(before)
    of_pods = {*resources_of("pods", hard), "count/pods"}
    for name in sorted(hard.keys() & used.keys() - of_pods):
        forbids = used[name] == hard[name] == ZERO
        if had.get(name) == _hard(after)[name] or used[name] < hard[name] or forbids:
            continue
        is_more, needed = (
            used[name] > hard[name],
            f"; {_MADE_BY[name]} needs more" if name in _MADE_BY else "",
        )
        limit = f"limits {name} to {hard[name].canonical()}"
        message = (
            f"{limit}, and {used[name].canonical()} is in use: what there is stays, and nothing is added{needed}"
            if is_more
            else f"{limit}, which is in use already: nothing is added{needed}"
        )
        found = "quota-exceeded" if is_more else "quota-used-up"
        yield Consequence(found, change.object, message, Severity.WARNING if is_more else Severity.INFO)


def _hard(quota: Json | None) -> Mapping[str, str]:
    return fields(quota, "spec", "hard") if quota else {}


_QUOTA: Final = "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {%s}}}"
_SERVICES: Final = "".join(
    f"{{apiVersion: v1, kind: Service, metadata: {{name: {name}}}, spec: {{ports: [{{port: 80}}]}}}}\n---\n"
    for name in ("a", "b")
)

FINDER = Finder(
    kinds=frozenset({"ResourceQuota"}),
    find=find,
    examples=(
        Example(_SERVICES, _QUOTA % "services: 1", finds=("quota-exceeded",)),
        Example(_SERVICES, _QUOTA % "count/services: 1", finds=("quota-exceeded",)),
        Example(_SERVICES + _QUOTA % "services: 4", _QUOTA % "services: 3", finds=("quota-used-up",)),
        Example(_SERVICES, _QUOTA % "services: 5"),
        Example(_SERVICES, _QUOTA % "services.nodeports: 0"),
        Example(_SERVICES + _QUOTA % "services: 3", _QUOTA % "services: 3, secrets: 9"),
    ),
)
