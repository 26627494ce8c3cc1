"""Rules that kplan does not bring: conditions in CEL in the configuration, and rules of installed packages."""

import json
from pathlib import Path

import pytest

from kplan.cli.main import run

PLUGINS = Path(__file__).parents[1] / "fixtures" / "plugins"
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {tier: front}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: "x:1-fri"}]}
---
apiVersion: v1
kind: Service
metadata: {name: other, labels: {team: shop}}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""


@pytest.fixture
def lint(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(WEB)

    def linted(configuration, *arguments):
        (tmp_path / ".kplan.yaml").write_text(configuration)
        capsys.readouterr()
        code = run(["lint", "-o", "json", *arguments])
        out, err = capsys.readouterr()
        found = json.loads(out)["findings"] if out else []
        return code, [one for one in found if one["rule"].startswith(("ORG", "ACME"))], err

    return linted


def rules(*rows):
    return "lint:\n  rules:\n" + "".join(f"  - {row}\n" for row in rows)


def told(found):
    return [(one["rule"], one["object"].partition("/")[0], one["message"]) for one in found]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("{code: ORG001, expr: 'has(object.metadata.labels.team)', message: no team}", [("ORG001", "deployment.apps", "no team")]),
        ("{code: ORG001, kinds: [Service], expr: 'has(object.metadata.labels.team)'}", []),
        ("{code: ORG001, kinds: Service, expr: 'false'}", [("ORG001", "service", "must hold: false")]),
        ("{code: ORG001, kinds: [Deployment.apps], expr: object.spec.replicas > 1}", [("ORG001", "deployment.apps", "must hold: object.spec.replicas > 1 (no such key: replicas)")]),
        ("{code: ORG001, kinds: [Deployment.apps], expr: admitted.spec.replicas > 1}", [("ORG001", "deployment.apps", "must hold: admitted.spec.replicas > 1")]),
        ("{code: ORG001, kinds: [Deployment.apps], expr: admitted.spec.replicas == 1}", []),
        ("{code: ORG001, expr: 'pod == null || pod.containers.all(c, c.image.startsWith(\"y\"))', message: elsewhere}", [("ORG001", "deployment.apps", "elsewhere")]),
        ("{code: ORG001, kinds: [Service], expr: 'objects.exists(o, o.kind == \"Deployment\" && o.metadata.name == object.metadata.name)', message: alone}", [("ORG001", "service", "alone")]),
        ("{code: ORG001, kinds: [Service], expr: 'false', message-expression: '\"not \" + object.metadata.name'}", [("ORG001", "service", "not other")]),
    ],
)  # fmt: skip
def test_condition_that_does_not_hold_is_a_finding(lint, row, expected):
    code, found, _ = lint(rules(row))
    assert (code, told(found)) == (1, expected)


def test_rule_says_severity_place_and_what_to_do(lint):
    row = "{code: ORG007, name: team-label, kinds: [Deployment.apps], expr: 'false', message: m, severity: info, path: metadata.labels, why: w, help: ask them}"
    _, (found,), _ = lint(rules(row))
    assert (found["severity"], found["path"], found["location"]["line"], found["help"]) == (
        "info",
        "metadata.labels",
        5,
        "ask them",
    )


def test_own_rules_are_selected_ignored_and_silenced_like_others(lint, tmp_path):
    text = rules("{code: ORG001, kinds: [Service], expr: 'false'}")
    for arguments, count in (
        (("--select", "IMG001"), 0),
        (("--select", "ORG"), 1),
        (("--ignore", "ORG001"), 0),
    ):
        assert len(lint(text, *arguments)[1]) == count
    (tmp_path / "a.yaml").write_text(WEB.replace("kind: Service", "kind: Service # kplan: ignore[SEC001]"))
    silenced = WEB.replace("---\n", "---\n# kplan: ignore[ORG001]\n")
    (tmp_path / "a.yaml").write_text(silenced)
    _, found, _ = lint(text, "--select", "ORG,SUP")
    assert found == []
    assert lint(f"{text}  severity: {{ORG: error}}\n", "--no-suppress")[1][0]["severity"] == "error"


