"""Policies of the cluster: validated when they are made, then asked about every request that they match."""

from typing import Any

import pytest

from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Server
from kplan.state.store import Store

API = "admissionregistration.k8s.io/v1"


def constraints(*operations: str) -> dict[str, Any]:
    rule = {
        "apiGroups": [""],
        "apiVersions": ["v1"],
        "operations": list(operations),
        "resources": ["configmaps"],
    }
    return {"resourceRules": [rule]}


def policy(**spec: Any) -> dict[str, Any]:
    match = {"matchConstraints": constraints("CREATE", "UPDATE"), **spec}
    return {"apiVersion": API, "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "p"}, "spec": match}


def binding(kind: str = "Validating", **spec: Any) -> dict[str, Any]:
    full = {"policyName": "p", **({"validationActions": ["Deny"]} if kind == "Validating" else {}), **spec}
    return {
        "apiVersion": API,
        "kind": f"{kind}AdmissionPolicyBinding",
        "metadata": {"name": "b"},
        "spec": full,
    }


def mutation(*mutations: dict[str, Any], **spec: Any) -> dict[str, Any]:
    full = {
        "reinvocationPolicy": "Never",
        "matchConstraints": constraints("CREATE"),
        "mutations": list(mutations),
        **spec,
    }
    return {"apiVersion": API, "kind": "MutatingAdmissionPolicy", "metadata": {"name": "p"}, "spec": full}


def config(**data: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "c", "namespace": "default"},
        "data": data,
    }


def applied(expression: str) -> dict[str, Any]:
    return {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": expression}}


def patched(expression: str) -> dict[str, Any]:
    return {"patchType": "JSONPatch", "jsonPatch": {"expression": expression}}


@pytest.fixture
def server() -> Server:
    server = Server(Store())
    server.create(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default", "labels": {"env": "prod"}}}
    )
    return server


def refusal(server: Server, value: dict[str, Any]) -> StatusError:
    with pytest.raises(StatusError) as caught:
        server.create(value)
    return caught.value


def test_a_failed_validation_denies_with_its_message_and_reason(server: Server) -> None:
    rules = [
        {
            "expression": "size(variables.keys) < 2",
            "messageExpression": "'too many: ' + string(size(variables.keys))",
        },
        {"expression": "!('bad' in object.data)", "message": "no bad keys", "reason": "Forbidden"},
    ]
    variables = [{"name": "keys", "expression": "object.data.map(k, k)"}]
    server.create(policy(validations=rules, variables=variables))
    server.create(binding())
    denied = refusal(server, config(a="1", b="2"))
    text = "configmaps \"c\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: "
    assert (denied.code, denied.message) == (422, text + "too many: 2")
    assert (refusal(server, config(bad="1")).code, server.create(config(a="1")).warnings) == (403, ())


def test_a_binding_may_warn_only_and_select_by_namespace(server: Server) -> None:
    server.create(policy(validations=[{"expression": "false", "message": "no"}]))
    server.create(
        binding(
            validationActions=["Warn"], matchResources={"namespaceSelector": {"matchLabels": {"env": "prod"}}}
        )
    )
    assert server.create(config(), dry_run=True).warnings == (
        "Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': no",
    )
    other = binding(
        validationActions=["Deny"], matchResources={"namespaceSelector": {"matchLabels": {"env": "dev"}}}
    )
    server.create(other | {"metadata": {"name": "other"}})
    assert server.create(config()).value["kind"] == "ConfigMap"


def test_parameters_are_looked_up(server: Server) -> None:
    kind = {"apiVersion": "v1", "kind": "ConfigMap"}
    server.create(
        policy(
            paramKind=kind,
            validations=[{"expression": "object.data.team == params.data.team"}],
            matchConditions=[{"name": "other", "expression": "object.metadata.name != 'params'"}],
        )
    )
    server.create(config(team="blue") | {"metadata": {"name": "params", "namespace": "default"}})
    server.create(
        binding(paramRef={"name": "params", "namespace": "default", "parameterNotFoundAction": "Deny"})
    )
    assert server.create(config(team="blue"), dry_run=True).warnings == ()
    assert (
        "failed expression: object.data.team == params.data.team"
        in refusal(server, config(team="red")).message
    )


def test_an_error_denies_unless_the_policy_says_ignore(server: Server) -> None:
    server.create(policy(validations=[{"expression": "object.data.missing == 'x'"}]))
    server.create(binding())
    assert "no such key: missing" in refusal(server, config(a="1")).message


def test_mutations_apply_and_patch(server: Server) -> None:
    label = applied("Object{metadata: Object.metadata{labels: {'team': object.data.team}}}")
    patch = patched(
        "[JSONPatch{op: 'add', path: '/metadata/labels/' + jsonpatch.escapeKey('a/b'), value: '1'}, JSONPatch{op: 'remove', path: '/data/gone'}]"
    )
    server.create(mutation(label, patch))
    server.create(binding("Mutating"))
    value = server.create(config(team="blue", gone="x")).value
    assert value["metadata"]["labels"] == {"team": "blue", "a/b": "1"}
    assert value["data"] == {"team": "blue"}


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        (policy(validations=[]), "spec.validations: Required value: validations or auditAnnotations must contain at least one item"),
        (policy(validations=[{"expression": ""}]), "spec.validations[0].expression: Required value: expression is not specified"),
        (policy(validations=[{"expression": "object.x +"}]), 'spec.validations[0].expression: Invalid value: "object.x +": compilation failed: ERROR: <input>:1:11: Syntax error'),
        (policy(validations=[{"expression": "1"}]), 'spec.validations[0].expression: Invalid value: "1": must evaluate to bool'),
        (policy(validations=[{"expression": "true"}], failurePolicy="Maybe"), 'spec.failurePolicy: Unsupported value: "Maybe": supported values: "Fail", "Ignore"'),
        (binding(validationActions=["Deny", "Warn"]), 'spec.validationActions: Invalid value: ["Deny","Warn"]: must not contain both Deny and Warn'),
        (binding(policyName=""), "spec.policyName: Required value"),
        (mutation(), "spec.mutations: Required value"),
        (mutation(applied("1")), 'spec.mutations[0].applyConfiguration.expression: Invalid value: "1": must evaluate to Object'),
    ],
)  # fmt: skip
def test_policies_themselves_are_checked(server: Server, value: dict[str, Any], cause: str) -> None:
    refused = refusal(server, value)
    assert refused.code == 422
    assert cause in refused.message


