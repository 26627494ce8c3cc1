"""What the status of an admission policy says of its expressions; every warning is a real cluster's."""

from collections.abc import Iterable
from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster
from tests.builders import node

Json = dict[str, Any]
KEY = ObjectKey("admissionregistration.k8s.io", "ValidatingAdmissionPolicy", "", "p")
DEPLOYMENT = "apps/v1, Kind=Deployment: ERROR: <input>:1:12: undefined field 'nope'\n | object.spec.nope > 1\n | ...........^\n"
EVENTS = (
    "/v1, Kind=Event: ERROR: <input>:1:33: found no matching overload for '_==_' applied to '(string, int)'\n"
    " | object.involvedObject.namespace == 1\n | ................................^\n\n"
    "events.k8s.io/v1, Kind=Event: ERROR: <input>:1:7: undefined field 'involvedObject'\n"
    " | object.involvedObject.namespace == 1\n | ......^\n"
)


def _policy(expression: str, group: str, resources: Iterable[str], **spec: Any) -> Json:
    rule = {
        "apiGroups": [group],
        "apiVersions": ["v1"],
        "operations": ["CREATE"],
        "resources": list(resources),
    }
    return {
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "p"},
        "spec": {"matchConstraints": {"resourceRules": [rule]}, "validations": [{"expression": expression}], **spec},
    }  # fmt: skip


def _told(*objects: Json) -> Json:
    cluster = Cluster.of([node("n1")])
    cluster.advance(1)
    cluster.kubectl.apply(list(objects))
    cluster.advance(1)
    found = cluster.server.get(KEY)
    assert found["status"]["observedGeneration"] == found["metadata"]["generation"]
    told: Json = found["status"]["typeChecking"]
    return told


@pytest.mark.parametrize(
    ("group", "resources", "expression", "warning"),
    [
        ("apps", ["deployments"], "object.spec.nope > 1", DEPLOYMENT),
        ("apps", ["statefulsets", "deployments"], "object.spec.nope > 1", f"{DEPLOYMENT}\n{DEPLOYMENT.replace('Deployment', 'StatefulSet')}"),
        ("", ["events"], "object.involvedObject.namespace == 1", EVENTS),
        ("", ["pods"], 'object.spec.containers[0].resources.requests["cpu"] == true',
         ("/v1, Kind=Pod: ERROR: <input>:1:36: undefined field 'requests'\n"
         ' | object.spec.containers[0].resources.requests["cpu"] == true\n | ...................................^\n')),
        ("", ["pods"], "object.spec.volumes == true",
         ("/v1, Kind=Pod: ERROR: <input>:1:21: found no matching overload for '_==_' applied to '(list(Pod0.spec.volumes.@idx), bool)'\n"
         " | object.spec.volumes == true\n | ....................^\n")),
        ("apiextensions.k8s.io", ["customresourcedefinitions"], 'object.spec.versions[0].schema.openAPIV3Schema.properties["a"].foo == 1',
         ("apiextensions.k8s.io/v1, Kind=CustomResourceDefinition: ERROR: <input>:1:63: undefined field 'foo'\n"
         ' | object.spec.versions[0].schema.openAPIV3Schema.properties["a"].foo == 1\n'
         " | ..............................................................^\n")),
        ("", ["pods"], 'authorizer.requestResource.check("x").allowed()',
         ("/v1, Kind=Pod: ERROR: <input>:1:11: unexpected failed resolution of 'kubernetes.authorization.Authorizer'\n"
         ' | authorizer.requestResource.check("x").allowed()\n | ..........^\n')),
    ],
)  # fmt: skip
def test_an_expression_is_held_against_every_kind_it_is_for(
    group: str, resources: list[str], expression: str, warning: str
) -> None:
    told = _told(_policy(expression, group, resources))
    assert told == {
        "expressionWarnings": [{"fieldRef": "spec.validations[0].expression", "warning": warning}]
    }


@pytest.mark.parametrize(
    ("group", "resources", "expression"),
    [
        ("apps", ["deployments"], "object.spec.replicas > 1"),
        ("apps", ["*", "deployments/scale"], "object.spec.nope > 1"),
        ("no.such", ["deployments"], "object.spec.nope > 1"),
        ("", ["services"], "object.spec.ports[0].targetPort == true"),
    ],
)
def test_what_fits_or_is_not_known_has_no_warning(group: str, resources: list[str], expression: str) -> None:
    assert _told(_policy(expression, group, resources)) == {}


def test_variables_have_the_type_of_their_expression_unless_it_is_an_object() -> None:
    variables = [{"name": "data", "expression": "object.data"}, {"name": "all", "expression": "object"}]
    policy = _policy(
        "variables.data.bar == 1 || variables.all.nope == 1", "", ["configmaps"], variables=variables
    )
    (warning,) = _told(policy)["expressionWarnings"]
    assert warning["warning"].startswith(
        "/v1, Kind=ConfigMap: ERROR: <input>:1:20: found no matching overload for '_==_' applied to '(string, int)'\n"
    )


def test_params_have_the_type_of_their_kind() -> None:
    policy = _policy("object.data.size() > 0 && params.spec.y == 1", "", ["configmaps"])
    policy["spec"]["paramKind"] = {"apiVersion": "v1", "kind": "ConfigMap"}
    (warning,) = _told(policy)["expressionWarnings"]
    assert "undefined field 'spec'" in warning["warning"]


def test_custom_kinds_have_all_of_the_metadata() -> None:
    schema = {
        "type": "object",
        "properties": {"spec": {"type": "object", "properties": {"namespace": {"type": "string"}}}},
    }
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "foos.ex.com"},
        "spec": {"group": "ex.com", "scope": "Namespaced", "names": {"plural": "foos", "kind": "Foo"}, "versions": [version]},
    }  # fmt: skip
    policy = _policy("object.metadata.uid == object.spec.namespace && object.spec.x == 1", "ex.com", ["foos"])
    (warning,) = _told(definition, policy)["expressionWarnings"]
    assert warning["warning"].startswith("ex.com/v1, Kind=Foo: ERROR: <input>:1:60: undefined field 'x'\n")
