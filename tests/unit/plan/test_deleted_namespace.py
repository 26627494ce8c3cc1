"""What happens to unchanged objects is told where it comes from:
what goes with a namespace is told of the namespace.
"""

from pathlib import Path

from kplan.plan.action import Action
from kplan.plan.effect import Effects
from kplan.plan.finder import Example
from kplan.render.plan_text import render
from kplan.render.style import Style
from tests.unit.plan.played import plan_of

NAMESPACE = "{apiVersion: v1, kind: Namespace, metadata: {name: old}}\n---\n"
INSIDE = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: old}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: old}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
"""


def test_unchanged_objects_that_go_with_their_namespace_are_told_with_it(tmp_path: Path) -> None:
    plan = plan_of(Example(NAMESPACE + INSIDE, INSIDE, deleted=NAMESPACE), tmp_path)
    unchanged = [one for one in plan.changes if one.change.action is Action.NOOP]
    assert [one.change.object.kind for one in unchanged] == ["Deployment", "Service"]
    assert [one.effects for one in unchanged] == [Effects(), Effects()]
    (namespace,) = (one for one in plan.changes if one.change.object.kind == "Namespace")
    assert {"Deployment", "Service"} <= {one.object.kind for one in namespace.effects.objects}
    assert len(namespace.effects.pods) == 2


def test_what_happens_to_an_unchanged_object_is_told_where_it_comes_from(tmp_path: Path) -> None:
    scaled = INSIDE.replace("replicas: 2", "replicas: 3")
    plan = plan_of(Example(NAMESPACE + INSIDE, scaled), tmp_path)
    deployment, service = plan.changes
    assert service.effects == Effects()
    assert [(one.ready_before, one.ready_after) for one in deployment.effects.endpoints] == [(2, 3)]
    assert "service/web -n old  no-op" not in render(plan, Style())


def test_many_objects_that_go_are_one_line_of_numbers(tmp_path: Path) -> None:
    kept = "".join(
        f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: c{number}, namespace: old}}}}\n---\n"
        for number in range(6)
    )
    text = render(plan_of(Example(NAMESPACE + INSIDE + kept, deleted=NAMESPACE), tmp_path), Style())
    (line,) = (one.strip() for one in text.splitlines() if "(-v lists them)" in one)
    assert line.startswith("- replicaset.apps/web-")
    assert line.endswith(
        " -n old, deployment.apps/web -n old, service/web -n old, serviceaccount/default -n old, 7 ConfigMaps (-v lists them)"
    )
    assert "configmap/c0" not in text


def test_a_definition_that_goes_says_once_that_its_resources_do(tmp_path: Path) -> None:
    names = "{plural: widgets, kind: Widget}"
    schema = "{openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}"
    definition = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.example.com}\n"
        f"spec: {{group: example.com, scope: Namespaced, names: {names}, versions: "
        f"[{{name: v1, served: true, storage: true, schema: {schema}}}]}}\n---\n"
    )
    widget = "{apiVersion: example.com/v1, kind: Widget, metadata: {name: one, namespace: default}}\n---\n"
    text = render(plan_of(Example(definition + widget, deleted=definition), tmp_path), Style())
    assert text.count("1 Widget") == 1
