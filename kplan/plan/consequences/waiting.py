"""What new claims and Services still wait for when the cluster has settled.

- ``claim-stays-pending``: the claim has no volume, so pods that need it stay pending; the last Event says why.
- ``no-external-address``: the Service asks for a load balancer, and no pool has an address for it, or nobody gives any.

Where another Service has an address from a load balancer, or nodes are those of a cloud provider, this one gets one as
well. If others wait already, this one stays pending; if nothing shows who would give it an address, that is a note.

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
_KIND: Final = "kind"
"""The scheme of the provider's names of nodes that has no load balancer of its own."""


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
    if not _waits(service):
        return
    event, one = last_event(service, world.final), Identity.of(service)
    if event is not None and text(event, "reason") == "AllocationFailed":
        message = f"gets no external address: {text(event, 'message').partition(': ')[2]}"
        yield Consequence("no-external-address", one, message)
    elif not _waits(world.prior.get(one.key)) and not world.once(_gives_addresses):
        others = sum(map(_waits, world.prior.list("", "Service")))
        known = "as another Service does that waits" if others == 1 else f"as {others} others do that wait"
        unknown = "nothing in this state gives any (a cloud provider would, or MetalLB, or --lb-pool)"
        message = f"has <pending> as its external address, {known if others else f'for {unknown}'}"
        yield Consequence("no-external-address", one, message, Severity.WARNING if others else Severity.INFO)


def _waits(service: Json | None) -> bool:
    """Whether it asks for a load balancer and has no address of one."""
    return service is not None and text(service, "spec", "type") == "LoadBalancer" and not ingress_of(service)


def _gives_addresses(world: World) -> bool:
    """Whether the state shows a load balancer that answers:
    by a Service that has an address, or by the nodes' provider.
    """
    given = any(ingress_of(one) for one in world.final.list("", "Service"))
    schemes = (text(one, "spec", "providerID").partition(":")[0] for one in world.final.list("", "Node"))
    return given or any(scheme not in ("", _KIND) for scheme in schemes)


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
_CLOUD: Final = (
    "{apiVersion: v1, kind: Node, metadata: {name: one}, spec: {providerID: 'aws:///eu-west-1a/i-0'}}\n---\n"
)

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
        Example(_NOTHING, _BALANCED % "site", finds=("no-external-address",)),
        Example(_BALANCED % "web", _BALANCED % "site", finds=("no-external-address",)),
        Example(_CLOUD, _BALANCED % "site"),
    ),
)
