"""Larger cases of lint: ``fixtures/lint/<theme>/<rule>/{good,bad}.<case>.yaml``, bad lines marked ``# ~ CODE``."""

import json
import lzma
import random
import re
from pathlib import Path

import pytest

from kplan import pipeline
from kplan.api.object import Object
from kplan.cli.main import run
from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.lint.rules import all_rules
from kplan.lint.selection import LintOptions, settle
from kplan.schema.catalog import Catalog
from tests.builders import found_by_rules

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures" / "lint"
CONFORMANCE = ROOT / "fixtures" / "conformance"
CASES = sorted(FIXTURES.rglob("*.yaml"))
RULES = {rule.name: rule for rule in all_rules()}
MARK = re.compile(r"#\s*~\s*([A-Z]{3}\d{3})")


def linted(*paths, **options):
    return pipeline.lint(pipeline.load(map(str, paths)), LintOptions(**options))


def test_what_is_to_be_quoted_is_shown_as_it_was_written_but_nothing_of_a_secret(tmp_path):
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {on: Yes}}\ndata: {port: 0x1F}\n"
    secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: b}\nstringData: {pin: 4711}\n"
    (tmp_path / "a.yaml").write_text(config + secret)
    found = linted(tmp_path / "a.yaml", select=("API003", "NAM002")).findings
    assert [one.help for one in found] == [
        'quote it: on: "Yes"',
        'quote it: port: "0x1F"',
        "put it in quotes",
    ]


def test_every_fixture_belongs_to_a_rule():
    assert CASES
    for case in CASES:
        rule = RULES[case.parent.name]
        assert case.parent.parent.name == rule.theme
        assert case.name.startswith(("good.", "bad."))


@pytest.mark.parametrize("case", CASES, ids=[str(case.relative_to(FIXTURES)) for case in CASES])
def test_fixture_is_reported_where_it_is_marked(case):
    code = RULES[case.parent.name].code
    expected = [
        (number, found[1])
        for number, line in enumerate(case.read_text().splitlines(), 1)
        for found in MARK.finditer(line)
    ]
    got = [(one.location.line, one.rule) for one in linted(case, select=(code,)).findings]
    assert got == expected
    assert bool(expected) == case.name.startswith("bad.")


SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\nspec: {containers: [{name: a, image: b}]}\n"


def test_objects_of_sibling_directories_are_one_world(tmp_path):
    for name, text in (("svc", SERVICE), ("deploy", POD)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.yaml").write_text(text)
    assert not linted(tmp_path / "svc", tmp_path / "deploy", select=("LBL",)).findings


def test_namespace_of_the_run_is_the_namespace_of_objects_without_one(tmp_path):
    (tmp_path / "a.yaml").write_text(
        SERVICE + "---\n" + POD.replace("name: web,", "name: web, namespace: shop,")
    )
    assert not linted(tmp_path, select=("LBL",), namespace="shop").findings


def rules_of(text, tmp_path, **options):
    (tmp_path / "a.yaml").write_text(text)
    return [one.rule for one in linted(tmp_path / "a.yaml", **options).findings]


def test_suppression_silences_its_line_only(tmp_path):
    text = POD.replace("image: b}]}", "image: b}]}  # kplan: ignore[IMG001] pinned elsewhere")
    assert rules_of(text, tmp_path, select=("IMG001", "SUP")) == []
    assert rules_of(text, tmp_path, select=("IMG001", "SUP"), suppress=False) == ["IMG001"]


def test_unused_suppression_is_reported(tmp_path):
    assert rules_of(
        POD.replace("kind: Pod", "kind: Pod  # kplan: ignore[SEC001]"), tmp_path, select=("SUP", "SEC001")
    ) == ["SUP001"]


@pytest.mark.parametrize(
    ("comment", "options", "expected"),
    [
        ("ignore[IMG001,SEC001]", {}, ["the suppression of SEC001 matches no finding"]),
        ("ignore[SEC001]", {"ignore": ("SEC",)}, []),
        ("ignore[API422]", {}, ["the suppression of API422 matches no finding"]),
        ("ignore[API422]", {"ignore": ("API4",)}, []),
        ("ignore", {"select": ("NAM", "SUP")}, ["the suppression matches no finding"]),
    ],
)
def test_only_codes_that_ran_are_judged_unused(tmp_path, comment, options, expected):
    (tmp_path / "a.yaml").write_text(POD.replace("image: b}]}", f"image: b}}]}}  # kplan: {comment}"))
    found = linted(tmp_path, **options).findings
    assert [one.message for one in found if one.rule == "SUP001"] == expected


def test_longest_prefix_decides_between_select_and_ignore(tmp_path):
    assert rules_of(POD, tmp_path, select=("IMG001",), ignore=("IMG",)) == ["IMG001"]
    assert "IMG001" not in rules_of(POD, tmp_path, select=("IMG",), ignore=("IMG001",))


def test_severity_can_be_changed(tmp_path):
    (tmp_path / "a.yaml").write_text(POD)
    (found,) = linted(tmp_path, select=("IMG001",), severities={"IMG": Severity.INFO}).findings
    assert found.severity is Severity.INFO


def test_findings_of_other_stages_are_selected_and_suppressed_alike(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(POD.replace("kind: Pod", "kind: Pod  # kplan: ignore[API422] known"))
    objects = pipeline.load([str(path)]).objects
    refusals = [Diagnostic("API422", "refused", location=Location(str(path), line)) for line in (2, 3)]
    found = settle(refusals, objects, LintOptions(select=("API4",)), {"API422"})
    assert [one.location.line for one in found] == [3]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"per_file": {"*.yaml": ("IMG",)}}, []),
        ({"per_file": {"old/**": ("IMG",)}}, ["IMG001"]),
        ({"per_file": {"*.yaml": ("SEC",)}}, ["IMG001"]),
        ({"per_namespace": {"def*": ("IMG001",)}}, []),
        ({"per_namespace": {"kube-system": ("IMG001",)}}, ["IMG001"]),
    ],
)
def test_codes_are_skipped_by_file_and_namespace(tmp_path, options, expected):
    (tmp_path / "a.yaml").write_text(POD)
    found = linted(tmp_path, select=("IMG001",), root=str(tmp_path), **options).findings
    assert [one.rule for one in found] == expected


