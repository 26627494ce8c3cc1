"""Go templates over JSON values, and objects as KYAML and in Go's order."""

from typing import Any

import pytest

from kplan.cluster import Cluster
from kplan.errors import UsageError
from kplan.kubectl.printers.gotemplate import printed
from kplan.kubectl.printers.kyaml import kyaml

VALUE: dict[str, Any] = {
    "name": "web", "replicas": 3, "ratio": 0.5, "big": 12345678.0, "paused": False, "none": None, "secret": "aGk=",
    "labels": {"app": "web", "a.b/c": "x"}, "items": [{"n": 1, "t": "a"}, {"n": 2, "t": "b"}, {"n": 3, "t": "c"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain", "plain"),
        ("{{.name}}-{{ .replicas }}", "web-3"),
        ("{{.labels}}", "map[a.b/c:x app:web]"),
        ("{{.items}}", "[map[n:1 t:a] map[n:2 t:b] map[n:3 t:c]]"),
        ("{{.missing}} {{.missing.deeper}} {{.none}}", "<no value> <no value> <no value>"),
        ("{{.ratio}} {{.big}}", "0.5 1.2345678e+07"),
        ("{{if .paused}}a{{else if eq .replicas 3}}b{{else}}c{{end}}", "b"),
        ("{{with .labels}}{{.app}}{{else}}none{{end}}", "web"),
        ("{{with .nothing}}{{.app}}{{else}}none {{.name}}{{end}}", "none web"),
        ("{{range .items}}{{.n}},{{end}}", "1,2,3,"),
        ("{{range $i, $x := .items}}{{$i}}={{$x.t}} {{end}}", "0=a 1=b 2=c "),
        ("{{range $k, $v := .labels}}{{$k}}:{{$v}};{{end}}", "a.b/c:x;app:web;"),
        ("{{range .nothing}}x{{else}}empty{{end}}", "empty"),
        ("{{range .items}}{{if eq .n 2}}{{break}}{{end}}{{.n}}{{end}}", "1"),
        ("{{range .items}}{{if eq .n 2}}{{continue}}{{end}}{{.n}}{{end}}", "13"),
        ("{{range 3}}{{.}}{{end}}", "012"),
        ('{{index .labels "a.b/c"}} {{index .items 1 "t"}}', "x b"),
        ("{{$n := 0}}{{range .items}}{{$n = .n}}{{end}}{{$n}}", "3"),
        ('{{.name | printf "%-5s|"}}', "web  |"),
        ('{{printf "%q %05d %v %s" .name .replicas .paused .missing}}', '"web" 00003 false %!s(<nil>)'),
        ("{{len .items}} {{len .name}}", "3 3"),
        ('{{and .name "x"}} {{or .paused .name}} {{not .paused}}', "x web true"),
        ('{{eq .name "a" "web"}} {{ne 1 2}} {{lt 1 2}} {{ge 2 2}} {{gt .replicas 5}} {{le 3 .replicas}}',
         "true true true true false true"),
        ('{{print 1 2 "a" 3}} {{println "x"}}', "1 2a3 x\n"),
        ("{{.secret | base64decode}}", "hi"),
        ('{{exists .labels "app"}} {{exists .labels "no"}}', "true false"),
        ('{{html "<a>"}} {{urlquery "a b&c"}} {{slice .name 1 2}}', "&lt;a&gt; a+b%26c e"),
        ("{{html .none}} {{urlquery .missing}} {{js .none}} {{print .none}}", "&lt;no value&gt; %3Cno+value%3E \\u003Cno value\\u003E <nil>"),
        ('{{printf "%-6v|%5s|%.2v|%4v" .labels .labels .name .replicas}}', "map[a.b/c :x      app   :web   ]|map[a.b/c:    x   app:  web]|we|   3"),
        ("a {{- /* nothing */ -}} b\n{{- .name -}}\n c", "abwebc"),
        ('{{define "t"}}[{{.}}]{{end}}{{range .items}}{{template "t" .n}}{{end}}', "[1][2][3]"),
        ("{{(index .items 0).t}} {{$.name}} {{`raw`}} {{'a'}} {{0x10}}", "a web raw 97 16"),
    ],
)  # fmt: skip
def test_templates_print(template: str, text: str) -> None:
    assert printed(template, VALUE) == text


@pytest.mark.parametrize(
    ("template", "error"),
    [
        ("{{.bad", "template: output:1: unclosed action"),
        ("{{if .a}}", "template: output:1: unexpected EOF"),
        ("x\n{{end}}", "template: output:2: unexpected {{end}}"),
        ("{{nofunc 1}}", 'template: output:1: function "nofunc" not defined'),
        ("{{$x}}", 'template: output:1: undefined variable "$x"'),
        ('{{"a}}', "template: output:1: unterminated quoted string"),
        ("{{if}}x{{end}}", "template: output:1: missing value for if"),
        ("{{(1}}", "template: output:1: unclosed left paren"),
        ("{{.a }", 'template: output:1: unexpected "}" in operand'),
        ("{{.a}", "template: output:1: bad character U+007D '}'"),
        ("{{|}}", 'template: output:1: unexpected "|" in command'),
        ("{{@}}", 'template: output:1: unexpected "@" in command'),
        ("{{\u201c}}", "template: output:1: unrecognized character in action: U+201C '\u201c'"),
        ("{{/* c", "template: output:1: unclosed comment"),
        ("{{break}}", "template: output:1: {{break}} outside {{range}}"),
        ('{{if 1}}{{define "t"}}{{end}}{{end}}', "template: output:1: unexpected <define> in command"),
        ('{{define "t"}}{{define "u"}}{{end}}{{end}}', "template: output:1: unexpected <define> in command"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(template: str, error: str) -> None:
    with pytest.raises(UsageError) as refused:
        printed(template, VALUE)
    assert refused.value.message == f"error parsing template {template}, {error}"


@pytest.mark.parametrize(
    ("template", "error"),
    [
        ("{{.name.x}}", "output:1:7: executing \"output\" at <.name.x>: can't evaluate field x in type interface {}"),
        ("{{.none.x}}", 'output:1:7: executing "output" at <.none.x>: nil pointer evaluating interface {}.x'),
        ("a\n {{index .items 7}}",
         'output:2:3: executing "output" at <index .items 7>: error calling index: index out of range: 7'),
        ("{{eq .name 1}}", 'output:1:2: executing "output" at <eq .name 1>: error calling eq: incompatible types for comparison'),
        ("{{range .name}}{{end}}", "output:1:8: executing \"output\" at <.name>: range can't iterate over web"),
        ("{{len .replicas}}", 'output:1:2: executing "output" at <len .replicas>: error calling len: len of type int64'),
        ("{{range $i, $n := .replicas}}{{end}}", "output:1:18: executing \"output\" at <.replicas>: can't use 3 to iterate over more than one variable"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_with_its_place(template: str, error: str) -> None:
    with pytest.raises(UsageError) as refused:
        printed(template, VALUE)
    assert refused.value.message.endswith(f": template: {error}")


def test_missing_keys_may_be_refused() -> None:
    with pytest.raises(UsageError, match='map has no entry for key "nothing"'):
        printed("{{.nothing}}", VALUE, strict=True)


def test_kyaml_is_explicit() -> None:
    value = {
        "a": "1",
        "yes": True,
        "n": None,
        "list": ["x", 2],
        "maps": [{"k": {}}, {"e": []}],
        "text": " a\nb",
    }
    assert kyaml(value) == (
        '---\n{\n  a: "1",\n  "yes": true,\n  "n": null,\n  list: [\n    "x",\n    2,\n  ],\n'
        "  maps: [{\n    k: {},\n  }, {\n    e: [],\n  }],\n"
        '  text: "\\\n    \\ a\\n\\\n     b\\\n    ",\n}\n'
    )


def test_what_a_client_makes_has_the_order_of_its_type() -> None:
    made = (
        Cluster.of([])
        .kubectl.run("create", "deployment", "x", "--image=i", "--dry-run=client", "-o", "json")
        .stdout
    )
    places = [
        made.index(f'"{key}"')
        for key in ("kind", "apiVersion", "metadata", "spec", "replicas", "selector", "template")
    ]
    assert places == sorted(places)
    assert made.index('"name": "i"') < made.index('"image"')


def test_templates_are_given_by_a_flag_as_well() -> None:
    cluster = Cluster.of([])
    assert cluster.kubectl.run("get", "ns", "default", "--template={{.metadata.name}}").stdout == "default"
    failed = cluster.kubectl.run("get", "ns", "default", "-o", "go-template=x{{.kind.y}}")
    assert failed.exit == 1
    assert failed.stdout.startswith("xError executing template: template: output:1:8: executing")
    assert failed.stderr.startswith('error: error executing template "x{{.kind.y}}": template: output:1:8:')
