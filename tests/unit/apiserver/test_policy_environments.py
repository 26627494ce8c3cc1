"""What expressions of policies may use; every text is a real API server's answer."""

import pytest

from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Server

GROUP = "admissionregistration.k8s.io/v1"
RULE = {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["deployments"]}


def refusal(server: Server, expression: str) -> str:
    spec = {"matchConstraints": {"resourceRules": [RULE]}, "validations": [{"expression": expression}]}
    policy = {
        "apiVersion": GROUP,
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": "p"},
        "spec": spec,
    }
    with pytest.raises(StatusError) as caught:
        server.create(policy)
    return caught.value.message.partition("spec.validations[0].expression: ")[2]


@pytest.mark.parametrize(
    ("expression", "first", "problems"),
    [
        ("cel.bind(x, 1, x == 1)", "1:1: undeclared reference to 'cel'", 4),
        ("jsonpatch.escapeKey('a') == 'a'", "1:1: undeclared reference to 'jsonpatch'", 2),
        ("Object{metadata: Object.metadata{name: 'a'}} == 1", "1:7: undeclared reference to 'Object'", 1),
    ],
)
def test_what_validations_do_not_know(server: Server, expression: str, first: str, problems: int) -> None:
    said = refusal(server, expression)
    assert f"compilation failed: ERROR: <input>:{first} (in container '')" in said
    assert said.count("ERROR: <input>") == problems


def test_patches_may_be_made_in_mutations(server: Server) -> None:
    expression = "[JSONPatch{op: 'remove', path: '/metadata/labels/' + jsonpatch.escapeKey('a/b')}]"
    mutation = {"patchType": "JSONPatch", "jsonPatch": {"expression": expression}}
    spec = {
        "matchConstraints": {"resourceRules": [RULE]},
        "mutations": [mutation],
        "reinvocationPolicy": "Never",
    }
    server.create(
        {"apiVersion": GROUP, "kind": "MutatingAdmissionPolicy", "metadata": {"name": "p"}, "spec": spec}
    )


def test_a_constant_that_cannot_be_worked_out_is_the_servers_error(server: Server) -> None:
    assert refusal(server, "int('x') == 1") == (
        "Internal error: program instantiation failed: type conversion error from 'string' to 'int'"
    )


def test_a_review_of_a_token_keeps_what_it_said_of_the_user(server: Server) -> None:
    user = {"username": "u", "groups": ["g"]}
    review = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenReview",
        "metadata": {},
        "spec": {"token": "t"},
    }
    answer = server.create({**review, "status": {"authenticated": True, "user": user}}).value
    assert answer["status"] == {"user": user, "error": "invalid bearer token"}


@pytest.mark.parametrize(
    ("selectors", "said"),
    [
        ({}, None),
        ({"labelSelector": {"requirements": [{"key": "a", "operator": "Exists"}]}}, None),
        ({"labelSelector": {"requirements": [{"key": "a", "operator": "Near"}]}}, "labelSelector ignored"),
        (
            {
                "fieldSelector": {
                    "requirements": [
                        {"key": "a", "operator": "In", "values": ["b"]},
                        {"key": "a", "operator": "Exists"},
                    ]
                }
            },
            "fieldSelector partially ignored",
        ),
    ],
)
def test_a_review_says_which_selectors_it_cannot_read(
    server: Server, selectors: dict[str, object], said: str | None
) -> None:
    attributes = {"verb": "list", "resource": "pods", **selectors}
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "metadata": {}}
    status = server.create({**review, "spec": {"user": "u", "resourceAttributes": attributes}}).value[
        "status"
    ]
    text = said and f"spec.resourceAttributes.{said} due to parse error"
    assert status.get("evaluationError") == text
