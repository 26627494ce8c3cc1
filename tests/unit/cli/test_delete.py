"""``kplan delete``: by name, labels, kind and file, and pods by force."""

import re
from pathlib import Path

import pytest

from kplan.cli.main import run

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: one, labels: {app: web}}
spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: two, labels: {app: other}}
spec: {containers: [{name: c, image: nginx}]}
"""
APPLES = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: apples.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: apples, kind: Apple}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
---
apiVersion: example.com/v1
kind: Apple
metadata: {name: boskoop}
"""


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pods.yaml").write_text(PODS)
    (tmp_path / "apples.yaml").write_text(APPLES)
    monkeypatch.chdir(tmp_path)
    assert run(["simulate", "-f", "pods.yaml", "-f", "apples.yaml", "--commit"]) == 0
    capsys.readouterr()


@pytest.mark.parametrize(
    ("words", "gone"),
    [
        ("pod/one", ['pod "one" deleted']),
        ("pods -l app=other", ['pod "two" deleted']),
        ("pods --all --grace-period 0", ['pod "one" deleted', 'pod "two" deleted']),
        ("pod one --force", ['pod "one" force deleted']),
        ("apple boskoop", ['apple.example.com "boskoop" deleted']),
        ("-f pods.yaml", ['pod "one" deleted', 'pod "two" deleted']),
    ],
)
def test_objects_are_chosen_as_kubectl_chooses_them(
    words: str, gone: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["delete", *words.split()])
    printed = re.findall(r'^\S+ "\S+"(?: force)? deleted', capsys.readouterr().out, re.MULTILINE)
    assert (code, printed[: len(gone)]) == (0, gone)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("pod nope", 'Error from server (NotFound): pods "nope" not found'),
        ("", "You must provide one or more resources by argument or filename."),
        ("pod one --force --grace-period 5", "--force and --grace-period greater than 0"),
        ("pods one -l app=web", "name cannot be provided when a selector is specified"),
    ],
)
def test_what_cannot_be_deleted_is_said(words: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["delete", *words.split()]) == 2
    assert text in capsys.readouterr().err


def test_a_selector_that_selects_nothing_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["delete", "pods", "-l", "app=none"]) == 0
    assert capsys.readouterr().out.startswith("No resources found\n")


def test_a_kind_nobody_serves_keeps_no_other_object_from_going(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mixed.yaml").write_text(
        f"apiVersion: example.com/v1\nkind: Pear\nmetadata: {{name: a}}\n---{PODS}"
    )
    assert run(["delete", "-f", "mixed.yaml"]) == 2
    printed = capsys.readouterr()
    assert printed.out.startswith('pod "one" deleted')
    assert 'from "mixed.yaml": no matches for kind "Pear" in version "example.com/v1"' in printed.err
