"""What checks found of single objects in an earlier run is looked up again, and is what they would find now."""

import os
import random
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kplan.api.decode import decode
from kplan.api.object import Object
from kplan.apiserver.server import Server
from kplan.cli import main
from kplan.diagnostics import Diagnostic, Severity
from kplan.fieldpath import ROOT, FieldPath, Key
from kplan.fixes import put, safe, unsafe
from kplan.lint import reporting
from kplan.lint.earlier import mark
from kplan.lint.rule import Finding, Rule, Subject
from kplan.lint.rules import all_rules
from kplan.lint.selection import LintOptions
from kplan.manifest import parser
from kplan.manifest.composed import Composed
from kplan.manifest.limits import Limits
from kplan.manifest.loader import load_text
from kplan.manifest.stream import Chunk
from kplan.schema.catalog import Catalog
from kplan.schema.structural import mismatches
from tests.builders import found_by_rules
from tests.test_cache import written

if TYPE_CHECKING:
    from kplan.lint.earlier import Earlier

Lint = Callable[..., tuple[int, str]]

_WIDGETS = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer, maximum: 5}}}}}}
"""
_WIDGET = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: 7, colour: red}\n"
FILES: Mapping[str, str] = {
    ".kplan.yaml": "lint:\n  severity: {NAM004: info}\n",
    "space.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {pod-security.kubernetes.io/enforce: restricted}}\n",
    "a/app.yaml": """\
# kplan: ignore[SEC003]
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: a}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: robot
      containers: [{name: web, image: web, resourcez: {}, envFrom: [{configMapRef: {name: settings}}]}]
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: a}, data: {a: b, port: 1}}
- {apiVersion: v1, kind: Service, metadata: {name: web, namespace: a}, spec: {selector: {app: web}, ports: [{port: 80}]}}
""",
    "a/scaler.yaml": "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, namespace: a}\nspec: {maxReplicas: 1, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n",
    "one/crd.yaml": _WIDGETS,
    "one/widget.yaml": _WIDGET,
    "two/crd.yaml": _WIDGETS.replace("maximum: 5", "maximum: 9"),
    "two/widget.yaml": _WIDGET,
    "gadgets/crd.yaml": _WIDGETS.replace("idget", "adget"),
    "gadgets/gadget.yaml": _WIDGET.replace("Widget", "Wadget"),
}
FINDING = Finding(FieldPath.of("spec", "a.b"), "m", fix=safe("f", put(ROOT / "a", 1)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "repository", FILES)


@pytest.fixture
def lint(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Lint:
    monkeypatch.chdir(folder)
    monkeypatch.delenv("KPLAN_NO_CACHE")
    monkeypatch.setenv("KPLAN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr("kplan.inputs.reading._MANY", 2)

    def run(*words: str) -> tuple[int, str]:
        return main.run(["lint", *words]), capsys.readouterr().out

    return run


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the objects that the API server is asked about."""
    names: list[str] = []
    create = Server.create

    def noted(self: Server, value: dict[str, object], **more: object) -> object:
        names.append(str(dict(value["metadata"])["name"]))  # type: ignore[call-overload]
        return create(self, value, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Server, "create", noted)
    return names


def test_what_has_not_changed_is_not_asked_again(lint: Lint, folder: Path, asked: list[str]) -> None:
    lint()
    assert {"settings", "web", "a", "w", "widgets.example.com"} <= set(asked)
    for name, again in (
        ("space.yaml", {"a"}), ("one/widget.yaml", {"w"}), ("a/app.yaml", {"web", "settings"}),
        ("gadgets/gadget.yaml", {"wadgets.example.com", "w"}),
    ):  # fmt: skip
        asked.clear()
        path = folder / name
        path.write_text(path.read_text() + "\n# more\n")
        looked_up = lint("-o", "json")
        assert set(asked) == again
        assert looked_up == lint("-o", "json", "--no-cache")


