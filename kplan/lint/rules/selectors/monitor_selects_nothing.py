"""A ServiceMonitor or PodMonitor selects nothing, or a port that nothing has.

Prometheus scrapes nothing for it, and no alert tells of metrics that were never there.

Fix: make the selector match the labels of a Service (PodMonitor: of pods) in the namespaces it looks at,
and name one of its ports.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from kplan.api.walk import items, mapping, text, texts
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.doubt import doubts
from kplan.lint.nearness import are_near
from kplan.lint.podselection import label_selector
from kplan.lint.rule import Finding, Rule, Subject
from kplan.lint.world import World
from kplan.selectors.labels import Selector
from kplan.sentences import listed

_API_SERVER: Final = {"component": "apiserver", "provider": "kubernetes"}
"""The labels of the Service ``kubernetes``, which every cluster has in the namespace default."""


def check(subject: Subject) -> Iterator[Finding]:
    """Report monitors that match nothing in the namespaces they look at, if the input holds something of each."""
    chosen, selector = (
        mapping(subject.spec, "namespaceSelector"),
        label_selector(subject.spec.get("selector") or {}),
    )
    if chosen.get("any") or selector is None or selector.empty:
        return
    named = chosen.get("matchNames")
    spaces = [one for one in named if isinstance(one, str)] if isinstance(named, list) and named else []
    spaces = spaces or [subject.namespace]
    if any(_is_alone(subject, one) for one in spaces):
        return
    if "default" in spaces and selector.matches(_API_SERVER):
        return
    known = doubts(subject.world)
    unknown = next(filter(None, (known.about_namespace(one, subject) for one in spaces)), "")
    if selected := [found for one in spaces for found in _selected(subject, one, selector)]:
        yield from _without_port(subject, selected, unknown or known.about_programs(subject))
        return
    what = "pod" if subject.kind.startswith("Pod") else "Service"
    where = " or ".join(map(repr, spaces))
    message = f"no {what} in namespace {where} matches {selector}"
    yield Finding(FieldPath.of("spec", "selector"), message, at_key=True, unknown=unknown)


def _is_alone(subject: Subject, namespace: str) -> bool:
    """Whether the input holds nothing of a namespace that could be selected."""
    world = subject.world
    if subject.kind.startswith("Pod"):
        return not world.shows_pods and not world.pods.get(namespace)
    return not _services(subject, namespace, ())


def _selected(subject: Subject, namespace: str, selector: Selector) -> Sequence[Subject]:
    if subject.kind.startswith("Pod"):
        return subject.world.selection.selected(namespace, selector)
    found = _services(subject, namespace, selector.exact[0] if selector.exact else ())
    return [service for service in found if selector.matches(texts(service.value, "metadata", "labels"))]


def _without_port(subject: Subject, selected: Sequence[Subject], unknown: str) -> Iterator[Finding]:
    """A finding for every endpoint at a port name that nothing has that is selected;
    one that stands apart may be another's.
    """
    pods = subject.kind.startswith("Pod")
    field = "podMetricsEndpoints" if pods else "endpoints"
    names = {name for one in selected for name in (_container_ports(one) if pods else _service_ports(one))}
    apart = "" if any(are_near(subject, one) for one in selected) else "what it selects stands apart"
    unknown = unknown or apart
    for index, endpoint in items(subject.spec, field):
        port = text(endpoint, "port")
        if port and port not in names and "$" not in port:
            what = f"no {'pod' if pods else 'Service'} that it selects has a port named {port!r}"
            has = f"they have {listed(map(repr, sorted(names)))}" if names else ""
            yield Finding(FieldPath.of("spec", field) / index / "port", what, has, unknown=unknown)


def _service_ports(service: Subject) -> Iterator[str]:
    return (text(port, "name") for _, port in items(service.spec, "ports") if port.get("name"))


def _container_ports(pod: Subject) -> Iterator[str]:
    return (
        text(port, "name")
        for container in pod.containers()
        for _, port in items(container.value, "ports")
        if port.get("name")
    )


def _services(subject: Subject, namespace: str, label: tuple[str, ...]) -> list[Subject]:
    """The Services of a namespace, or those with a label."""
    return subject.world.remember("labelled services", _by_label).get((namespace, *label), [])


def _by_label(world: World) -> dict[tuple[str, ...], list[Subject]]:
    found: dict[tuple[str, ...], list[Subject]] = {}
    for service in world.by_kind.get("Service", ()):
        for label in ((), *texts(service.value, "metadata", "labels").items()):
            found.setdefault((service.namespace, *label), []).append(service)
    return found


RULE = Rule(
    code="LBL006",
    name="monitor-selects-nothing",
    severity=Severity.WARNING,
    kinds=frozenset({"PodMonitor.monitoring.coreos.com", "ServiceMonitor.monitoring.coreos.com"}),
    check=check,
    looks_around=True,
    aliases=("kube-linter:dangling-servicemonitor",),
    good=(
        """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: apiserver, namespace: monitoring}
spec: {namespaceSelector: {matchNames: [default]}, selector: {matchLabels: {component: apiserver}}, endpoints: [{port: https}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: default, labels: {app: web}}
spec: {ports: [{name: http, port: 80}]}
""",
        """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web, namespace: monitoring}
spec: {namespaceSelector: {matchNames: [shop, till]}, selector: {matchLabels: {app: web}}, endpoints: [{port: http}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: till, labels: {app: web}}
spec: {ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {app: www}}
spec: {ports: [{name: http, port: 80}]}
""",
        """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web}
spec: {selector: {matchLabels: {app: web}}, endpoints: [{port: http}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: web}}
spec: {ports: [{name: http, port: 80}]}
""",
    ),
    bad=(
        """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web}
spec: {selector: {matchLabels: {app: web}}, endpoints: [{port: metrics}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: web}}
spec: {ports: [{name: http, port: 80}]}
""",
        """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web, namespace: monitoring}
spec: {namespaceSelector: {matchNames: [shop]}, selector: {matchLabels: {app: web}}, endpoints: [{port: http}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {app: www}}
spec: {ports: [{name: http, port: 80}]}
""",
        """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web}
spec: {selector: {matchLabels: {app: web}}, endpoints: [{port: http}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: www}}
spec: {ports: [{name: http, port: 80}]}
""",
    ),
    references=("https://prometheus-operator.dev/docs/developer/getting-started/",),
)