def test_what_only_one_minor_refuses_says_which(tmp_path):
    (tmp_path / "a.yaml").write_text(
        "apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata: {name: a}\n"
    )
    loaded = pipeline.load([str(tmp_path)])
    found = pipeline.lint(loaded, LintOptions(select=("API005",)), kubernetes=("1.24", "1.36")[1:]).findings
    assert [one.kubernetes for one in found] == [()]
    (tmp_path / "a.yaml").write_text(
        "apiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: FlowSchema\nmetadata: {name: a}\n"
    )
    loaded = pipeline.load([str(tmp_path)])
    found = pipeline.lint(loaded, LintOptions(select=("API005",)), kubernetes=("1.31", "1.36")).findings
    assert [(one.rule, one.kubernetes) for one in found] == [("API005", ("1.36",))]


def test_order_of_paths_does_not_change_the_findings(tmp_path):
    (tmp_path / "a.yaml").write_text(POD)
    (tmp_path / "b.yaml").write_text(SERVICE)
    first = linted(tmp_path / "a.yaml", tmp_path / "b.yaml").findings
    assert first
    assert first == linted(tmp_path / "b.yaml", tmp_path / "a.yaml").findings


@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [
        (SERVICE, [], 0),
        (POD, [], 1),
        (POD, ["--fail-on", "error"], 0),
        (POD, ["--fail-on", "never"], 0),
        (POD, ["--select", "NAM"], 0),
        ("kind: [", [], 2),
        ("kind: 1", ["--fail-on", "never"], 2),
        ("apiVersion: v1\nkind: {{ .Values.x }}: {{ y }}\n", [], 2),
        ("kind: {{ .Values.x }}: {{ y }}\n", [], 2),
        ("a: [", [], 0),
        ("a: 1", [], 0),
        ("{{ .Values.x }}: {{ y }}\n", [], 0),
    ],
)
def test_exit_code_says_what_was_found(tmp_path, capsys, text, arguments, code):
    (tmp_path / "a.yaml").write_text(text)
    assert run(["lint", str(tmp_path), *arguments]) == code
    assert re.search("^(Found|No problems found) .*objects?\\.$", capsys.readouterr().out, re.MULTILINE)


