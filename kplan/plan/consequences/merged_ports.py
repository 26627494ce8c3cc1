"""Which ports of a manifest get lost, because `kubectl apply` merges ports with the same number.

- ``ports-merged``: the object does not have a port that the manifest names; server-side apply tells them apart by
  protocol.

Upstream: staging/src/k8s.io/api/core/v1/types.go (patchMergeKey and listMapKey of ServiceSpec.Ports and
    Container.Ports)
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.api.workloads import POD_OWNERS, group_kind, pod_template
from kplan.kubectl.last_applied import known_configuration
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Severity, World
from kplan.plan.reading import items
from kplan.sentences import listed


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Compare what was asked for, as it is noted on the object, with what the object has."""
    after = world.after(change)
    if after is None or change.action is Action.REFUSED:
        return
    stored = dict(_lists(after))
    lost = [
        one
        for place, asked in _lists(known_configuration(after))
        if _shares_a_number(asked)
        for one in asked
        if not any(one.items() <= other.items() for other in stored.get(place, ()))
    ]
    if lost:
        names = f"port{'' if len(lost) == 1 else 's'} {listed(map(_title, lost))}"
        why = "kubectl apply takes ports of one number for the same, and --server-side does not"
        message = f"does not get {names} of the manifest: {why}"
        yield Consequence("ports-merged", change.object, message, Severity.ERROR)


def _lists(value: Json) -> Iterator[tuple[str, Sequence[Json]]]:
    """The lists of ports of a Service, or of the containers in a pod template, by where they stand."""
    if value.get("kind") == "Service":
        yield "", items(value, "spec", "ports")
        return
    template = pod_template(value, group_kind(value)) if value else None
    spec: Mapping[str, object] = template.spec if template else {}
    for name in ("initContainers", "containers"):
        for container in items(dict(spec), name):
            yield f"{name}/{container.get('name')}", items(container, "ports")


def _shares_a_number(ports: Sequence[Json]) -> bool:
    numbers = [_number(one) for one in ports]
    return len(set(numbers)) < len(numbers)


def _number(port: Json) -> object:
    return port.get("port", port.get("containerPort"))


def _title(port: Json) -> str:
    name = f" ({port['name']})" if port.get("name") else ""
    return f"{_number(port)}/{port.get('protocol', 'TCP')}{name}"


_SERVICE: Final = "{apiVersion: v1, kind: Service, metadata: {name: dns}, spec: {ports: [%s]}}"
_TCP: Final = "{name: tcp, port: 53, protocol: TCP}"
_UDP: Final = "{name: udp, port: 53, protocol: UDP}"

_NOTHING: Final = "{apiVersion: v1, kind: ConfigMap, metadata: {name: nothing}}"
_OTHER: Final = "{name: other, port: 54}"

FINDER = Finder(
    kinds=frozenset({"Service", *POD_OWNERS}),
    find=find,
    examples=(
        Example(_SERVICE % _OTHER, _SERVICE % f"{_TCP}, {_UDP}, {_OTHER}", finds=("ports-merged",)),
        Example(_NOTHING, _SERVICE % f"{_TCP}, {_UDP}"),
        Example(_SERVICE % _TCP, _SERVICE % _UDP),
    ),
)
