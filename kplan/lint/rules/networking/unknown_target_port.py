"""A Service targets a port name that none of its pods declare.

The endpoints do not include the port, so connections to it are refused although the pods are ready.

Fix: name a port that the containers declare, or give its number.
"""

from collections.abc import Iterator

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety, put, unsafe
from kplan.lint.podselection import map_selector
from kplan.lint.rule import Finding, Rule, Subject
from kplan.naming import nearest as nearest_name


def check(subject: Subject) -> Iterator[Finding]:
    """Report named target ports that no selected pod template declares."""
    selector = map_selector(subject.spec.get("selector"))
    selected = subject.world.selection.selected_near(subject, selector) if selector else ()
    if not all(workload.templates for workload in selected):
        return
    for index, port in items(subject.spec, "ports"):
        target, protocol = text(port, "targetPort"), text(port, "protocol") or "TCP"
        if not selected or not target or target.isdigit():
            continue
        declared = {name for workload in selected for name in workload.port_names(protocol)}
        if target not in declared:
            path = FieldPath.of("spec", "ports", index, "targetPort")
            near = nearest_name(target, sorted(declared))
            fix = unsafe(f"target the port {near}", put(path, near)) if near else None
            of = "" if protocol == "TCP" else f" for {protocol}"
            message = f"no container of {selected[0].name!r} declares the port {target!r}{of}"
            yield Finding(path, message, fix=fix)


RULE = Rule(
    code="NET001",
    name="unknown-target-port",
    severity=Severity.WARNING,
    kinds=frozenset({"Service"}),
    check=check,
    looks_around=True,
    good=(
        """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
    ),
    bad=(
        """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: htp-web}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b, ports: [{name: http-web, containerPort: 80}]}]}
""",
        """\
apiVersion: v1
kind: Service
metadata: {name: dns}
spec: {selector: {app: dns}, ports: [{port: 53, targetPort: dns, protocol: UDP}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: dns}
spec:
  replicas: 3
  selector: {matchLabels: {app: dns}}
  template:
    metadata: {labels: {app: dns}}
    spec: {containers: [{name: a, image: b, ports: [{name: dns, containerPort: 53}]}]}
""",
        """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers: [{name: i, image: b, ports: [{name: http, containerPort: 80}]}]
      containers: [{name: a, image: b}]
""",
    ),
    references=("https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports",),
    fixes=(Safety.UNSAFE,),
)
