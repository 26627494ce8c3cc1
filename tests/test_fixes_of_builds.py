"""``lint --fix`` where objects are built: values are corrected in the base or patch that holds them,
or it is said why not.
"""

import json

import pytest

from kplan import pipeline
from kplan.api.decode import decode
from kplan.cli.main import run
from kplan.helm.rendered import documents_of
from kplan.lint.selection import LintOptions
from kplan.pipeline.loaded import Loaded

BASE = """\
# the base
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccount: web   # old
      containers:
      - name: a
        image: web:1
"""
FILES = {
    "base/kustomization.yaml": "resources: [web.yaml]\n",
    "base/web.yaml": BASE,
    "prod/kustomization.yaml": "resources: [../base]\nnamePrefix: prod-\npatches: [{path: more.yaml}]\n",
    "prod/more.yaml": (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n"
        "      - name: b # the sidecar\n        image: log:1\n"
    ),
}


@pytest.fixture
def kplan(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def call(files, *arguments):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        capsys.readouterr()
        run(["lint", *arguments])
        return capsys.readouterr()

    return call


def changed(tmp_path, files):
    return {
        name: (tmp_path / name).read_text()
        for name, text in files.items()
        if (tmp_path / name).read_text() != text
    }


def test_value_is_corrected_in_the_base_that_holds_it(kplan, tmp_path):
    out = kplan(FILES, "prod", "--fix", "--select", "CTR003").out
    assert changed(tmp_path, FILES) == {
        "base/web.yaml": BASE.replace("serviceAccount:", "serviceAccountName:")
    }
    assert "Fixed 1 finding:\n- base/web.yaml:" in out
    assert kplan({}, "prod", "--fix", "--select", "CTR003").out.startswith("No problems")


def test_what_is_absent_is_put_where_the_container_stands(kplan, tmp_path):
    kplan(FILES, "prod", "--fix", "--unsafe-fixes", "--select", "SEC002")
    found = changed(tmp_path, FILES)
    assert set(found) == {"base/web.yaml", "prod/more.yaml"}
    assert (
        found["base/web.yaml"]
        == BASE + "        securityContext:\n          allowPrivilegeEscalation: false\n"
    )
    assert found["prod/more.yaml"].endswith(
        "      - name: b # the sidecar\n        image: log:1\n        securityContext:\n          allowPrivilegeEscalation: false\n"
    )


def test_a_base_of_two_builds_is_corrected_once(kplan, tmp_path):
    files = {**FILES, "test/kustomization.yaml": "resources: [../base]\nnameSuffix: -test\n"}
    kplan(files, "--fix", "--select", "CTR003")
    assert changed(tmp_path, files) == {
        "base/web.yaml": BASE.replace("serviceAccount:", "serviceAccountName:")
    }


def test_diff_shows_the_same_and_changes_nothing(kplan, tmp_path):
    out = kplan(FILES, "prod", "--diff", "--select", "CTR003").out
    assert "--- base/web.yaml" in out
    assert "+      serviceAccountName: web   # old" in out
    assert changed(tmp_path, FILES) == {}


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("labels: [{pairs: {version: 1.0}, includeSelectors: false}]\n", ""),
        (
            (
                "patches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: web}\n"
                "    spec: {template: {spec: {serviceAccount: other}}}\n"
            ),
            "it stands in a patch that is written out in a kustomization",
        ),
    ],
)
def test_what_a_kustomization_says_itself_is_left_alone(kplan, tmp_path, more, why):
    base = BASE.replace("      serviceAccount: web   # old\n", "")
    files = {"kustomization.yaml": f"resources: [web.yaml]\n{more}", "web.yaml": base}
    out = kplan(files, ".", "--fix", "--select", "CTR003,NAM")
    assert changed(tmp_path, files) == {}
    assert (f"1 finding cannot be fixed in a file: {why}.\n" in out.out) is bool(why)
    if why:
        (one,) = json.loads(kplan({}, ".", "--select", "CTR003", "-o", "json").out)["findings"]
        assert one["unfixed"] == why


def test_fix_that_a_patch_undoes_is_not_made(kplan, tmp_path):
    patch = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      securityContext: {runAsUser: 0}\n"
        "      containers:\n      - {name: a, securityContext: null}\n"
    )
    files = {
        "kustomization.yaml": "resources: [web.yaml]\npatches: [{path: p.yaml}]\n",
        "web.yaml": BASE, "p.yaml": patch,
    }  # fmt: skip
    kplan(files, ".", "--fix", "--unsafe-fixes", "--select", "SEC002")
    assert "web.yaml" not in changed(tmp_path, files)


def test_a_base_outside_of_what_was_named_and_of_this_folder_is_left_alone(kplan, tmp_path, monkeypatch):
    kplan(FILES)
    monkeypatch.chdir(tmp_path / "prod")
    said = kplan({}, "--fix", "--select", "CTR003")
    assert changed(tmp_path, FILES) == {}
    assert "../base/web.yaml is outside of this folder and of what was named; it is not fixed" in said.err


def test_template_of_a_chart_is_never_edited(tmp_path):
    (tmp_path / "templates").mkdir()
    template = tmp_path / "templates" / "web.yaml"
    template.write_text(BASE)
    rendered = documents_of(f"---\n# Source: shop/templates/web.yaml\n{BASE}", str(tmp_path))
    loaded = Loaded(tuple(decode(rendered.documents).objects))
    options = LintOptions(select=("CTR003",))
    fixed = pipeline.fix(loaded, options, read=lambda _: template.read_bytes(), unsafe=True)
    assert not fixed.files
    (finding,) = fixed.report.findings
    assert finding.location.file == str(template)
    assert (finding.fix, finding.unfixed) == (None, "a chart renders it, and templates are not edited")


def test_one_place_of_a_base_is_one_finding_whatever_namespaces_it_is_built_for(kplan):
    files = {"base/kustomization.yaml": "resources: [web.yaml]\n", "base/web.yaml": BASE}
    files |= {
        f"{name}/kustomization.yaml": f"resources: [../base]\nnamespace: {name}\n"
        for name in ("dev", "prod", "test", "demo")
    }
    out = kplan(files, "dev", "prod", "test", "demo", "--select", "CTR003", "-o", "concise").out
    assert out.startswith(
        "base/web.yaml:11:7 (built by dev, prod, test and 1 more): info CTR003: serviceAccount is deprecated (deployment.apps/web)\nFound 1 note"
    )


def test_one_place_of_a_base_is_one_finding_also_where_a_patch_puts_items_before_it(kplan):
    files = {
        "base/kustomization.yaml": "resources: [web.yaml]\n",
        "base/web.yaml": BASE + "      volumes:\n      - name: data\n        hostPath: {path: /srv}\n",
        "dev/kustomization.yaml": "resources: [../base]\n",
        "prod/kustomization.yaml": "resources: [../base]\npatches: [{path: more.yaml}]\n",
        "prod/more.yaml": (
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {volumes: [{name: tmp, emptyDir: {}}]}}}\n"
        ),
    }
    out = kplan(files, "dev", "prod", "--select", "SEC007", "-o", "concise").out
    assert out.startswith("base/web.yaml:17:26 (built by dev, prod): ")
    assert out.count("SEC007") == 1