_DEAR = "authorizer.group('').resource('pods').check('get').allowed() || true"
"""Costs a little more than 350,000."""
_OUT = "validation failed due to running out of cost budget, no further validation rules will be run"


@pytest.mark.parametrize(("number", "refused"), [(28, False), (29, True)])
def test_validations_of_a_policy_share_a_budget(server: Server, number: int, refused: bool) -> None:
    server.create(policy(validations=[{"expression": _DEAR}] * number))
    server.create(binding())
    if refused:
        assert refusal(server, config()).message.endswith(f"denied request: {_OUT}")
    else:
        assert server.create(config())


def test_a_policy_that_ignores_failures_ignores_that_it_costs_too_much(server: Server) -> None:
    server.create(policy(validations=[{"expression": _DEAR}] * 29, failurePolicy="Ignore"))
    server.create(binding())
    assert server.create(config())


def test_match_conditions_have_a_budget_of_their_own(server: Server) -> None:
    conditions = [{"name": f"c{number}", "expression": _DEAR} for number in range(8)]
    server.create(policy(validations=[{"expression": "true"}], matchConditions=conditions))
    server.create(binding())
    assert refusal(server, config()).message.endswith(f"denied request: {_OUT}")


def test_variables_are_paid_by_those_who_read_them(server: Server) -> None:
    variables = [{"name": f"v{number}", "expression": _DEAR} for number in range(29)]
    uses = " && ".join(f"variables.v{number}" for number in range(29))
    server.create(policy(validations=[{"expression": uses}], variables=variables))
    server.create(binding())
    assert refusal(server, config()).message.endswith(f"denied request: {_OUT}")


def test_a_note_for_the_audit_log_that_cannot_be_worked_out_denies(server: Server) -> None:
    notes = [{"key": "who", "valueExpression": "string(object.data.who)"}]
    server.create(policy(validations=[{"expression": "true"}], auditAnnotations=notes))
    server.create(binding(validationActions=["Warn"]))
    assert server.create(config(who="me"), dry_run=True).warnings == ()
    refused = refusal(server, config())
    assert refused.code == 422
    assert (
        "denied request: expression 'string(object.data.who)' resulted in error: no such key: data"
        in refused.message
    )


def test_a_variable_that_cannot_be_worked_out_is_named_in_quotes(server: Server) -> None:
    variables = [{"name": "v", "expression": "object.data.nope"}]
    server.create(policy(variables=variables, validations=[{"expression": "variables.v == 'a'"}]))
    server.create(binding())
    said = refusal(server, config()).message
    assert 'composited variable "v" fails to evaluate: no such key: data' in said


