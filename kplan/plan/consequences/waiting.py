"""What new claims and Services still wait for when everything is at rest.

- ``claim-stays-pending``: the claim has no volume, so pods that need it stay pending; the last Event says why.
- ``no-external-address``: the Service asks for a load balancer, and no pool has an address for it.

Where nothing is known of a load balancer, nothing is said: the cluster may have one.

Upstream: pkg/controller/volume/persistentvolume/pv_controller.go (syncUnboundClaim)
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.object import Json
from kplan.api.serviceports import ingress_of
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Identity, Severity, World
from kplan.plan.obstacle import last_event
from kplan.plan.owned import claims_made_by
from kplan.plan.reading import text

_WAITS_FOR_POD: Final = "WaitForFirstConsumer"


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Look at the claim or the Service, or at the claims of a StatefulSet."""
    after = None if change.action is Action.REFUSED else world.after(change)
    if after is None:
        return
    if change.object.kind == "Service":
        yield from _of_service(after, world)
        return
    for claim in (
        [after] if change.object.kind == "PersistentVolumeClaim" else claims_made_by(after, world.final)
    ):
        if _is_pending(claim) and not _is_pending(world.prior.get(world.final.key_of(claim))):
            yield from _of_claim(claim, world)


def _of_claim(claim: Json, world: World) -> Iterator[Consequence]:
    event = last_event(claim, world.final)
    if event is None:
        return
    name, one = "claim-stays-pending", Identity.of(claim)
    if text(event, "reason") == _WAITS_FOR_POD:
        yield Consequence(name, one, "gets its volume once a pod that uses it has a node", Severity.INFO)
    else:
        yield Consequence(name, one, f"stays Pending: {text(event, 'message')}")


def _is_pending(claim: Json | None) -> bool:
    return claim is not None and text(claim, "status", "phase") == "Pending"


def _of_service(service: Json, world: World) -> Iterator[Consequence]:
    if text(service, "spec", "type") != "LoadBalancer" or ingress_of(service):
        return
    event = last_event(service, world.final)
    if event is not None and text(event, "reason") == "AllocationFailed":
        message = f"gets no external address: {text(event, 'message').partition(': ')[2]}"
        yield Consequence("no-external-address", Identity.of(service), message)


_CLAIM: Final = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {storageClassName: %s, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
"""
_CLASS: Final = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: disks}
provisioner: example.com/disks
volumeBindingMode: %s
---
"""
_SET: Final = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {storageClassName: %s, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
"""
_NOTHING: Final = "{apiVersion: v1, kind: ConfigMap, metadata: {name: nothing}}\n---\n"
_POOL: Final = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ipaddresspools.metallb.io}
spec:
  group: metallb.io
  scope: Namespaced
  names: {plural: ipaddresspools, kind: IPAddressPool}
  versions: [{name: v1beta1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
---
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: {name: one}
spec: {addresses: [192.0.2.1-192.0.2.1]}
---
"""
_BALANCED: Final = "{apiVersion: v1, kind: Service, metadata: {name: %s}, spec: {type: LoadBalancer, ports: [{port: 80}]}}\n---\n"

FINDER = Finder(
    kinds=frozenset({"PersistentVolumeClaim", "StatefulSet.apps", "Service"}),
    find=find,
    examples=(
        Example(_NOTHING, _CLAIM % "disks", finds=("claim-stays-pending",)),
        Example(_NOTHING, _CLAIM % '""', finds=("claim-stays-pending",)),
        Example(_NOTHING, _SET % "disks", finds=("claim-stays-pending",)),
        Example(_NOTHING, _CLASS % _WAITS_FOR_POD + _CLAIM % "disks", finds=("claim-stays-pending",)),
        Example(_NOTHING, _CLASS % "Immediate" + _CLAIM % "disks"),
        Example(_NOTHING, _CLASS % "Immediate" + _SET % "disks"),
        Example(_POOL + _BALANCED % "web", _BALANCED % "site", finds=("no-external-address",)),
        Example(_POOL, _BALANCED % "site"),
        Example(_NOTHING, _BALANCED % "site"),
    ),
)
