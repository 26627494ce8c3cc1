"""Who uses a claim: workloads that name it in their template, their pods, and the nodes of these.

Upstream: pkg/controller/volume/attachdetach/cache/desired_state_of_world.go (GetVolumePodsOnNodes)
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.intstr import scaled_value
from kplan.api.metadata import namespace_of
from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.api.pods import is_active, node_of
from kplan.api.volumes import claim_names_of
from kplan.api.workloads import group_kind, pod_template
from kplan.namedtuples import NamedTuple
from kplan.plan.inventory import Inventory, Workload
from kplan.plan.reading import fields, number, text
from kplan.simulation.outcome import Outcome
from kplan.state.store import Store

_CLAIM: Final = ("", "PersistentVolumeClaim")


def users_of_claims(workloads: Collection[Workload]) -> Mapping[ObjectKey, Sequence[Workload]]:
    """The workloads whose pods name each claim."""
    found: dict[ObjectKey, list[Workload]] = {}
    for one in workloads:
        for claim in claims_in(one.value):
            found.setdefault(claim, []).append(one)
    return found


def claims_in(workload: Json) -> Sequence[ObjectKey]:
    """The claims that the pods of a workload name, each once."""
    template = pod_template(workload, group_kind(workload))
    names = claim_names_of(dict(template.value)) if template and template.value.get("spec") else ()
    return [ObjectKey(*_CLAIM, namespace_of(workload), name) for name in dict.fromkeys(names)]


def pods_with(claim: ObjectKey, workload: ObjectKey, store: Store) -> Sequence[Json]:
    """The pods of a workload that use a claim and neither ended nor are about to go."""
    pods = (store.get(key) for key in Inventory.of(store).pods_below(workload))
    return [pod for pod in pods if pod and is_active(pod) and claim.name in claim_names_of(pod)]


def nodes_of(pods: Collection[Json]) -> Sequence[str]:
    """The nodes that pods are on, in their order."""
    return sorted(set(filter(None, map(node_of, pods))))


class Takeover(NamedTuple):
    """A new pod of a rolling update that needs the claim on another node than the old ones."""

    old_node: str
    new_node: str


def takeover(claim: ObjectKey, deployment: ObjectKey, outcome: Outcome) -> Takeover | None:
    """What a rolling update does that keeps old pods until new ones are available; None if a node has both."""
    before, after = outcome.prior.get(deployment), outcome.final.get(deployment)
    if before is None or after is None or not keeps_old_pods(after) or _uid(before) != _uid(after):
        return None
    new = pods_with(claim, deployment, outcome.final)
    makers = {_maker(pod) for pod in new}
    old = [pod for pod in pods_with(claim, deployment, outcome.prior) if _maker(pod) not in makers]
    was, now = nodes_of(old), nodes_of(new)
    return Takeover(was[0], now[0]) if was and now and set(was).isdisjoint(now) else None


def keeps_old_pods(deployment: Json) -> bool:
    """Whether some old pods stay until new ones are available, in a rolling update of a Deployment."""
    rolling = fields(deployment, "spec", "strategy", "rollingUpdate")
    if deployment.get("kind") != "Deployment" or text(deployment, "spec", "strategy", "type") == "Recreate":
        return False
    desired = number(deployment, "spec", "replicas", default=1)
    return scaled_value(rolling.get("maxUnavailable", 0), desired, round_up=False) < desired


def _maker(pod: Json) -> str:
    """The uid of the ReplicaSet that made it."""
    return str((controller_of(pod) or {}).get("uid", ""))


def _uid(value: Json) -> str:
    return text(value, "metadata", "uid")
