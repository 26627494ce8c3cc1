"""An editor shows what ``kplan lint`` shows in the same folder, and why a configuration does not count."""

from pathlib import Path

import pytest

from kplan.cli.main import run
from kplan.lsp.fields import Fields
from kplan.lsp.workspace import Workspace

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: nginx}]}\n"

DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.shop.example.com}
spec:
  group: shop.example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pod.yaml").write_text(POD)
    return tmp_path


def codes(space: Workspace, path: Path) -> list[str]:
    return [one.rule for one in space.lint(str(path), path.read_text()).report.findings]


def test_what_the_baseline_excuses_is_not_shown(folder: Path) -> None:
    (folder / ".kplan.yaml").write_text("lint: {select: [IMG001], baseline: known.json}\n")
    assert run(("lint", ".", "--write-baseline")) == 0
    space = Workspace(str(folder))
    assert codes(space, folder / "pod.yaml") == []
    (folder / "new.yaml").write_text(POD.replace("name: a}\nspec", "name: b}\nspec"))
    assert codes(space, folder / "new.yaml") == ["IMG001"]
    assert space.problems() == ()


def test_what_the_configuration_excludes_is_told_apart(folder: Path) -> None:
    (folder / ".kplan.yaml").write_text("exclude: [old/]\n")
    space = Workspace(str(folder))
    assert space.is_excluded(str(folder / "old" / "pod.yaml"))
    assert not space.is_excluded(str(folder / "pod.yaml"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lintt: {}\n", "unknown key 'lintt'"),
        ("lint: {select: [NOPE]}\n", "no rule has a code that begins with 'NOPE'"),
        ("lint: {baseline: gone.json}\n", "baseline not found"),
        ("[]\n", "a configuration must be a single mapping"),
    ],
)
def test_a_configuration_that_does_not_count_is_said_and_files_are_checked(
    folder: Path, text: str, said: str
) -> None:
    (folder / ".kplan.yaml").write_text(text)
    space = Workspace(str(folder))
    assert "IMG001" in codes(space, folder / "pod.yaml")
    (problem,) = space.problems()
    assert said in problem.message
    (folder / ".kplan.yaml").write_text("lint: {ignore: [IMG001]}\n")
    space.forget()
    assert space.problems() == ()
    assert "IMG001" not in codes(space, folder / "pod.yaml")


def test_another_configuration_counts_where_it_is_named(folder: Path) -> None:
    (folder / ".kplan.yaml").write_text("lint: {ignore: [IMG001]}\n")
    (folder / "other.yaml").write_text("lint: {select: [IMG001]}\n")
    named = Workspace("/", lambda _: str(folder / "other.yaml")).at(str(folder))
    assert codes(named, folder / "pod.yaml") == ["IMG001"]
    assert "IMG001" in codes(Workspace(str(folder), lambda _: None), folder / "pod.yaml")


def test_definitions_that_the_configuration_names_are_known(folder: Path) -> None:
    (folder / "crds").mkdir()
    (folder / "crds" / "widget.yaml").write_text(DEFINITION)
    (folder / "catalogue" / "shop.example.com").mkdir(parents=True)
    schema = '{"type": "object", "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}}}'
    (folder / "catalogue" / "shop.example.com" / "gadget_v1.json").write_text(schema)
    (folder / ".kplan.yaml").write_text(
        "inputs: [{path: deploy}]\ncrds: [crds, catalogue]\nlint: {select: [API]}\n"
    )
    space = Workspace(str(folder))
    for kind in ("Widget", "Gadget"):
        (folder / "a.yaml").write_text(
            f"apiVersion: shop.example.com/v1\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{size: big}}\n"
        )
        assert codes(space, folder / "a.yaml") == ["API003"]
    names = {one.name for one in Fields(space.catalog()).below("shop.example.com/v1", "Widget", ("spec",))}
    assert names == {"size"}
