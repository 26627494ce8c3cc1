"""``-o FORMAT[=FILE]``: what goes to files, to standard output and to standard error."""

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from kplan.cli.main import run
from kplan.render.formats import showing
from kplan.report import Part

POD = """apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: a, image: "b:1"}]}
"""
Ran = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kplan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ran:
    (tmp_path / "pod.yaml").write_text(POD)
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(list(arguments))
        return (code, *capsys.readouterr())

    return call


def test_output_to_files_alone_is_one_line_on_standard_error(kplan: Ran) -> None:
    assert kplan("lint", "pod.yaml", "-o", "sarif=x.sarif") == (1, "", "wrote x.sarif\n")
    assert json.loads(Path("x.sarif").read_text())["version"] == "2.1.0"


def test_several_formats_at_once(kplan: Ran) -> None:
    code, out, err = kplan("lint", "pod.yaml", "-o", "junit=j.xml", "-o", "concise", "-o", "gitlab=cq.json")
    assert (code, err) == (1, "")
    assert "in 1 object.\n" in out
    assert ET.parse("j.xml").getroot().tag == "testsuites"
    assert json.loads(Path("cq.json").read_text())


@pytest.mark.parametrize("path", [".", "./", "./pod.yaml", "./*.yaml"])
def test_a_path_is_shown_one_way_by_every_format(kplan: Ran, path: str) -> None:
    for name in sorted(showing(Part.FINDINGS)):
        shown = kplan("lint", path, "--select", "IMG", "-o", name)[1]
        assert ("pod.yaml" in shown, "./pod.yaml" in shown) == (True, False), name


def test_what_a_folder_holds_and_what_is_built_are_named_alike(kplan: Ran) -> None:
    Path("kustomization.yaml").write_text("resources: [pod.yaml]\n")
    found, built = (
        kplan("lint", *given, "--select", "IMG", "-o", "concise")[1] for given in (["."], ["-k", "./"])
    )
    assert found == built
    assert "pod.yaml:4:38 (built by .): " in built


def test_a_fleet_names_what_targets_hold_as_a_lint_does(kplan: Ran) -> None:
    Path(".kplan.yaml").write_text("targets: [{name: a, inputs: [{path: ./}]}]\n")
    shown = kplan("fleet", "lint", "-o", "concise")[1]
    assert ("\npod.yaml:4:" in shown, "./pod.yaml" in shown) == (True, False)


def test_a_plan_in_files(kplan: Ran) -> None:
    code, out, err = kplan("plan", "-f", "pod.yaml", "-o", "markdown=plan.md", "-o", "json=plan.json")
    assert (code, out) == (0, "")
    assert err.splitlines()[-1] == "wrote plan.md, plan.json"
    assert Path("plan.md").read_text().startswith("### Plan: 1 to create")
    assert json.loads(Path("plan.json").read_text())["plan"]["summary"]["create"] == 1


@pytest.mark.parametrize("formats", [("text", "sarif"), ("json", "json"), ("github", "markdown")])
def test_two_formats_on_standard_output_are_refused(kplan: Ran, formats: tuple[str, str]) -> None:
    code, out, err = kplan("lint", "pod.yaml", "-o", formats[0], "-o", formats[1])
    assert (code, out) == (2, "")
    assert (
        err
        == "error: only one format can go to standard output (write the others to files: -o FORMAT=FILE)\n"
    )


@pytest.mark.parametrize(
    ("file", "why"), [("no/such/folder/x.sarif", "no such file or directory"), (".", "is a directory")]
)
def test_a_file_that_cannot_be_written_is_one_line_and_2(kplan: Ran, file: str, why: str) -> None:
    code, out, err = kplan("lint", "pod.yaml", "-o", f"sarif={file}")
    assert (code, out) == (2, "")
    assert err == f"error: {file}: {why} (check the path and its permissions)\n"
    assert not Path(file).is_file()


def test_a_format_without_a_file_after_the_sign_is_refused(kplan: Ran) -> None:
    code, out, err = kplan("lint", "pod.yaml", "-o", "sarif=")
    assert (code, out) == (2, "")
    assert (
        err
        == "error: invalid value for '-o' / '--output': no file after 'sarif=' (see 'kplan lint --help')\n"
    )


@pytest.mark.parametrize("name", showing([Part.FINDINGS]))
def test_a_file_whose_name_is_no_utf8_is_reported_in_every_format(kplan: Ran, name: str) -> None:
    Path("latin\udce4.yaml").write_text(POD.replace("name: a}", "name: b}"))
    code, out, _ = kplan("lint", ".", "-o", name)
    assert code == 1
    assert "latin" in out
    assert kplan("lint", ".", "-o", f"{name}=out.txt")[0] == 1
    assert "latin" in Path("out.txt").read_bytes().decode("utf-8")


def test_a_graph_goes_to_files_as_reports_do(kplan: Ran) -> None:
    assert kplan("graph", "-f", "pod.yaml", "-o", "dot=a.dot", "-o", "html=a.html") == (
        0, "", "wrote a.dot, a.html\n",
    )  # fmt: skip
    assert Path("a.dot").read_text() == kplan("graph", "-f", "pod.yaml")[1]
    assert Path("a.html").read_text() == kplan("graph", "-f", "pod.yaml", "-o", "html")[1]
    code, _, err = kplan("graph", "-f", "pod.yaml", "-o", "svg")
    assert (code, "'svg' is not one of dot, mermaid, json, html" in err) == (2, True)


def test_a_missing_namespace_is_told_once_and_each_object_listed_in_json(kplan: Ran) -> None:
    text = "".join(f"---\n{POD.replace('name: a}', f'name: a{n}, namespace: shop}}', 1)}" for n in range(7))
    Path("pods.yaml").write_text(text)
    code, _, err = kplan("apply", "-f", "pods.yaml")
    assert code == 2
    (line,) = [one for one in err.splitlines() if "API404" in one]
    assert line.startswith(
        'pods.yaml:2:1: error API404: namespaces "shop" not found, 7 objects in it refused: pod/a0 (pods.yaml:2:1)'
    )
    assert line.endswith("pod/a4 (pods.yaml:22:1) and 2 more")
    assert err.count('help: put a Namespace named "shop" first, or name a --state that has it') == 1
    findings = json.loads(kplan("plan", "-f", "pods.yaml", "-o", "json")[1])["findings"]
    assert [one["object"] for one in findings] == [f"pod/a{n} -n shop" for n in range(7)]
    assert "! 7 objects" not in kplan("plan", "-f", "pods.yaml", "-v")[1]
    assert (
        "refused: the namespace shop does not exist" in kplan("plan", "-f", "pods.yaml", "-o", "markdown")[1]
    )
