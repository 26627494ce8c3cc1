"""What an object of a custom kind, or a webhook, names: reported as missing only where the input would show it."""

import pytest

from kplan import pipeline
from kplan.lint.selection import LintOptions

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n"
GATEWAY = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: front}
spec: {gatewayClassName: any, listeners: [{name: a, port: 80, protocol: HTTP}]}
"""
CLASS = "apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: other}\nspec: {controllerName: example.com/a}\n"


def route(backend="web", gateway="front"):
    return (
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: a}\n"
        f"spec: {{parentRefs: [{{name: {gateway}}}], rules: [{{backendRefs: [{{name: {backend}, port: 80}}]}}]}}\n"
    )


def found(tmp_path, unknown=False, **files):
    for name, text in files.items():
        path = tmp_path / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text)
    options = LintOptions(select=("REF011",), show_unknown=unknown)
    return [
        one.message.partition(" is ")[0]
        for one in pipeline.lint(pipeline.load([str(tmp_path)]), options).findings
    ]


@pytest.mark.parametrize(
    ("backend", "gateway", "missing"),
    [
        ("web", "front", []),
        ("wbe", "front", ["Service 'wbe'"]),
        ("web", "back", ["Gateway 'back'"]),
        ("${BACKEND}", "front", []),
    ],
)
def test_what_stands_beside_it_tells(tmp_path, backend, gateway, missing):
    text = "---\n".join([route(f'"{backend}"', gateway), SERVICE, GATEWAY])
    assert found(tmp_path, a=text) == missing


def test_a_part_of_an_application_says_nothing_of_the_rest(tmp_path):
    files = {
        "routes__a": route(),
        "other__deep__deeper__b": SERVICE.replace("name: web", "name: other") + "---\n" + GATEWAY,
    }
    assert not found(tmp_path, **files)
    assert found(tmp_path, unknown=True, **files) == ["GatewayClass 'any'", "Service 'web'"]


def test_classes_come_with_the_cluster(tmp_path):
    text = GATEWAY + "---\n" + CLASS
    assert not found(tmp_path, a=text)
    assert found(tmp_path, unknown=True, a=text) == ["GatewayClass 'any'"]
