"""JSONPath, custom columns and sorting print what kubectl prints."""

from pathlib import Path
from typing import Any

import pytest

from kplan.cluster import Cluster
from kplan.errors import UsageError
from kplan.kubectl.arguments import parse
from kplan.kubectl.printers.jsonpath.text import printed, relaxed, values_of
from kplan.kubectl.printers.output import output_of
from kplan.kubectl.printflags import OUTPUT

VALUE: dict[str, Any] = {
    "kind": "List",
    "items": [
        {"name": "a", "size": 2, "on": True, "ports": [{"port": 80, "name": "http"}, {"port": 53}], "labels": {"x/y.z": "1"}},
        {"name": "b", "size": 1, "on": False, "ports": [], "labels": {}},
    ],
    "empty": [],
    "html": {"a": "<b>"},
    "none": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{.kind}", "List"),
        ("{$.kind}", "List"),
        ("{.items[*].name}", "a b"),
        ("{.items[0].name} and {.items[1].name}!", "a and b!"),
        ("{.items[-1:].name}", "b"),
        ("{.items[0:2:2].name}", "a"),
        ("{.items[0,1].name}", "a b"),
        ("{.items[0]['name','size']}", "a 2"),
        ("{.items[0].labels.x/y\\.z}", "1"),
        (r"{.items[0]['labels']['x/y\.z']}", "1"),
        ("{..port}", "80 53"),
        ("{.items[0].ports[*].name}", "http"),
        ("{.items[*].on}", "true false"),
        ("{.items[0].*}", '{"x/y.z":"1"} a true [{"name":"http","port":80},{"port":53}] 2'),
        ("{.nosuch}", ""),
        ("{.nosuch.deeper[0]}", ""),
        ("{.html}", '{"a":"\\u003cb\\u003e"}'),
        ("{.none}", "null"),
        ('{range .items[*]}{.name}={.size}{"\\n"}{end}', "a=2\nb=1\n"),
        ("{range .items[*]}{range .ports[*]}{.port},{end}{.name};{end}.", "80,53,a;b;."),
        ("{range .empty[*]}{.x}{end}done", "done"),
        ("{.items[?(@.size>1)].name}", "a"),
        ('{.items[?(@.name=="b")].size}', "1"),
        ("{.items[?(@.name!='b')].size}", "2"),
        ("{.items[?(@.on==true)].name}", "a"),
        ("{.items[?(@.size<=1)].name}", "b"),
        ("{.items[?(@.ports[*].name)].name}", "a"),
        ("{.items[?(@.nosuch==1)].name}", ""),
        ("{1}{'text'}{2.5}", "1text2.5"),
        ("plain", "plain"),
    ],
)
def test_templates(template: str, text: str) -> None:
    assert printed(template, VALUE) == text


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{.items[*", "unterminated array"),
        ("{.items", "unclosed action"),
        ('{.items["name"]}', 'invalid array index "name"'),
        ("{.items[a]}", "invalid array index a"),
        ("{'text}", "unterminated quoted string"),
        ("{.items[?(@.a=~1)]}", "unrecognized character in action: U+007E '~'"),
        ("{!}", "unrecognized character in action: U+0021 '!'"),
    ],
)
def test_what_is_no_template(template: str, says: str) -> None:
    with pytest.raises(UsageError, match="error parsing jsonpath") as refused:
        printed(template, VALUE)
    assert refused.value.message.endswith(f", {says}")


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{.items[99]}", "array index out of bounds: index 99, length 2"),
        ("{.items[0:3]}", "array index out of bounds: index 2, length 2"),
        ("{.items[1:0]}", "starting index 1 is greater than ending index 0"),
        ("{.items[0:2:0]}", "step must be > 0"),
        ("{kind}", "unrecognized identifier kind"),
        ("{end}", "not in range, nothing to end"),
        ("{.kind[0]}", "string is not array or slice"),
        ("{.kind[?(@.a==1)]}", "List is not array or slice and cannot be filtered"),
        ("{.items[?(@.name==1)]}", "incompatible types for comparison"),
        ("{.items[?(@.ports[*].port==80)]}", "can only compare one element at a time"),
    ],
)
def test_what_does_not_fit_the_object(template: str, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        printed(template, VALUE)
    assert (
        f'error executing jsonpath "{template}": Error executing template: {says}. ' in refused.value.message
    )


def test_the_object_is_shown_as_go_prints_it() -> None:
    template = '{.items[?(@.name=="a")][3]}'
    with pytest.raises(UsageError) as refused:
        printed(template, {"kind": "List", "items": [{"name": "a", "size": 1.5}, None]})
    assert refused.value.message.startswith('error executing jsonpath "{.items[?(@.name==\\"a\\")][3]}": ')
    assert refused.value.message.endswith(
        '\t\tmap[string]interface {}{"items":[]interface {}{map[string]interface {}{"name":"a", "size":1.5}, '
        'interface {}(nil)}, "kind":"List"}\n\n\n'
    )


def test_all_results_as_json() -> None:
    assert printed("{.items[*].name}", VALUE, as_json=True) == '[\n    "a",\n    "b"\n]\n'


@pytest.mark.parametrize("path", ["kind", ".kind", "{kind}", "{.kind}"])
def test_paths_may_do_without_braces(path: str) -> None:
    assert values_of(relaxed(path), VALUE) == ["List"]


def config_map(name: str, order: str | None) -> dict[str, Any]:
    data = {} if order is None else {"order": order}
    metadata = {"name": name, "namespace": "default", "labels": {"app": "x"}}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster.of([])
    orders = (("a10", "500m"), ("a9", "1"), ("b", None), ("c", "1Ki"), ("d", None))
    made.kubectl.apply([config_map(name, order) for name, order in orders])
    return made


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (".metadata.name", ["a10", "a9", "b", "c", "d"]),
        ("{.data.order}", ["d", "b", "a10", "a9", "c"]),
    ],
)
def test_objects_are_sorted_by_a_field(cluster: Cluster, path: str, names: list[str]) -> None:
    shown = cluster.kubectl.run("get", "cm", "-l", "app=x", f"--sort-by={path}", "-o", "name")
    assert shown.out == [f"configmap/{name}" for name in names]


