"""What a real kubectl 1.36 says of documents that are no objects, by what it is going to do with them."""

import shlex
from pathlib import Path

import pytest

from kplan.cluster import Cluster
from kplan.kubectl.printed import Printed

TEXT = "hello\n"
KINDLESS = "apiVersion: v1\nmetadata: {name: <x>}\n"
VERSIONLESS = "kind: ConfigMap\nmetadata: {name: x}\n"
NUMBER_FOR_A_NAME = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 3}\n"
NUMBER_FOR_A_KIND = "apiVersion: v1\nkind: 3\nmetadata: {name: x}\n"
GOOD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\n"
BETTER = GOOD.replace("good", "better")
META = (
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
)
IGNORE = "; if you choose to ignore these errors, turn validation off with --validate=false"
MISSING = 'Error from server (NotFound): configmaps "{}" not found'


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    monkeypatch.chdir(tmp_path)
    return Cluster.of([])


def said(cluster: Cluster, line: str, text: str, name: str = "f.yaml") -> Printed:
    Path(name).write_text(text)
    return cluster.kubectl.run(*shlex.split(line), "-f", name)


@pytest.mark.parametrize(
    ("line", "text", "error"),
    [
        ("create", TEXT, f'error validating "f.yaml": error validating data: invalid object to validate{IGNORE}'),
        ("apply", NUMBER_FOR_A_KIND, f"error validating \"f.yaml\": error validating data: kind isn't string type{IGNORE}"),
        ("replace", VERSIONLESS, f'error validating "f.yaml": error validating data: apiVersion not set{IGNORE}'),
        ("create --validate=ignore", TEXT, 'unable to decode "f.yaml": json: cannot unmarshal string into Go value of type unstructured.detector'),
        ("delete", KINDLESS, """unable to decode "f.yaml": Object 'Kind' is missing in '{"apiVersion":"v1","metadata":{"name":"\\u003cx\\u003e"}}'"""),
        ("label a=b", NUMBER_FOR_A_NAME, 'unable to decode "f.yaml": json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string'),
        ("set env A=b", TEXT, f"unable to decode \"f.yaml\": couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value of type {META}"),
        ("set env --local A=b", TEXT, f"unable to decode \"f.yaml\": couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value of type {META}"),
        ("expose --port=80", VERSIONLESS, """unable to decode "f.yaml": Object 'apiVersion' is missing in '{"kind":"ConfigMap","metadata":{"name":"x"}}'"""),
        ("rollout status", GOOD + "data: {a: 1}\n", 'unable to decode "f.yaml": json: cannot unmarshal number into Go struct field ConfigMap.data of type string'),
    ],
)  # fmt: skip
def test_a_document_that_is_no_object(cluster: Cluster, line: str, text: str, error: str) -> None:
    printed = said(cluster, line, text)
    assert (printed.exit, printed.stdout, printed.stderr) == (1, "", f"error: {error}\n")


@pytest.mark.parametrize("line", ["get", "describe", "rollout restart"])
def test_verbs_that_hold_such_an_error_in_a_list_say_nothing_before_it(cluster: Cluster, line: str) -> None:
    assert said(cluster, line, KINDLESS).stderr.startswith('unable to decode "f.yaml": Object')


def test_reading_goes_on_after_what_cannot_be_decoded(cluster: Cluster) -> None:
    lines = said(cluster, "label a=b", f"{GOOD}---\n{TEXT}---\n{BETTER}").stderr.splitlines()
    assert [lines[0], lines[2]] == [MISSING.format("good"), MISSING.format("better")]
    assert lines[1].startswith('unable to decode "f.yaml"')


def test_reading_ends_at_a_refused_document_or_invalid_yaml(cluster: Cluster) -> None:
    refused = said(cluster, "apply", f"{GOOD}---\n{TEXT}---\n{BETTER}")
    assert refused.stdout == "configmap/good created\n"
    assert refused.stderr.startswith('error: error validating "f.yaml"')
    broken = said(cluster, "label a=b", f"{GOOD}---\na: [1\n---\n{BETTER}", "g.yaml")
    assert broken.stdout == "configmap/good labeled\n"
    problem = "error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'"
    assert broken.stderr == f"error: error parsing g.yaml: {problem}\n"


def test_what_is_found_in_other_files_is_done(cluster: Cluster) -> None:
    Path("a.yaml").write_text(TEXT)
    printed = said(cluster, "create -f a.yaml", GOOD)
    assert printed.stdout == "configmap/good created\n"
    assert printed.exit == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": "b" "c": 1}', "json: offset 11: invalid character '\"' after object key:value pair"),
        ('{"é": 1 "b": 2}', "json: offset 10: invalid character '\"' after object key:value pair"),
        ('{"a": "b"', "unexpected EOF"),
    ],
)
def test_a_text_that_begins_as_json_and_is_neither(cluster: Cluster, text: str, problem: str) -> None:
    assert said(cluster, "create", text).stderr == f"error: error parsing f.yaml: {problem}\n"