@pytest.mark.parametrize(
    ("expression", "validation", "cause"),
    [
        ("int('x')", "true", "spec.variables[0].expression: Internal error: program instantiation failed: type conversion error"),
        ("ip('::1')", "variables.v", 'spec.validations[0].expression: Invalid value: "variables.v": must evaluate to bool but got dyn'),
        ("[duration('1h')]", "variables.v[0]", "must evaluate to bool but got google.protobuf.Duration"),
        ("optional.of(1)", "variables.v", "must evaluate to bool but got dyn"),
        ("{'a': timestamp(0)}", "variables.v", "must evaluate to bool but got map(string, google.protobuf.Timestamp)"),
    ],
)  # fmt: skip
def test_variables_are_seen_by_the_types_that_the_server_keeps(
    server: Server, expression: str, validation: str, cause: str
) -> None:
    variables = [{"name": "v", "expression": expression}]
    with pytest.raises(StatusError) as caught:
        server.create(policy(variables=variables, validations=[{"expression": validation}]))
    assert cause in caught.value.message


def test_what_follows_a_failure_is_paid_for_as_well(server: Server) -> None:
    dear = "authorizer.requestResource.check('get').allowed()"
    expression = f"[1, 2, 3].exists(x, semver('x') == semver('1.2.3', {dear}))"
    server.create(policy(validations=[{"expression": expression}]))
    server.create(binding())
    assert "operation cancelled: actual cost limit exceeded" in refusal(server, config()).message


_APPLYING = "denied request: error applying patch: failed to convert patch object to typed object: "


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (applied("Object{spec: Object.spec{x: 1}}"), 403, f"{_APPLYING}.spec: field not declared in schema"),
        (applied("Object{immutable: 'x'}"), 403, f"{_APPLYING}.immutable: expected boolean, got &{{x}}"),
        (applied("Object{binaryData: {'k': b'a'}}"), 403, "expected string, got &value.valueUnstructured{Value:[]uint8{0x61}}"),
        (applied("Object{metadata: Object.spec{name: 'x'}}"), 403, 'type mismatch: unexpected type name "Object.spec", expected "Object.metadata", which'),
        (patched("[JSONPatch{path: '/data/a'}]"), 403, "denied request: JSON Patch: Unexpected kind: "),
        (patched("[JSONPatch{op: 'add', path: '/immutable', value: 'x'}]"), 500, "Internal error occurred: json: cannot unmarshal string into Go struct field ConfigMap.immutable of type bool"),
        (patched("[JSONPatch{op: 'add', path: '/nope', value: 'x'}]"), 500, 'Internal error occurred: strict decoding error: unknown field "nope"'),
        (patched("[JSONPatch{op: 'replace', path: '/metadata/namespace', value: 'x'}]"), 400, "the namespace of the provided object does not match"),
    ],
)  # fmt: skip
def test_what_a_mutation_makes_is_checked(
    server: Server, change: dict[str, Any], code: int, said: str
) -> None:
    server.create(mutation(change))
    server.create(binding("Mutating"))
    refused = refusal(server, config(a="1"))
    assert refused.code == code
    assert said in refused.message


def test_a_patch_that_tests_for_something_else_changes_nothing(server: Server) -> None:
    test = "JSONPatch{op: 'test', path: '/data/a', value: '2'}"
    server.create(mutation(patched(f"[JSONPatch{{op: 'remove', path: '/data/a'}}, {test}]")))
    server.create(binding("Mutating"))
    assert server.create(config(a="1")).value["data"] == {"a": "1"}


def test_bytes_are_patched_in_as_json_has_them(server: Server) -> None:
    server.create(mutation(patched("[JSONPatch{op: 'add', path: '/binaryData', value: {'k': b'abc'}}]")))
    server.create(binding("Mutating"))
    assert server.create(config(a="1")).value["binaryData"] == {"k": "YWJj"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (patched("[JSONPatch{op: 1, path: '/a'}]"), "1:14: expected type of field 'op' is 'string' but provided type is 'int'"),
        (patched("[JSONPatch{op: 'add', foo:  1}]"), "1:26: expected type of field 'foo' is '' but provided type is 'int'"),
        (applied("Object{?kind: 'x'}"), "1:15: expected type 'optional_type(string)' but found 'string'"),
        (applied("Other{kind: 'x'}"), "1:6: undeclared reference to 'Other' (in container '')"),
    ],
)  # fmt: skip
def test_what_is_made_has_fields_of_known_types(server: Server, change: dict[str, Any], said: str) -> None:
    assert f"compilation failed: ERROR: <input>:{said}" in refusal(server, mutation(change)).message


def test_a_field_that_is_made_may_be_optional(server: Server) -> None:
    server.create(mutation(applied("Object{?data: object[?'data'], ?immutable: optional.of(true)}")))
    server.create(binding("Mutating"))
    assert server.create(config(a="1")).value["immutable"] is True