@pytest.mark.parametrize(
    ("row", "place", "said", "hint"),
    [
        ("{code: ORG001, expr: 'object.'}", ".kplan.yaml:3:", "lint.rules[0].expr: Syntax error", ""),
        ("{code: ORG001, expr: 'thing.a'}", ".kplan.yaml:3:", "undeclared reference to 'thing'", "object, objects, admitted and pod"),
        ("{code: ORG001, expr: '1 + 1'}", ".kplan.yaml:3:", "must evaluate to bool but got int", ""),
        ("{code: ORG001, expr: 'true', message-expression: '1'}", ".kplan.yaml:3:", "lint.rules[0].message-expression", ""),
        ("{code: SEC001, expr: 'true'}", ".kplan.yaml:3:", "the code 'SEC001' is taken", "ORG001"),
        ("{code: org, expr: 'true'}", ".kplan.yaml:3:", "lint.rules[0].code", ""),
        ("{code: ORG001, exp: 'true'}", ".kplan.yaml:3:", "unknown key 'lint.rules[0].exp'", "did you mean 'expr'?"),
        ("{code: ORG001, expr: 'true', kinds: [Deployment]}", ".kplan.yaml:3:", "there is no kind 'Deployment' in the core group", "did you mean 'Deployment.apps'?"),
    ],
)  # fmt: skip
def test_slip_in_a_rule_is_an_error_of_the_configuration(lint, row, place, said, hint):
    code, found, error = lint(rules(row))
    assert (code, found) == (2, [])
    assert place in error
    assert said in error
    assert hint in error
    assert "Traceback" not in error


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.syspath_prepend(str(PLUGINS))


@pytest.mark.usefixtures("installed")
def test_rules_of_an_installed_package_run_where_it_is_named(lint):
    assert told(lint("lint: {}\n")[1]) == []
    assert told(lint("lint: {plugins: acme}\n")[1]) == [
        ("ACME001", "deployment.apps", "container 'a' was built on a Friday"),
        ("ACME002", "service", "no Deployment is called 'other'"),
    ]
    (found,) = lint("lint: {plugins: [friday], severity: {ACME001: error}}\n")[1]
    assert (found["severity"], found["help"], found["location"]["line"]) == (
        "error",
        "build it on another day.",
        10,
    )


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("acmee", "no installed package has rules 'acmee'"),
        ("broken", "the rules 'broken' cannot be loaded"),
        ("none", "the rules 'none' hold a function, which is no rule"),
    ],
)
def test_package_that_is_not_there_or_no_rule_is_a_usage_error(lint, name, said):
    code, _, error = lint(f"lint: {{plugins: {name}}}\n")
    assert code == 2
    assert said in error
    assert "Traceback" not in error


@pytest.mark.usefixtures("installed")
def test_rule_that_fails_is_named(lint, monkeypatch):
    import acme_rules

    monkeypatch.setattr(acme_rules.LonelyService, "check", lambda _, subject: subject.nothing)
    code, _, error = lint("lint: {plugins: acme}\n")
    assert code == 2
    assert "the rule ACME002 of 'acme' failed for Service/other: AttributeError" in error


@pytest.mark.usefixtures("installed")
def test_own_rules_are_listed_with_where_they_come_from(lint, capsys):
    lint(
        "lint:\n  plugins: [acme]\n  rules:\n  - {code: ORG001, name: team-label, expr: 'true', help: add the label}\n"
    )
    assert run(["rules", "-o", "json"]) == 0
    rows = {row["code"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    assert rows["ORG001"]["source"] == ".kplan.yaml:4:6"
    assert rows["ACME001"]["source"] == "acme-rules 1.0"
    assert {row["source"] for code, row in rows.items() if not code.startswith(("ORG", "ACME"))} == {"kplan"}
    assert run(["rules", "team-label"]) == 0
    told = capsys.readouterr().out
    assert "From: .kplan.yaml:4:6" in told
    assert "Fix: add the label" in told
