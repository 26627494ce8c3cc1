"""Which pods and addresses a changed Service leads to.

- ``leads-to-other-pods``: its selector chooses pods of other workloads than before.
- ``endpoints-no-longer-follow``: it has no selector any more, so nothing keeps its endpoints up to date.
- ``leads-to-another-name``: its type becomes ExternalName, so that its name no longer leads to pods.
- ``answers-on-fewer-nodes``: it keeps traffic from outside on the node where it arrives, so that nodes without a ready
  pod do not answer.
- ``address-changes``: clients that know one of its addresses have to learn a new one, or lose it.

Upstream: pkg/controller/endpointslice/endpointslice_controller.go (syncService),
    pkg/registry/core/service/storage/alloc.go
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.endpointslices import endpoints_of, is_ready_endpoint
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.api.pods import is_active
from kplan.api.serviceports import has_cluster_ip, ingress_of, ports_of, selects_pods
from kplan.plan.finder import Change, Consequence, Example, Finder, World, key_of
from kplan.plan.reading import fields, items, text
from kplan.plan.served_ports import SlicesOf, distinct_ready
from kplan.plan.workload import workload_of
from kplan.selectors.labels import Selector
from kplan.sentences import counted, listed
from kplan.state.store import Store


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Compare the Service as it was with what it is in the end."""
    before, after = world.before(change), world.after(change)
    if before is None or after is None or before == after:
        return
    if selects_pods(before):
        for name, message in _of_selector(change, before, after, world):
            yield Consequence(name, change.object, message)
    if _is_local(after) and not _is_local(before) and (message := _of_nodes(change, world)):
        yield Consequence("answers-on-fewer-nodes", change.object, message)
    for message in _of_addresses(before, after):
        yield Consequence("address-changes", change.object, message)


def _of_selector(change: Change, before: Json, after: Json, world: World) -> Iterator[tuple[str, str]]:
    if _is_external(after):
        name = text(after, "spec", "externalName")
        yield "leads-to-another-name", f"is answered with the name {name} and leads to no pods any more"
    elif not selects_pods(after):
        ready = distinct_ready(SlicesOf(world.final).service(key_of(change)))
        kept = f"keeps its {counted(ready, 'endpoint')}" if ready else "keeps what endpoints it has"
        yield (
            "endpoints-no-longer-follow",
            f"has no selector any more: it {kept}, whatever becomes of the pods",
        )
    elif fields(before, "spec", "selector") != fields(after, "spec", "selector"):
        old, new = _behind(before, world.prior), _behind(after, world.final)
        if old and new and old.keys() != new.keys():
            yield "leads-to-other-pods", _other_pods(tuple(old), tuple(new))


def _is_external(service: Json) -> bool:
    return text(service, "spec", "type") == "ExternalName"


def _behind(service: Json, store: Store) -> dict[str, None]:
    """The workloads whose pods a Service selects."""
    selector = Selector.from_set(fields(service, "spec", "selector"))
    pods = store.list("", "Pod", service["metadata"]["namespace"])
    chosen = (pod for pod in pods if selector.matches(labels_of(pod)) and is_active(pod))
    return dict.fromkeys(workload_of(pod, store).title for pod in chosen)


def _other_pods(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
    parts = [f"leads to pods of {listed(come)}"] if come else []
    if gone:
        parts.append(f"{'no longer to those' if come else 'no longer leads to pods'} of {listed(gone)}")
    return ", ".join(parts)


def _is_local(service: Json) -> bool:
    return text(service, "spec", "externalTrafficPolicy") == "Local"


def _of_nodes(change: Change, world: World) -> str:
    """Which nodes answer from now on; empty if all do, or none could before."""
    slices = SlicesOf(world.final).service(key_of(change))
    ready = [one for each in slices for one in endpoints_of(each) if is_ready_endpoint(one)]
    nodes = dict.fromkeys(str(one.get("nodeName") or "") for one in ready)
    every = sum(1 for _ in world.final.list("", "Node"))
    if not nodes or len(nodes) >= every:
        return ""
    silent = every - len(nodes)
    others = "the other node no longer passes" if silent == 1 else f"the other {silent} nodes no longer pass"
    where = f"{listed(nodes)}, where its pods run"
    return f"answers from outside only on {where}: {others} traffic on (externalTrafficPolicy: Local)"


def _of_addresses(before: Json, after: Json) -> Iterator[str]:
    address = text(before, "spec", "clusterIP")
    if has_cluster_ip(before) and address != text(after, "spec", "clusterIP"):
        new = (
            f"has the address {text(after, 'spec', 'clusterIP')}" if has_cluster_ip(after) else "is headless"
        )
        now = "has no address of its own" if _is_external(after) else new
        yield f"{now} and gives up {address}: clients that keep it lose the Service"
    lost = [one for one in _external(before) if one not in _external(after)]
    if lost:
        yield f"gives up the external address{'' if len(lost) == 1 else 'es'} {listed(lost)}"
    elif _is_balanced(before) and not _is_balanced(after):
        yield "asks for no load balancer any more: whoever gave it one takes it away, with its address"
    closed = [one for one in _node_ports(before) if one not in _node_ports(after)]
    if closed:
        yield f"closes node port{'' if len(closed) == 1 else 's'} {listed(closed)}"


def _is_balanced(service: Json) -> bool:
    return text(service, "spec", "type") == "LoadBalancer"


def _external(service: Json) -> list[str]:
    balanced = [text(one, "ip") or text(one, "hostname") for one in ingress_of(service)]
    return [*balanced, *items(service, "spec", "externalIPs")]


def _node_ports(service: Json) -> list[str]:
    return [str(port["nodePort"]) for port in ports_of(service) if port.get("nodePort")]


_PODS: Final = "".join(
    f"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, labels: {{app: {name}}}}},"
    " spec: {containers: [{name: c, image: c}]}}\n---\n"
    for name in ("web", "site")
)
_SERVICE: Final = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80}]%s}}"
_WEB: Final = _SERVICE % ", selector: {app: web}"
_SERVED: Final = _SERVICE % ", selector: {app: web}, type: NodePort, externalTrafficPolicy: %s"
_BALANCED: Final = _SERVICE % ", selector: {app: web}, type: %s"
_EXTERNAL: Final = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: ExternalName, externalName: example.com}}"
FINDER = Finder(
    kinds=frozenset({"Service"}),
    find=find,
    examples=(
        Example(_PODS + _WEB, _SERVICE % ", selector: {app: site}", finds=("leads-to-other-pods",)),
        Example(_PODS + _WEB, _SERVICE % "", finds=("endpoints-no-longer-follow",)),
        Example(_PODS + _WEB, _EXTERNAL, finds=("leads-to-another-name", "address-changes")),
        Example(
            _PODS + _SERVICE % ", selector: {app: web}, type: NodePort",
            _SERVICE % ", selector: {app: web}, type: ClusterIP",
            finds=("address-changes",),
        ),
        Example(_PODS + _BALANCED % "LoadBalancer", _BALANCED % "NodePort", finds=("address-changes",)),
        Example(_PODS + _SERVED % "Cluster", _SERVED % "Local", finds=("answers-on-fewer-nodes",)),
        Example(_PODS + _SERVED % "Local", _SERVED % "Cluster"),
        Example(_PODS + _WEB, _SERVICE % ", selector: {app: nobody}"),
        Example(_PODS + _WEB, _SERVICE % ", selector: {app: web}, type: NodePort"),
    ),
)