def test_a_rule_that_lacked_its_kind_runs_when_one_is_there(lint: Lint, folder: Path) -> None:
    """The quota of a namespace is about files that have not changed."""
    lint()
    assert "RES010" not in lint("-o", "json")[1]
    quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: a}\nspec: {hard: {cpu: 1}}\n"
    (folder / "quota.yaml").write_text(quota)
    found = lint("-o", "json")
    assert "sets no cpu: ResourceQuota 'q' refuses the pod" in found[1]
    assert found == lint("-o", "json", "--no-cache")
    (folder / "quota.yaml").unlink()
    assert "RES010" not in lint("-o", "json")[1]


def test_a_definition_that_changes_has_its_resources_asked_about(
    lint: Lint, folder: Path, asked: list[str]
) -> None:
    lint()
    asked.clear()
    path = folder / "one" / "crd.yaml"
    path.write_text(path.read_text().replace("maximum: 5", "maximum: 6"))
    _, out = lint()
    assert "less than or equal to 6" in out
    assert set(asked) == {"widgets.example.com", "w"}


def test_rules_about_the_type_of_a_resource_look_again_where_its_definition_changes(
    lint: Lint, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "one" / "crd.yaml").unlink()
    lint("-o", "json")
    compared: list[str] = []

    def noted(value: Mapping[str, str], *more: object) -> object:
        compared.append(value["kind"])
        return mismatches(value, *more)  # type: ignore[arg-type]

    monkeypatch.setattr("kplan.lint.world.mismatches", noted)
    for name, change, again in (
        ("space.yaml", ("restricted", "baseline"), {"Namespace"}),
        ("gadgets/crd.yaml", ("maximum: 5", "maximum: 6"), {"Wadget", "CustomResourceDefinition"}),
        ("gadgets/crd.yaml", ("size", "colour"), {"Wadget", "CustomResourceDefinition"}),
        ("two/crd.yaml", ("size", "colour"), {"Widget", "CustomResourceDefinition"}),
    ):
        path = folder / name
        path.write_text(path.read_text().replace(*change))
        compared.clear()
        looked_up = lint("-o", "json")
        assert set(compared) == again
        assert ("unknown field 'spec.size'" in looked_up[1]) == (change[0] == "size")
        assert looked_up == lint("-o", "json", "--no-cache")


def _definition(chance: random.Random) -> str:
    """A definition that has its name, its kind or both in common with others."""
    name, kind, maximum = chance.choice("abc"), chance.choice("ABC"), chance.choice("59")
    text = _WIDGETS.replace("widgets", f"{name}s").replace("Widget", kind)
    return text.replace("maximum: 5", f"maximum: {maximum}").replace(
        "example.com", chance.choice(["example.com", "example.org"])
    )


def _resource(chance: random.Random) -> str:
    text = _WIDGET.replace("Widget", chance.choice("ABC")).replace(
        "{size: 7", f"{{size: {chance.choice('37x')}"
    )
    return text.replace("example.com", chance.choice(["example.com", "example.org"]))


@pytest.mark.parametrize("seed", range(6))
def test_definitions_that_have_names_or_kinds_in_common_decide_together(
    lint: Lint, folder: Path, seed: int
) -> None:
    chance = random.Random(seed)
    files = [folder / f"d{place}" / f"f{place}.yaml" for place in range(8)]
    for turn in range(12):
        for path in files if turn == 0 else [chance.choice(files)]:
            make = chance.choice([_definition, _resource])
            path.parent.mkdir(exist_ok=True)
            path.write_text("---\n".join(make(chance) for _ in range(chance.randrange(1, 3))))
        assert lint("-o", "json") == lint("-o", "json", "--no-cache"), turn


def test_of_two_definitions_with_one_name_the_first_decides(lint: Lint, folder: Path) -> None:
    """The server knows one, so that the kind of the other is not served."""
    other = _WIDGETS.replace("kind: Widget", "kind: Gizmo").replace("maximum: 5", "maximum: 4")
    files = {"crd.yaml": _WIDGETS, "other.yaml": other, "gizmo.yaml": _WIDGET.replace("Widget", "Gizmo")}
    for name, text in {**FILES, **files}.items():
        (folder / name).unlink(missing_ok=True)
        if name in files:
            (folder / name).write_text(text)
    refused = []
    for text in (_WIDGETS, _WIDGETS.replace("widgets", "gadgets"), _WIDGETS):
        (folder / "crd.yaml").write_text(text)
        looked_up = lint("-o", "json")
        assert looked_up == lint("-o", "json", "--no-cache")
        refused.append("less than or equal to 4" in looked_up[1])
    assert refused == [False, True, False]


