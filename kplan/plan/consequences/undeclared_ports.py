"""Which ports of a Service lead to a number that no container of its pods declares.

- ``leads-to-undeclared-port``: the containers declare others. A program may listen on a port that is not declared.

Upstream: staging/src/k8s.io/endpointslice/util/controller_utils.go (FindPort)
"""

from collections.abc import Iterator, Mapping
from typing import Final

from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.api.pods import containers_of, init_containers_of, is_active
from kplan.api.serviceports import ports_of, selects_pods
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Severity, World
from kplan.plan.reading import fields, items, text
from kplan.plan.workload import workload_of
from kplan.selectors.labels import Selector
from kplan.sentences import listed

_Port = tuple[int, str]


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Look at the target ports that are new."""
    before, after = world.before(change), world.after(change)
    if change.action is Action.REFUSED or after is None or not selects_pods(after):
        return
    targets = _targets(after)
    new = targets.keys() - (_targets(before) if before is not None else {}).keys()
    declared = _declared(after, world) if new else {}
    titles = listed(dict.fromkeys(declared.values()))
    for target in sorted(new):
        number, protocol = target
        if declared and target not in declared:
            others = listed(f"{other}/{of}" for other, of in sorted(declared))
            message = f"port {targets[target]} leads to {number}/{protocol}, which no container of {titles} declares: they declare {others}"
            yield Consequence("leads-to-undeclared-port", change.object, message, Severity.INFO)


def _targets(service: Json) -> Mapping[_Port, int]:
    """The ports of the pods that a Service names by number, each with its own port."""
    ports = [
        (one.get("targetPort"), text(one, "protocol") or "TCP", one["port"]) for one in ports_of(service)
    ]
    return {(target, protocol): port for target, protocol, port in ports if isinstance(target, int)}


def _declared(service: Json, world: World) -> Mapping[_Port, str]:
    """The ports that containers of its pods declare, each with a workload that does."""
    selector = Selector.from_set(fields(service, "spec", "selector"))
    found: dict[_Port, str] = {}
    for pod in world.final.list("", "Pod", text(service, "metadata", "namespace")):
        if not is_active(pod) or not selector.matches(labels_of(pod)):
            continue
        for container in (*containers_of(pod["spec"]), *init_containers_of(pod["spec"])):
            for port in items(container, "ports"):
                place = (port["containerPort"], text(port, "protocol") or "TCP")
                found.setdefault(place, workload_of(pod, world.final).title)
    return found


_POD: Final = """
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "registry.example.com/web:1"%s}]}
---
"""
_DECLARES: Final = _POD % ", ports: [{containerPort: 8080}]"
_SERVICE: Final = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80%s}]}}\n---\n"
_RIGHT: Final = _SERVICE % ", targetPort: 8080"

FINDER = Finder(
    kinds=frozenset({"Service"}),
    find=find,
    examples=(
        Example(_DECLARES, _SERVICE % "", finds=("leads-to-undeclared-port",)),
        Example(_DECLARES + _RIGHT, _SERVICE % ", targetPort: 9090", finds=("leads-to-undeclared-port",)),
        Example(_DECLARES, _RIGHT),
        Example(_POD % "", _SERVICE % ""),
        Example(_DECLARES + _SERVICE % "", _SERVICE % ", name: http"),
    ),
)