def test_columns_are_named_on_the_command_line(cluster: Cluster) -> None:
    def shown(*words: str) -> list[str]:
        found = cluster.kubectl.run("get", "cm", "-l", "app=x", *words)
        return [*found.stdout.splitlines(), *found.err]

    spec = "custom-columns=N:.metadata.name,ORDER:.data.order"
    assert shown("-o", spec, "--sort-by=.data.order") == [
        "N     ORDER", "d     <none>", "b     <none>", "a10   500m", "a9    1", "c     1Ki",
    ]  # fmt: skip
    assert shown("-o", "custom-columns=L:.metadata.labels", "--no-headers")[0] == "map[app:x]"
    assert shown("-o", "custom-columns=bad") == [
        "error: unexpected custom-columns spec: bad, expected <header>:<json-path-expr>"
    ]
    assert shown("-o", "custom-columns=") == [
        "error: custom-columns format specified but no custom columns given"
    ]
    assert shown("-o", "jsonpath") == ["error: template format specified but no template given"]
    assert shown("-o", "name", "--show-labels") == [
        "error: --show-labels option cannot be used with name printer"
    ]
    assert shown("-o", "jsonpath-file=missing") == [
        "error: error reading template missing, open missing: no such file or directory"
    ]


def test_a_template_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    for name, reason in (("absent", "no such file or directory"), ("bytes", "it is not UTF-8")):
        path = tmp_path / name
        with pytest.raises(UsageError) as refused:
            output_of(parse(["-o", f"jsonpath-file={path}"], OUTPUT), formats=("jsonpath-file",))
        assert str(refused.value) == f"error reading template {path}, open {path}: {reason}"
