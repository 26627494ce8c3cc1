"""Why a Service, or a port of it, has no ready endpoint: nobody is chosen, nobody is ready, or nobody has the port."""

from collections.abc import Sequence
from typing import Final

from kplan.api.metadata import labels_of, namespace_of
from kplan.api.object import Json
from kplan.api.pods import is_active, is_ready
from kplan.api.serviceports import find_port, ports_of, selects_pods
from kplan.api.workloads import custom_template
from kplan.plan.inventory import Inventory, Workload, is_custom, selector_of_labels
from kplan.plan.progress import progress_of
from kplan.plan.reading import fields, number
from kplan.plan.reasons import Reasons, reasons_of
from kplan.plan.touched import may_mention
from kplan.selectors.labels import Selector
from kplan.sentences import counted, listed
from kplan.state.store import Store
from kplan.state.texts import label_word

_ON_DEMAND: Final = frozenset({"Job", "CronJob", "Pod"})
"""Kinds whose pods come to an end, so that having none is normal."""


def why_no_endpoint(service: Json, store: Store) -> str:
    """Why a Service that chooses pods by labels has no ready endpoint:
    no pod matches, none is ready, or none has its ports.
    """
    pods = _pods_of(service, store)
    if not pods:
        return _why_no_pod(service, store)
    if not any(map(is_ready, pods)):
        return "its pod is not ready" if len(pods) == 1 else f"none of its {len(pods)} pods is ready"
    reasons = (why_unserved(service, port.get("name", ""), store) for port in ports_of(service))
    return next(filter(None, reasons), "")


def reasons_why_none(service: Json, store: Store) -> Reasons:
    """The distinct reasons why none of the selected pods is ready, or that none is selected."""
    pods = _pods_of(service, store)
    if not pods:
        return frozenset({"no pods"})
    if any(map(is_ready, pods)):
        return frozenset({"no port"})
    return frozenset().union(*(reasons_of(pod, store) for pod in pods))


def is_left_to_others(service: Json, store: Store) -> bool:
    """Whether no pod matches, and a custom resource makes such pods: its controller is not simulated."""
    labels, namespace = fields(service, "spec", "selector"), namespace_of(service)
    custom = [kind for kind in store.kinds() if is_custom(kind[0])]
    if not custom or not labels or _pods_of(service, store):
        return False
    word = label_word(*next(iter(labels.items())))
    templates = map(custom_template, store.mentioning(word, *custom, namespace=namespace))
    return any(Selector.from_set(labels).matches(one.labels) for one in templates if one is not None)


def _why_no_pod(service: Json, store: Store) -> str:
    """Whether those who would make its pods make none, or nobody would."""
    labels = fields(service, "spec", "selector")
    makers = Inventory.of(store).selected(namespace_of(service), selector_of_labels(labels))
    makers = [one for one in makers if one.object.kind not in _ON_DEMAND]
    at_zero = [one for one in makers if not _desired(one)]
    if makers and len(at_zero) == len(makers):
        names, verb = listed(_title(one) for one in makers), "is" if len(makers) == 1 else "are"
        of_nodes = all(one.object.kind == "DaemonSet" for one in makers)
        return f"{names}, whose pods it selects, {verb} {'to run on no node' if of_nodes else 'scaled to 0'}"
    if makers:
        wanting = next(one for one in makers if _desired(one))
        return (
            f"{_title(wanting)}, whose pods it selects, has none of its {counted(_desired(wanting), 'pod')}"
        )
    selector = ", ".join(f"{key}={value}" for key, value in labels.items())
    return f"no pod matches its selector, {selector}"


def _title(workload: Workload) -> str:
    """Its name; it is in the namespace of the Service."""
    return workload.object.title.partition(" ")[0]


def _desired(workload: Workload) -> int:
    progress = progress_of(workload.value)
    return progress.desired if progress else number(workload.value, "spec", "replicas", default=1)


def why_unserved(service: Json, name: str, store: Store) -> str:
    """Why a port has no endpoint although the Service's pods are ready; empty if none is ready, or nobody can know."""
    port = next((one for one in ports_of(service) if one.get("name", "") == name), None)
    if port is None or not isinstance(port.get("targetPort"), str) or not selects_pods(service):
        return ""
    pods = [pod for pod in _pods_of(service, store) if is_ready(pod)]
    if not pods or any(find_port(pod, port) is not None for pod in pods):
        return ""
    target, protocol = port["targetPort"], port.get("protocol", "TCP")
    others = {
        offered
        for offered in ("TCP", "UDP", "SCTP")
        if any(find_port(pod, {**port, "protocol": offered}) is not None for pod in pods)
    }
    but = f", only one for {', '.join(sorted(others))}" if others else ""
    return f"no container has a {protocol} port named {target}{but}"


def _pods_of(service: Json, store: Store) -> Sequence[Json]:
    """The pods that a Service chooses and that neither ended nor are about to go."""
    labels = fields(service, "spec", "selector")
    selector, words = Selector.from_set(labels), [(label_word(*label),) for label in labels.items()]
    members = list(store.members("", "Pod", namespace_of(service)))
    keys = [key for key, value in members if all(may_mention(value, word) for word in words)]
    pods = filter(None, map(store.get, keys))
    return [pod for pod in pods if selector.matches(labels_of(pod)) and is_active(pod)]