def test_any_byte_may_change_anywhere(lint: Lint, folder: Path) -> None:
    """Each time looked up among what many runs before have kept."""
    chance = random.Random(7)
    formats = ("json", "text", "sarif")
    for turn in range(36):
        path = folder / sorted(FILES)[turn % len(FILES)]
        before = text = path.read_text()
        place = chance.randrange(len(text))
        text = (
            text[:place] + chance.choice(["", "x", "7", " ", '"', "\n"]) + text[place + chance.randrange(2) :]
        )
        path.write_text(text)
        words = ("-o", formats[turn % 3], "--preset", chance.choice(["strict", "recommended"]))
        assert lint(*words) == lint(*words, "--no-cache"), (path, place)
        if chance.randrange(3):
            path.write_text(before)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_same_with_several_processes(lint: Lint, folder: Path, jobs: str) -> None:
    large = "---\n".join(
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{n}}}\ndata: {{a: {'x' * 4000}}}\n"
        for n in range(400)
    )
    (folder / "large.yaml").write_text(large)
    (folder / "larger.yaml").write_text(large.replace("name: c", "name: d"))
    lint("--jobs", jobs)
    (folder / "large.yaml").write_text(large.replace("name: c7}", "name: C7}"))
    assert lint("--jobs", jobs, "-o", "json") == lint("-o", "json", "--no-cache", "--jobs", "1")


def test_a_file_that_has_not_changed_is_not_parsed_again(
    lint: Lint, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "broken.yaml").write_text("a: [\n")
    (folder / "twice.yaml").write_text(FILES["space.yaml"] + "kind: Namespace\n")
    (folder / "some.json").write_text('{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "j"}}')
    first = lint("-o", "json")
    parsed: list[str] = []
    compose = parser._compose

    def noted(chunk: Chunk, limits: Limits) -> Composed:
        parsed.append(chunk.text)
        return compose(chunk, limits)

    monkeypatch.setattr(parser, "_compose", noted)
    space = FILES["space.yaml"] + "\n# more\n"
    (folder / "space.yaml").write_text(space)
    assert lint("-o", "json") == first
    twice, json = FILES["space.yaml"] + "kind: Namespace\n", '{"apiVersion": "v1"'
    expected = [FILES[".kplan.yaml"], "a: [\n", json, space, twice]  # what is said of a file has places in it
    assert [one[: len(text)] for one, text in zip(parsed, expected, strict=True)] == expected
    assert first == lint("-o", "json", "--no-cache")


def _examples() -> list[Object]:
    """The objects of all examples of all rules, each example in a file of its own."""
    found = []
    for rule in all_rules():
        for place, text in enumerate((*rule.good, *rule.bad)):
            whole = (
                text
                if "kind:" in text
                else f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: example\n{text}\n"
            )
            found += decode(load_text(whole, f"{rule.code}-{place}.yaml").documents).objects
    return found


def test_what_need_not_look_again_finds_the_same_in_any_company() -> None:
    objects, catalog, options = _examples(), Catalog.for_version("1.36"), LintOptions(show_unknown=True)
    together: dict[int, Earlier] = {}
    found_by_rules(objects, catalog, options=options, rules=all_rules(), learned=together)
    lasting = 0
    for place, one in enumerate(objects):
        alone: dict[int, Earlier] = {}
        found_by_rules([one], catalog, options=options, rules=all_rules(), learned=alone)
        again = together[place].again
        assert alone[0].again == again
        expected = [each for each in alone[0].found if each.rule not in again]
        assert [each for each in together[place].found if each.rule not in again] == expected
        lasting += len(expected)
    assert lasting > 300


def test_what_is_known_is_said_in_the_place_of_its_rule() -> None:
    objects, catalog = _examples(), Catalog.for_version("1.36")
    learned: dict[int, Earlier] = {}
    first = found_by_rules(objects, catalog, learned=learned)
    assert found_by_rules(objects, catalog, earlier=learned) == first
    assert len(learned) == len(objects)