def test_json_names_every_place(tmp_path, capsys):
    (tmp_path / "a.yaml").write_text(POD)
    run(["lint", str(tmp_path / "a.yaml"), "-o", "json", "--select", "IMG001"])
    report = json.loads(capsys.readouterr().out)
    (found,) = report["findings"]
    assert report["inputs"]["objects"] == 1
    assert report["rules"]["IMG001"]["name"] == "floating-tag"
    assert (found["rule"], found["pointer"], found["object"]) == (
        "IMG001",
        "/spec/containers/0/image",
        "pod/web",
    )
    assert (found["location"]["line"], found["location"]["column"]) == (4, 38)


def test_text_shows_place_code_excerpt_and_help(tmp_path, capsys):
    (tmp_path / "a.yaml").write_text(POD)
    run(["lint", str(tmp_path / "a.yaml"), "--select", "IMG001", "--color", "never"])
    head, *rest = capsys.readouterr().out.splitlines()
    assert head == f"{tmp_path}/a.yaml:4:38: warning IMG001: image 'b' has no tag (pod/web)"
    assert any(line.endswith("^") for line in rest)
    assert "  help: use a version tag or a digest." in rest


DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}
"""
WIDGETS = """
apiVersion: example.com/v1
kind: Widget
metadata: {name: a}
spec: {siez: 1}
---
apiVersion: example.com/v1
kind: Widget
metadata: {name: b}
"""


def test_kinds_without_a_definition_are_noted_once(tmp_path):
    assert rules_of(WIDGETS, tmp_path) == ["API007"]


@pytest.mark.parametrize("stored", [False, True])
def test_definitions_of_the_state_count(tmp_path, monkeypatch, capsys, stored):
    monkeypatch.chdir(tmp_path)
    Path("definition.yaml").write_text(DEFINITION)
    Path("widgets.yaml").write_text(WIDGETS)
    if stored:
        assert run(["apply", "-f", "definition.yaml"]) == 0
    capsys.readouterr()
    assert (
        run(["lint", "-o", "concise", "widgets.yaml", *([] if stored else ["--state", "definition.yaml"])])
        == 1
    )
    assert "error API002: unknown field 'spec.siez'" in capsys.readouterr().out


def test_rules_are_listed_and_explained(capsys):
    assert run(["rules"]) == 0
    listed = capsys.readouterr().out
    assert all(rule.code in listed and rule.name in listed for rule in all_rules())
    assert run(["rules", "run-as-non-root"]) == 0
    assert "Fix: set" in capsys.readouterr().out
    assert run(["rules", "XYZ999"]) == 2


def accepted_objects():
    with lzma.open(CONFORMANCE / "admission.jsonl.xz", "rt") as file:
        for line in file:
            case = json.loads(line)
            if case["expect"]["code"] == 201:
                yield case["base"], case["mutation"], case["manifest"]


def test_no_error_on_what_a_real_api_server_accepts():
    """The server takes a pod whose probe names no port, and a LimitRange without a name: both are mistakes still."""
    catalog = Catalog.for_version("1.36")
    wrong = [
        (base, mutation, found.rule, found.message)
        for base, mutation, manifest in accepted_objects()
        for found in found_by_rules([Object(manifest)], catalog)
        if found.severity is Severity.ERROR and found.rule != "PRB004"
    ]
    assert [one for one in wrong if "has no name" not in one[3]] == []


JUNK = [None, True, 5, 1.5, "x", "", [], {}, [None], ["x"], {"a": None}, [[]], [{"name": 5}], -1, "a/b/c"]


def places(value, path=()):
    yield path
    for step, item in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from places(item, (*path, step))


def test_no_rule_stumbles_over_wrong_types():
    chance = random.Random(7)
    catalog = Catalog.for_version("1.36")
    manifests = [manifest for _, _, manifest in accepted_objects()][::7]
    for _ in range(600):
        broken = json.loads(json.dumps(chance.choice(manifests)))
        spots = [path for path in places(broken) if path and path not in (("kind",), ("apiVersion",))]
        for *parents, last in chance.sample(spots, min(3, len(spots))):
            holder = broken
            for step in parents:
                holder = holder[step] if isinstance(holder, (dict, list)) and _has(holder, step) else None
            if isinstance(holder, (dict, list)) and _has(holder, last):
                holder[last] = chance.choice(JUNK)
        found = found_by_rules([Object(broken), Object(chance.choice(manifests))], catalog)
        assert all(one.message for one in found)


def _has(holder, step):
    return step in holder if isinstance(holder, dict) else isinstance(step, int) and step < len(holder)
