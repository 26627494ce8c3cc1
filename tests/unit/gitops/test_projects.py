"""What AppProjects permit, as Argo CD holds it against applications and their objects."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from kplan.api.object import Object
from kplan.diagnostics import Severity
from kplan.gitops import Repository, Tree
from kplan.gitops.globs import globbed
from kplan.gitops.model import Destination
from kplan.gitops.projects import Project
from kplan.inputs.request import Request
from kplan.pipeline.applications import deployed
from kplan.pipeline.loading import load

Told = Callable[..., list[str]]

APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web, namespace: argocd}
spec:
  project: shop
  destination: DESTINATION
  source: {repoURL: https://git.example.com/team/deploy.git, path: web}
"""
WEB = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules: []
---
apiVersion: v1
kind: Secret
metadata: {name: elsewhere, namespace: billing}
"""
HERE = "{server: https://kubernetes.default.svc, namespace: shop}"
ALL = "sourceRepos: ['*'], clusterResourceWhitelist: [{group: '*', kind: '*'}]"
ANYWHERE = "destinations: [{server: '*', namespace: '*'}]"


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    """What is said of an application whose project has this specification."""
    monkeypatch.chdir(tmp_path)

    def run(spec: str, destination: str = HERE, more: str = "", namespace: str = "argocd") -> list[str]:
        project = f"apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {{name: shop, namespace: {namespace}}}\nspec: {{{spec}}}\n"
        files = {
            "apps/web.yaml": APPLICATION.replace("DESTINATION", destination),
            "apps/project.yaml": project + more, "web/all.yaml": WEB,
        }  # fmt: skip
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(dedent(text))
        found = deployed(load(Request(("apps",))).objects, Repository(Tree("."))).findings
        assert all(one.rule == "APP002" and one.severity is Severity.ERROR for one in found)
        return [
            f"{one.location}: {one.message.removeprefix('Argo CD does not deploy it: ')}" for one in found
        ]

    return run


def test_what_is_permitted_is_not_mentioned(told: Told) -> None:
    assert told(f"{ALL}, {ANYWHERE}") == []


def test_a_project_that_permits_nothing_says_so_at_each_place(told: Told) -> None:
    assert told("description: nothing") == [
        "apps/web.yaml:1:1: application repo https://git.example.com/team/deploy.git is not permitted in project 'shop'",
        "apps/web.yaml:1:1: application destination server 'in-cluster' and namespace 'shop' do not match any of the allowed destinations in project 'shop'",
        "web/all.yaml:5:1: resource rbac.authorization.k8s.io:ClusterRole is not permitted in project shop",
        "web/all.yaml:10:1: namespace billing is not permitted in project 'shop'",
    ]


def test_a_project_of_another_name_says_nothing(told: Told) -> None:
    assert told("description: nothing", more="---\n") != []
    Path("apps/web.yaml").write_text(
        Path("apps/web.yaml").read_text().replace("project: shop", "project: other")
    )
    assert not deployed(load(Request(("apps",))).objects, Repository(Tree("."))).findings


@pytest.mark.parametrize(
    ("repos", "is_permitted"),
    [
        ("['https://git.example.com/team/deploy']", True),
        ("['https://git.example.com/team/*']", True),
        ("['https://git.example.com/*']", False),
        ("['https://git.example.com/**']", True),
        ("['HTTPS://GIT.example.com/team/deploy.git']", True),
        ("['*', '!https://git.example.com/team/*']", False),
        ("['!https://git.example.com/other/*']", True),
        ("['https://git.example.com/{team,other}/deploy.git']", True),
    ],
)
def test_sources(told: Told, repos: str, is_permitted: bool) -> None:
    found = told(f"sourceRepos: {repos}, clusterResourceWhitelist: [{{group: '*', kind: '*'}}], {ANYWHERE}")
    assert (not any("application repo" in one for one in found)) is is_permitted


@pytest.mark.parametrize(
    ("destinations", "is_permitted"),
    [
        ("[{server: 'https://kubernetes.default.svc', namespace: shop}]", True),
        ("[{name: in-cluster, namespace: 'sh*'}]", True),
        ("[{server: '*', namespace: 'shop-*'}]", False),
        ("[{server: '*', namespace: '*'}, {server: '*', namespace: '!shop'}]", False),
        ("[{server: '*', namespace: '*'}, {name: '!in-cluster', namespace: '*'}]", False),
        ("[{server: '!https://other.example.com', namespace: '*'}]", True),
    ],
)
def test_destinations(told: Told, destinations: str, is_permitted: bool) -> None:
    found = told(f"{ALL}, destinations: {destinations}")
    assert (not any("application destination" in one for one in found)) is is_permitted


SECRET = """
---
apiVersion: v1
kind: Secret
metadata: {name: east, namespace: argocd, labels: {argocd.argoproj.io/secret-type: cluster}}
stringData: {name: east, server: "https://east.example.com"}
"""


@pytest.mark.parametrize(("more", "says"), [("", False), (SECRET, True)])
def test_a_cluster_whose_address_is_not_known_may_be_any(told: Told, more: str, says: bool) -> None:
    west = "destinations: [{server: 'https://west.example.com', namespace: '*'}]"
    found = told(f"{ALL}, {west}", "{name: east, namespace: shop}", more)
    assert any("application destination server 'east'" in one for one in found) is says


@pytest.mark.parametrize(
    ("lists", "refused"),
    [
        ("namespaceResourceBlacklist: [{group: '', kind: Secret}]", [":Secret"]),
        ("namespaceResourceWhitelist: [{group: '', kind: 'Config*'}]", [":Secret"]),
        ("namespaceResourceWhitelist: []", [":ConfigMap", ":Secret"]),
        ("clusterResourceBlacklist: [{group: '*', kind: ClusterRole, name: reader}]", ["rbac.authorization.k8s.io:ClusterRole"]),
        ("clusterResourceBlacklist: [{group: '*', kind: ClusterRole, name: writer}]", []),
    ],
)  # fmt: skip
def test_kinds(told: Told, lists: str, refused: list[str]) -> None:
    found = told(f"{ALL}, {ANYWHERE}, {lists}")
    assert [one.partition("resource ")[2].partition(" is")[0] for one in found] == refused


@pytest.mark.parametrize(
    ("allowed", "says"), [("[]", True), ("['argo*']", False), ("['/argo.*/']", False), ("[other]", True)]
)
def test_applications_outside_of_argo_s_namespace(told: Told, allowed: str, says: bool) -> None:
    found = told(f"{ALL}, {ANYWHERE}, sourceNamespaces: {allowed}", namespace="system")
    assert any("is not permitted to use project 'shop'" in one for one in found) is says


@pytest.mark.parametrize(
    "odd", ["sourceRepos: 7", "destinations: [7, {server: 7}]", "clusterResourceWhitelist: x"]
)
def test_projects_of_any_shape_are_read(told: Told, odd: str) -> None:
    assert any("is not permitted" in one for one in told(odd))


@pytest.mark.parametrize(
    ("pattern", "value", "is_match"),
    [("[z-a]", "a", False), ("a?c", "abc", True), ("[!a]", "b", True), ("*" * 40 + "b", "a" * 3000, False), ("a b", "a b", True)],
)  # fmt: skip
def test_patterns(pattern: str, value: str, is_match: bool) -> None:
    assert globbed(pattern, value) is is_match


def test_an_unknown_name_hinders_no_match_by_address() -> None:
    project = Project(
        Object(
            {
                "apiVersion": "argoproj.io/v1alpha1",
                "kind": "AppProject",
                "metadata": {"name": "shop"},
                "spec": {
                    "destinations": [
                        {"server": "https://a", "namespace": "*"},
                        {"name": "!b", "namespace": "*"},
                    ]
                },
            }
        )
    )
    assert project.permits_destination(Destination("", "https://a"), "x") is None
    assert project.permits_destination(Destination("c", "https://a"), "x") is True
    assert project.permits_destination(Destination("b", "https://a"), "x") is False
