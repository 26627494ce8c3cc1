"""Bad values printed as Go's internal types."""

from kplan.apiserver.gotypes import go_struct
from kplan.apiserver.older.gosyntax import syntax


def test_every_field_is_printed_under_its_go_name_in_order() -> None:
    printed = go_struct("core.ContainerPort", {"containerPort": 80})
    assert printed == '{"Name":"","HostPort":0,"ContainerPort":80,"Protocol":"","HostIP":""}'


def test_types_with_tags_keep_them() -> None:
    selector = {"matchExpressions": [{"operator": "Exists", "key": "a"}], "matchLabels": {"b": "<", "a": "1"}}
    printed = go_struct("k8s.io/apimachinery/pkg/apis/meta/v1.LabelSelector", selector)
    assert printed == (
        '{"matchLabels":{"a":"1","b":"\\u003c"},"matchExpressions":[{"key":"a","operator":"Exists"}]}'
    )


def test_host_namespaces_stand_in_the_internal_security_context() -> None:
    printed = go_struct("k8s.io/kubernetes/pkg/apis/core.PodSpec", {"hostNetwork": True, "containers": []})
    assert '"SecurityContext":{"HostNetwork":true,"HostPID":false,' in printed


def test_schema_unions_are_plain_structs_inside() -> None:
    printed = go_struct("apiextensions.JSONSchemaPropsOrBool", True)
    assert printed == '{"Allows":true,"Schema":null}'


def test_a_list_of_no_schemas_is_a_list_in_the_syntax_of_go() -> None:
    assert syntax("*apiextensions.JSONSchemaPropsOrArray", []) == (
        "apiextensions.JSONSchemaPropsOrArray{"
        "Schema:(*apiextensions.JSONSchemaProps)(nil), JSONSchemas:[]apiextensions.JSONSchemaProps{}}"
    )
