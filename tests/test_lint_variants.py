"""Files that are variants of each other, and names that a kustomization generates: what only looks like a mistake."""

import pytest

from kplan import pipeline
from kplan.lint.selection import LintOptions

BUDGET = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {minAvailable: 1, selector: {matchLabels: {app: web}}}\n"


def workload(replicas):
    return f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  replicas: {replicas}\n  selector: {{matchLabels: {{app: web}}}}\n  template: {{metadata: {{labels: {{app: web}}}}, spec: {{containers: [{{name: a, image: b, envFrom: [{{configMapRef: {{name: settings}}}}, {{secretRef: {{name: creds}}}}]}}]}}}}\n"


def found(files, folder, *codes, unknown=False, only=None):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    loaded = pipeline.load([str(folder / only if only else folder)])
    report = pipeline.lint(loaded, LintOptions(select=codes, show_unknown=unknown))
    return [(one.rule, str(one.severity)) for one in report.findings]


@pytest.mark.parametrize(
    ("files", "silent", "asked"),
    [
        ({"pdb.yaml": BUDGET, "one.yaml": workload(1), "three.yaml": workload(3)}, [], [("AVL002", "info")]),
        ({"pdb.yaml": BUDGET, "one.yaml": workload(1)}, [("AVL002", "warning")], [("AVL002", "warning")]),
        (
            {"a.yaml": f"{BUDGET}---\n{workload(1)}", "three.yaml": workload(3)},
            [("AVL002", "warning")],
            [("AVL002", "warning")],
        ),
    ],
)
def test_budget_beside_variants_of_its_workload_is_unknown(tmp_path, files, silent, asked):
    assert found(files, tmp_path, "AVL002") == silent
    assert found(files, tmp_path, "AVL002", unknown=True) == asked


def test_object_that_stands_twice_in_a_file_matters_where_the_two_differ(tmp_path):
    twice = {"a.yaml": f"{BUDGET}---\n{BUDGET}"}
    assert found(twice, tmp_path, "NAM004") == [("NAM004", "info")]
    differs = {"a.yaml": f"{BUDGET}---\n{BUDGET.replace('minAvailable: 1', 'maxUnavailable: 1')}"}
    assert found(differs, tmp_path, "NAM004") == [("NAM004", "error")]


KUSTOMIZATION = "resources: [web.yaml]\nconfigMapGenerator: [{name: settings, literals: [a=b]}]\nsecretGenerator: [{name: creds, literals: [p=q]}]\n"


def test_a_component_that_nothing_is_built_with_generates_for_its_own_files(tmp_path):
    component = "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n"
    files = {"part/kustomization.yaml": component + KUSTOMIZATION, "part/web.yaml": workload(2)}
    assert found(files, tmp_path, "REF") == []
    files["part/kustomization.yaml"] = files["part/kustomization.yaml"].replace(
        "name: settings", "name: other"
    )
    assert found(files, tmp_path, "REF") == [("REF001", "warning")]


@pytest.mark.parametrize("name", ["kustomization.yaml", "kustomization.yml"])
def test_file_alone_finds_what_the_kustomization_beside_it_generates(tmp_path, name):
    files = {name: KUSTOMIZATION, "web.yaml": workload(1)}
    assert found(files, tmp_path, "REF", only="web.yaml") == []
    other = {name: KUSTOMIZATION.replace("settings", "others"), "web.yaml": workload(1)}
    assert found(other, tmp_path, "REF", only="web.yaml") == [("REF001", "warning")]


def test_file_alone_finds_what_a_kustomization_above_generates(tmp_path):
    files = {
        "kustomization.yaml": KUSTOMIZATION.replace("web.yaml", "base/web.yaml"),
        "base/web.yaml": workload(1),
        "base/other.yaml": BUDGET,
    }
    assert found(files, tmp_path, "REF", only="base/web.yaml") == []


OTHER_BUDGET = BUDGET.replace("name: web", "name: web-too")


@pytest.mark.parametrize(
    ("files", "silent"),
    [
        ({"app/all.yaml": workload(3) + "---\n" + BUDGET, "extra/pdb.yaml": OTHER_BUDGET}, [("AVL006", "warning")]),
        ({"all.yaml": f"{workload(3)}---\n{BUDGET}---\n{OTHER_BUDGET}"}, [("AVL006", "warning")]),
        (
            {
                "install-1/all.yaml": f"{workload(3)}---\n{BUDGET}",
                "install-2/all.yaml": f"{workload(3)}---\n{OTHER_BUDGET}",
            },
            [],
        ),
        (
            {
                "install-1/all.yaml": f"{workload(3).replace('Deployment', 'StatefulSet')}---\n{BUDGET}",
                "install-2/all.yaml": f"{workload(3)}---\n{OTHER_BUDGET}",
            },
            [],
        ),
    ],
)  # fmt: skip
def test_budget_of_another_installation_with_pods_of_its_own_is_unknown(tmp_path, files, silent):
    assert found(files, tmp_path, "AVL006") == silent
    assert len(found(files, tmp_path, "AVL006", unknown=True)) == 1


@pytest.mark.parametrize(
    ("kind", "what"),
    [("", "directory"), ("DirectoryOrCreate", "directory"), ("File", "file"), ("FileOrCreate", "file")],
)
def test_what_is_mounted_of_a_node_is_called_what_it_is(tmp_path, kind, what):
    volume = f"{{name: v, hostPath: {{path: /opt/thing, type: '{kind}'}}}}"
    (tmp_path / "a.yaml").write_text(
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: a, image: b}}], volumes: [{volume}]}}\n"
    )
    report = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("SEC007",)))
    assert [one.message for one in report.findings] == [f"volume 'v' is the {what} /opt/thing of the node"]


def an_application(port, key):
    """A route to a Service, and a pod that reads a ConfigMap: both have the names that every application gives them."""
    return (
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{ports: [{{port: {port}}}]}}\n---\n"
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings}}\ndata: {{{key}: text}}\n"
    )


def a_user(port, key):
    return (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\n"
        f"spec: {{defaultBackend: {{service: {{name: web, port: {{number: {port}}}}}}}}}\n---\n"
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a, image: 'b:1', env: "
        f"[{{name: A, valueFrom: {{configMapKeyRef: {{name: settings, key: {key}}}}}}}]}}]}}\n"
    )


@pytest.mark.parametrize(
    ("port", "key", "expected"),
    [(80, "one", []), (81, "two", [("REF006", "warning"), ("REF001", "warning")])],
)
def test_a_name_means_the_object_that_stands_closest(tmp_path, port, key, expected):
    files = {
        "apps/first/all.yaml": an_application(81, "two"),
        "apps/shop/a.yaml": an_application(80, "one"),
        "apps/shop/b.yaml": a_user(port, key),
    }
    assert found(files, tmp_path, "REF") == expected


def test_where_several_are_as_close_any_may_be_meant(tmp_path):
    files = {
        "a.yaml": an_application(80, "one"), "b.yaml": an_application(81, "two"), "c.yaml": a_user(81, "one"),
    }  # fmt: skip
    assert found(files, tmp_path, "REF") == []


def test_the_port_of_a_service_that_stands_apart_is_unknown(tmp_path):
    files = {"one/deep/a.yaml": an_application(80, "one"), "two/deep/b.yaml": a_user(81, "one")}
    assert found(files, tmp_path, "REF") == []
    assert found(files, tmp_path, "REF006", unknown=True) == [("REF006", "info")]
