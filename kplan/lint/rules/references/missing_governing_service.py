"""A StatefulSet's ``serviceName`` is not a headless Service of its own pods.

The stable names ``pod-0.service`` exist only where a headless Service of that name selects the pods. Without it the
pods run, but cannot be called by name.

Fix: add a Service with ``clusterIP: None`` that selects the pods, or correct ``serviceName``.
"""

import re
from collections.abc import Iterator
from typing import Any

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.podselection import map_selector
from kplan.lint.referring import absent
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report governing Services that are missing, not headless, or select other pods.

    It is a note where nothing shows that the names are used, and nothing where one pod is reached by a
    Service that has an address.
    """
    path = FieldPath.of("spec", "serviceName")
    for reference in subject.references:
        if reference.path != path:
            continue
        service = next(iter(subject.world.meant_by(subject, reference.target)), None)
        if service is None:
            for one in absent(subject, reference):
                text = f"{one.message}, so no pod has a name such as {_name_of_a_pod(subject)}"
                yield _weighed(one._replace(message=text), subject)
        elif not _is_headless(service):
            text = f"Service {service.name!r} is not headless, so no pod has a name such as {_name_of_a_pod(subject)}"
            found = _weighed(Finding(path, text), subject)
            if found.severity is None or subject.fewest_replicas() != 1:
                yield found
        elif _selects_others(service, subject):
            yield Finding(path, f"Service {service.name!r} does not select the pods of this StatefulSet")


def _weighed(found: Finding, subject: Subject) -> Finding:
    """The finding with the Service that was probably meant; a note if there is none, and no name of a pod is used."""
    meant = next((one for one in _headless(subject) if one.name != subject.spec["serviceName"]), None)
    if meant is not None:
        return found._replace(help=f"the headless Service {meant.name!r} selects the pods: did you mean it?")
    if name := _used_name(subject):
        return found._replace(message=f"{found.message}, but the pods use {name}")
    return found._replace(severity=Severity.INFO)


def _headless(subject: Subject) -> Iterator[Subject]:
    """The headless Services that select its pods."""
    for service in subject.world.by_kind.get("Service", ()):
        if service.namespace == subject.namespace and _is_headless(service):
            selector = map_selector(service.spec.get("selector"))
            if selector is not None and subject.selected_by(selector):
                yield service


def _is_headless(service: Subject) -> bool:
    return bool(service.spec.get("clusterIP") == "None")


def _selects_others(service: Subject, subject: Subject) -> bool:
    selector = map_selector(service.spec.get("selector"))
    return selector is not None and not subject.selected_by(selector)


def _name_of_a_pod(subject: Subject) -> str:
    return f"{subject.name}-0.{subject.spec['serviceName']}"


def _used_name(subject: Subject) -> str:
    """A name of a pod by the governing Service that stands in its containers: ``db-0.db``, ``$(POD_NAME).db``;
    empty for none.
    """
    ending = f".{subject.spec['serviceName']}"
    name = rf"(?:[\w-]+-\d+|\$\(\w+\)|\$\{{\w+\}}|\$\w+){re.escape(ending)}(?![\w-])"
    for container in subject.lasting_containers():
        for field in ("command", "args", "env"):
            for text in _texts(container.value.get(field)):
                if ending in text and (found := re.search(name, text)):
                    return found[0]
    return ""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one.get("value") if isinstance(one, dict) else one)


def _example(replicas: int, service: str, args: str = "[]", name: str = "db") -> str:
    return f"""\
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: db}}
spec:
  replicas: {replicas}
  serviceName: {name}
  selector: {{matchLabels: {{app: db}}}}
  template: {{metadata: {{labels: {{app: db}}}}, spec: {{containers: [{{name: a, image: b, args: {args}}}]}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: db}}
spec: {{{service}, ports: [{{port: 5432}}]}}
"""


RULE = Rule(
    code="REF009",
    name="missing-governing-service",
    severity=Severity.WARNING,
    kinds=frozenset({"StatefulSet.apps"}),
    check=check,
    looks_around=True,
    aliases=("kube-score:statefulset-has-servicename",),
    good=(
        """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {containers: [{name: a, image: b}]}}
""",
        _example(3, "clusterIP: None, selector: {app: db}"),
        _example(1, "selector: {app: db}"),
    ),
    bad=(
        _example(3, "selector: {app: db}"),
        _example(1, "selector: {app: db}", "[--join, db-0.db:5432]"),
        _example(1, "clusterIP: None, selector: {app: db}", name="database"),
        _example(3, "clusterIP: None, selector: {app: web}"),
        """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {containers: [{name: a, image: b}]}}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id",),
)