def test_what_others_decide_is_placed_once(lint: Lint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules that look at other objects look again; what they say again of the same text has its place already."""
    lint()
    placed: list[tuple[str, str]] = []
    place = reporting.diagnostic

    def noted(rule: Rule, subject: Subject, finding: Finding) -> Diagnostic:
        if not finding.related:  # places in other files are worked out anew
            placed.append((rule.code, subject.name))
        return place(rule, subject, finding)

    monkeypatch.setattr(reporting, "diagnostic", noted)
    (folder / "space.yaml").write_text(FILES["space.yaml"] + "\n# more\n")
    code, out = lint("-o", "json")
    assert "ServiceAccount 'robot'" in out
    assert not [one for one in placed if one[1] != "a"]
    assert (code, out) == lint("-o", "json", "--no-cache")
    assert len(placed) > 3


def test_what_others_decide_is_looked_at_again(lint: Lint, folder: Path) -> None:
    _, out = lint("-o", "json")
    assert "ServiceAccount 'robot'" in out
    robot = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot, namespace: a}\n"
    for text in (robot, robot.replace("robot", "robots"), robot):
        (folder / "a" / "robot.yaml").write_text(text)
        looked_up = lint("-o", "json")
        assert ("ServiceAccount 'robot'" in looked_up[1]) == (text != robot)
        assert looked_up == lint("-o", "json", "--no-cache")


@pytest.mark.parametrize(
    "other",
    [
        FINDING._replace(path=FieldPath.of("spec", "a", "b")),
        FINDING._replace(path=FieldPath.of("spec", Key("a.b"))),
        FINDING._replace(message="n"),
        FINDING._replace(help="h"),
        FINDING._replace(at_key=True),
        FINDING._replace(severity=Severity.ERROR),
        FINDING._replace(unknown="u"),
        FINDING._replace(fix=None),
        FINDING._replace(fix=unsafe("f", put(ROOT / "a", 1))),
        FINDING._replace(fix=safe("g", put(ROOT / "a", 1))),
        FINDING._replace(fix=safe("f", put(ROOT / "a", 2))),
        FINDING._replace(fix=safe("f", put(ROOT / Key("a"), 1))),
    ],
)
def test_whatever_a_finding_says_is_in_its_mark(other: Finding) -> None:
    same = FINDING._replace(path=FieldPath.of("spec") / "a.b", fix=safe("f", put(ROOT / "a", 1)))
    assert mark("A", FINDING) == mark("A", same) != mark("B", FINDING)
    assert mark("A", FINDING) != mark("A", other)


def test_another_program_asks_anew(
    lint: Lint, folder: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lint()
    monkeypatch.setattr("kplan.pipeline.recalling.build", lambda: "another")
    for again in (True, False):
        asked.clear()
        (folder / "space.yaml").write_text(FILES["space.yaml"] + f"\n# {again}\n")
        lint()
        assert (set(asked) > {"a"}) is again


def test_a_broken_entry_is_asked_anew(lint: Lint, folder: Path, tmp_path: Path, asked: list[str]) -> None:
    lint()
    for entry in (tmp_path / "cache").iterdir():
        entry.write_bytes(entry.read_bytes()[:-9] + b"not these")
    asked.clear()
    (folder / "space.yaml").write_text(FILES["space.yaml"] + "\n# more\n")
    assert lint("-o", "json") == lint("-o", "json", "--no-cache")
    assert {"settings", "web", "a", "w"} <= set(asked)


def test_processes_that_write_at_the_same_time_harm_nothing(lint: Lint, folder: Path) -> None:
    for place in range(60):  # so many that what they read as is kept
        (folder / f"m{place}.yaml").write_text(
            f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m{place}}}\n"
        )
    command = [sys.executable, "-m", "kplan", "lint", "-o", "json"]
    environment = {name: text for name, text in os.environ.items() if name != "KPLAN_NO_CACHE"}
    for turn in range(2):
        running = []
        for place in range(4):  # each looks at a tree of its own time
            (folder / "space.yaml").write_text(FILES["space.yaml"] + f"\n# {turn} {place}\n")
            running.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL))
        assert [one.wait() for one in running] == [1] * 4
        assert lint("-o", "json") == lint("-o", "json", "--no-cache")
