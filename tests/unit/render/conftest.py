"""Reports that formats have to cope with: of awkward findings, of very many, of none, and of whole plans."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kplan import pipeline
from kplan.diagnostics import Diagnostic, Location, Severity, in_order
from kplan.fieldpath import FieldPath
from kplan.lint.ownrule import OwnRule
from kplan.lint.selection import LintOptions
from kplan.pipeline.documentation import rule_text
from kplan.report import InputSummary, Report, documented

Make = Callable[..., Report]
TEXTS = (
    "two lines\nand a third:\r\n100% of it",
    "control \x00 \x1b[31m characters \x0b and a lone \ud800 surrogate",
    "an emoji \U0001f680, an umlaut ü, a tab\there",
    "a | pipe, <b>bold</b>, <!-- a comment, &amp; an entity",
    "a `code`, ``two``, ```three, **stars** and _underscores_ and ~~tildes~~",
    "ask @octocat or @org/team about #12 and owner/repo#3",
    "[a link](http://example.com) and ![an image](x) and ]]> and \\ and $x$",
    "::error::not a command, file=x,line=1",
    "# no heading\n- no list\n1. no list\n> no quote\n```\nno fence",
    "</details></table>{0} {{braces}} %s %d",
    " leading and trailing ",
    "-",
)
FILES = (
    "plain.yaml",
    "./below.yaml",
    "with space/a b.yaml",
    "ümläut/übung.yaml",
    "a:b,c%20d.yaml",
    "/srv/manifests/x y.yaml",
    "../above.yaml",
    "pipe|tick`@you#1.yaml",
    "STDIN",
)


def place(file: str) -> Location:
    return Location(file, 3, 5, 3, 9)


def awkward() -> list[Diagnostic]:
    """Every awkward text and file, and every shape of a place."""
    path = FieldPath.of("spec", "containers", 0)
    texts = [
        Diagnostic("SEC003", text, list(Severity)[number % 3], f"pod/p{number}", path, place("plain.yaml"), "1 | a\n  | ^")
        for number, text in enumerate(TEXTS)
    ]  # fmt: skip
    files = [Diagnostic("RES001", "no cpu", Severity.WARNING, "pod/a", path, place(file)) for file in FILES]
    shapes = [
        Diagnostic("YAML001", "no place and no object"),
        Diagnostic("AVL003", "no place", Severity.INFO, "deployment.apps/web -n shop"),
        Diagnostic("API422", "only a file", object="pod/a", location=Location("plain.yaml")),
        Diagnostic("API422", "only a line", object="pod/a", location=Location("plain.yaml", 7)),
        Diagnostic("XYZ999", "several lines", object="pod/a", location=Location("plain.yaml", 7, 2, 9, 4)),
        Diagnostic("SEC003", "line 7 again", object="pod/a", path=path, location=Location("plain.yaml", 7)),
        Diagnostic("SEC003", "line 8 again", object="pod/a", path=path, location=Location("plain.yaml", 8)),
        Diagnostic(
            "SEC003", "related", object="pod/a", location=place("plain.yaml"), help="set ``a: b`` there.",
            related=(place("with space/a b.yaml"), Location("other.yaml")), kubernetes=("1.35",),
        ),
    ]  # fmt: skip
    return [*texts, *files, *shapes]


@pytest.fixture(scope="session")
def make() -> Make:
    """A report of findings, as lint makes them."""

    def made(found: list[Diagnostic], **more: Any) -> Report:
        ordered, rules = documented(in_order(found), rule_text)
        return Report("lint", ordered, rules, InputSummary(1, 1), ("1.36",), **more)

    return made


@pytest.fixture(scope="session")
def awkward_report(make: Make) -> Report:
    return make(awkward())


@pytest.fixture(scope="session")
def clean_report(make: Make) -> Report:
    return make([])._replace(inputs=InputSummary(2, 2, manifests=("a.yaml", "b.yaml")))


@pytest.fixture(scope="session")
def many(make: Make) -> Callable[[int], Report]:
    """So many findings, a third of each severity."""

    def made(number: int) -> Report:
        return make([
            Diagnostic(
                "SEC003", f"container {one} may run as root", list(Severity)[one % 3], f"deployment.apps/web-{one} -n shop",
                FieldPath.of("spec", "template"), Location(f"apps/{one // 10}.yaml", one + 1, 3, one + 1, 9),
            )
            for one in range(number)
        ])  # fmt: skip

    return made


@pytest.fixture(scope="session")
def lint_report() -> Report:
    root = Path(__file__).parents[3]
    return pipeline.lint(pipeline.load([str(root / "fixtures" / "manifests" / "shop")]))


@pytest.fixture(scope="session")
def fixed_report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Findings of every severity, of an own rule and of a build; some were fixed, some can be and some cannot."""
    folder = tmp_path_factory.mktemp("built")
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: wéb}\nspec:\n  serviceAccount: old\n  containers:\n  - {name: a, image: <b>}\n"
    (folder / "pod.yaml").write_text(pod)
    (folder / "patch.yaml").write_text(pod.replace("image: <b>", "securityContext: {privileged: true}"))
    inline = "patches:\n- path: patch.yaml\n- patch: |-\n    " + pod.replace("\n", "\n    ")
    (folder / "kustomization.yaml").write_text(f"resources: [pod.yaml]\n{inline}\n")
    (folder / "broken.yaml").write_text("apiVersion: v1\nkind: [\n")
    own = OwnRule("ORG001", "false", name="never", message="it & that's <wrong>", severity=Severity.INFO)
    options = LintOptions(select=("ALL",), own=(own,))
    loaded = pipeline.load([str(folder)])
    report = pipeline.fix(loaded, options, read=lambda name: Path(name).read_bytes(), unsafe=False).report
    assert {one.severity for one in report.findings} == set(Severity)
    assert any(one.fix for one in report.findings)
    assert any(one.unfixed for one in report.findings)
    assert any(one.rule == "ORG001" for one in report.findings)
    return report


@pytest.fixture(scope="session")
def plan_of() -> Callable[[str], Report]:
    """The plan of a scenario under fixtures/plans."""

    @cache
    def planned(name: str) -> Report:
        folder = Path(__file__).parents[3] / "fixtures" / "plans" / name
        prior = pipeline.open_state(str(folder / "prior"), folder)
        return pipeline.plan(pipeline.load([str(folder / "manifests")]), prior)

    return planned


@pytest.fixture(
    scope="session",
    params=[
        "awkward",
        "fixed",
        "clean",
        "many",
        "lint",
        "pods-that-do-not-fit-stay-pending",
        "refused-object-leaves-the-rest",
        "quota-stops-a-rollout",
        "immutable-selector-replaces",
        "selector-change-loses-endpoints",
    ],
)
def any_report(
    request: pytest.FixtureRequest, awkward_report: Report, clean_report: Report, many: Callable[[int], Report],
    lint_report: Report, fixed_report: Report, plan_of: Callable[[str], Report],
) -> Report:  # fmt: skip
    """Every report in turn."""
    name = request.param
    made = {"awkward": awkward_report, "clean": clean_report, "lint": lint_report, "fixed": fixed_report}
    if name == "many":
        return many(200)
    return made[name] if name in made else plan_of(name)
