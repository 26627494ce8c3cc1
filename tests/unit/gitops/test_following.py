"""Objects of Argo CD and Flux, followed through a repository to what they deploy."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from kplan.gitops import Application, Repository, Tree
from kplan.inputs.request import Request
from kplan.pipeline.applications import Deployed, deployed
from kplan.pipeline.loading import load

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {0}}}\ndata: {{where: {0}}}\n"
Follow = Callable[..., Deployed]


@pytest.fixture
def follow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Follow:
    monkeypatch.chdir(tmp_path)

    def run(files: dict[str, str], *read: str, **known: object) -> Deployed:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(dedent(text))
        objects = load(Request(read)).objects
        return deployed(objects, Repository(Tree("."), **known))  # type: ignore[arg-type]

    return run


def names(found: Deployed) -> dict[str, list[str]]:
    """By title of an application, the names of its objects."""
    return {one.title: [each.name for each in loaded.objects] for one, loaded in found.applications}


def only(found: Deployed) -> Application:
    ((one, _),) = found.applications
    return one


def application(name: str, source: str, more: str = "") -> str:
    return (
        dedent(f"""\
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {{name: {name}, namespace: argocd}}
        spec:
          destination: {{namespace: shop}}
          source: {source}
        """)
        + more
    )


ADDRESS = "repoURL: https://git.example.com/team/deploy.git"


def test_an_application_is_the_folder_that_it_names(follow: Follow) -> None:
    found = follow(
        {"app.yaml": application("web", f"{{{ADDRESS}, path: web}}"), "web/a.yaml": CONFIG.format("a"),
         "web/deep/b.yaml": CONFIG.format("b")},
        "app.yaml",
    )  # fmt: skip
    assert names(found) == {"argocd/web": ["a"]}
    assert only(found).target_namespace == "shop"


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ("{recurse: true}", ["a", "b", "c"]),
        ("{recurse: true, exclude: '{deep/*,c.yaml}'}", ["a"]),
        ("{recurse: true, include: 'deep/*'}", ["b"]),
    ],
)
def test_the_files_of_a_plain_folder_are_chosen(follow: Follow, options: str, kept: list[str]) -> None:
    files = {f"web/{name}.yaml": CONFIG.format(name.rpartition("/")[2]) for name in ("a", "deep/b", "c")}
    app = application("web", f"{{{ADDRESS}, path: web, directory: {options}}}")
    found = follow({"app.yaml": app, **files}, "app.yaml")
    assert sorted(names(found)["argocd/web"]) == kept


def test_options_of_kustomize_are_added(follow: Follow) -> None:
    options = "{namePrefix: eu-, images: ['web=registry.example.com/web:2'], commonLabels: {region: eu}}"
    deployment = """\
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: 'web:1'}]}
        """
    found = follow(
        {"app.yaml": application("web", f"{{{ADDRESS}, path: web, kustomize: {options}}}"),
         "web/kustomization.yaml": "resources: [web.yaml]\nimages: [{name: web, newTag: '1.5'}]\n", "web/web.yaml": deployment},
        "app.yaml",
    )  # fmt: skip
    ((_, loaded),) = found.applications
    (built,) = loaded.objects
    assert built.name == "eu-web"
    spec = built.value["spec"]
    assert spec["template"]["spec"]["containers"][0]["image"] == "registry.example.com/web:2"
    assert spec["selector"]["matchLabels"] == {"app": "web", "region": "eu"}


def test_what_points_elsewhere_is_named_and_may_be_given_as_a_checkout(follow: Follow) -> None:
    files = {
        "app.yaml": application("web", "{repoURL: 'https://git.example.com/other/thing', path: web}"),
        "beside/web/a.yaml": CONFIG.format("a"),
    }
    remotes = {"remotes": ("git@git.example.com:team/deploy.git",)}
    (left,) = follow(files, "app.yaml", **remotes).unfollowed
    assert left.reason == "https://git.example.com/other/thing is another repository"
    assert "sources:" in left.help
    checkouts = {"https://git.example.com/other/thing.git": Tree("beside")}
    assert names(follow({}, "app.yaml", **remotes, checkouts=checkouts)) == {"argocd/web": ["a"]}


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{chart: redis, repoURL: 'https://charts.example.com'}", "the chart redis comes from https://charts.example.com"),
        (f"{{{ADDRESS}, path: gone}}", "there is no folder gone"),
        (f"{{{ADDRESS}, path: web, targetRevision: v1.2}}", "it is pinned to revision v1.2, which is not what is checked out"),
        (f"{{{ADDRESS}, path: web, plugin: {{}}}}", "it is built by a plug-in of Argo CD"),
    ],
)  # fmt: skip
def test_why_a_source_is_not_followed(follow: Follow, source: str, reason: str) -> None:
    remotes = {"remotes": ("https://git.example.com/team/deploy",)}
    found = follow(
        {"app.yaml": application("web", source), "web/a.yaml": CONFIG.format("a")}, "app.yaml", **remotes
    )
    (left,) = found.unfollowed
    assert left.reason == reason
    assert left.location.file == "app.yaml"


def test_applications_of_applications_are_followed(follow: Follow) -> None:
    found = follow(
        {"root.yaml": application("root", f"{{{ADDRESS}, path: apps}}"),
         "apps/web.yaml": application("web", f"{{{ADDRESS}, path: web}}"), "web/a.yaml": CONFIG.format("a")},
        "root.yaml",
    )  # fmt: skip
    assert names(found) == {"argocd/root": ["web"], "argocd/web": ["a"]}
    assert {one.title: one.parent for one, _ in found.applications}["argocd/web"] == "argocd/root"


def appset(generators: str, template: str = "{{name}}", *, path: str = "'{{path}}'", go: bool = False) -> str:
    return dedent(f"""\
        apiVersion: argoproj.io/v1alpha1
        kind: ApplicationSet
        metadata: {{name: all, namespace: argocd}}
        spec:
          goTemplate: {str(go).lower()}
          generators: {generators}
          template:
            metadata: {{name: '{template}'}}
            spec:
              destination: {{namespace: shop}}
              source: {{{ADDRESS}, path: {path}}}
        """)


TREE = {"envs/dev/a.yaml": CONFIG.format("a"), "envs/prod/b.yaml": CONFIG.format("b")}
FOLDERS = f"{{git: {{{ADDRESS}, directories: [{{path: 'envs/*'}}]}}}}"


@pytest.mark.parametrize(
    ("generators", "options", "made"),
    [
        ("[{list: {elements: [{name: x, path: envs/dev}, {name: w, path: envs/prod}]}}]", {}, ["w", "x"]),
        (f"[{FOLDERS}]", {"template": "{{path.basename}}"}, ["dev", "prod"]),
        (f"[{FOLDERS}]", {"template": "{{path[1]}}-{{path[0]}}"}, ["dev-envs", "prod-envs"]),
        (f"[{{git: {{{ADDRESS}, directories: [{{path: 'envs/*'}}, {{path: envs/dev, exclude: true}}]}}}}]",
         {"template": "{{path.basename}}"}, ["prod"]),
        (f"[{{git: {{{ADDRESS}, files: [{{path: 'conf/*.json'}}]}}}}]",
         {"template": "{{env.name}}", "path": "'envs/{{env.name}}'"}, ["dev", "prod"]),
        (f"[{FOLDERS}]", {"template": "{{ .path.basename | upper | lower }}", "path": "'{{ .path.path }}'", "go": True},
         ["dev", "prod"]),
        ("[{clusters: {}}]", {"path": "envs/dev"}, ["in-cluster", "west"]),
        ("[{clusters: {selector: {matchLabels: {env: prod}}}}]", {"path": "envs/dev"}, ["west"]),
        (f"[{{matrix: {{generators: [{FOLDERS}, {{list: {{elements: [{{z: '1'}}, {{z: '2'}}]}}}}]}}}}]",
         {"template": "{{path.basename}}{{z}}"}, ["dev1", "dev2", "prod1", "prod2"]),
        (("[{merge: {mergeKeys: [name], generators: [{list: {elements: [{name: x, path: envs/dev}, {name: w, path: envs/dev}]}},"
         " {list: {elements: [{name: w, path: envs/prod}]}}]}}]"), {}, ["w", "x"]),
        (("[{list: {elements: [{name: x, path: envs/dev, env: a}, {name: w, path: envs/prod, env: b}]},"
         " selector: {matchLabels: {env: b}}}]"), {}, ["w"]),
    ],
)  # fmt: skip
def test_generators(follow: Follow, generators: str, options: dict[str, object], made: list[str]) -> None:
    cluster = """\
        apiVersion: v1
        kind: Secret
        metadata: {name: west, labels: {argocd.argoproj.io/secret-type: cluster, env: prod}}
        stringData: {name: west, server: 'https://west.example.com'}
        """
    conf = {f"conf/{name}.json": f'{{"env": {{"name": "{name}"}}}}' for name in ("dev", "prod")}
    found = follow({"set.yaml": appset(generators, **options), "cluster.yaml": cluster, **TREE, **conf}, "set.yaml", "cluster.yaml")  # type: ignore[arg-type]  # fmt: skip
    assert found.unfollowed == []
    assert sorted(one.name for one, _ in found.applications) == made
    assert all(loaded.objects for _, loaded in found.applications)


def test_a_generator_that_asks_elsewhere_is_named(follow: Follow) -> None:
    (left,) = follow(
        {"set.yaml": appset("[{pullRequest: {github: {owner: a, repo: b}}}]")}, "set.yaml"
    ).unfollowed
    assert left.reason == "the generator pullRequest asks what is not in this repository"


def flux(name: str, spec: str) -> str:
    return dedent(f"""\
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: {{name: {name}, namespace: flux-system}}
        spec: {spec}
        """)


def test_a_kustomization_of_flux_is_built_with_what_it_adds(follow: Follow) -> None:
    spec = """{path: ./web, targetNamespace: shop, prune: true, sourceRef: {kind: GitRepository, name: flux-system},
      patches: [{patch: '[{"op": "add", "path": "/data/more", "value": "1"}]', target: {kind: ConfigMap}}],
      postBuild: {substitute: {WHERE: here, COUNT: '3'}}}"""
    config = CONFIG.format("a") + "  to: ${WHERE}\n  or: ${NONE:=there}\n  kept: $${WHERE}\n"
    config = config.replace("data: {where: a}\n", "data:\n  where: a\n")
    found = follow({"ks.yaml": flux("web", spec), "web/a.yaml": config}, "ks.yaml")
    ((one, loaded),) = found.applications
    (built,) = loaded.objects
    assert (built.namespace, one.prunes) == ("shop", True)
    assert built.value["data"] == {"where": "a", "to": "here", "or": "there", "kept": "${WHERE}", "more": "1"}


def test_what_waits_comes_after(follow: Follow) -> None:
    source = "sourceRef: {kind: GitRepository, name: flux-system}"
    files = {
        "a.yaml": flux("apps", f"{{path: apps, {source}, dependsOn: [{{name: infra}}]}}"),
        "b.yaml": flux("infra", f"{{path: infra, {source}}}"),
        "apps/a.yaml": CONFIG.format("a"), "infra/b.yaml": CONFIG.format("b"),
    }  # fmt: skip
    assert list(names(follow(files, "a.yaml", "b.yaml"))) == ["flux-system/infra", "flux-system/apps"]


def test_objects_of_an_application_follow_waves_and_hooks(follow: Follow) -> None:
    def with_note(name: str, note: str) -> str:
        return CONFIG.format(name).replace("}", f", annotations: {{argocd.argoproj.io/{note}}}}}", 1)

    files = {
        "web/a.yaml": with_note("late", "sync-wave: '5'"), "web/b.yaml": CONFIG.format("plain"),
        "web/c.yaml": with_note("before", "hook: PreSync"), "web/d.yaml": with_note("after", "hook: PostSync"),
        "web/e.yaml": with_note("never", "hook: SyncFail"), "web/f.yaml": with_note("early", "sync-wave: '-1'"),
    }  # fmt: skip
    found = follow({"app.yaml": application("web", f"{{{ADDRESS}, path: web}}"), **files}, "app.yaml")
    assert names(found)["argocd/web"] == ["before", "early", "plain", "late", "after"]


def test_an_artifact_stands_for_the_folders_that_it_copies(follow: Follow) -> None:
    generator = """\
        apiVersion: source.extensions.fluxcd.io/v1beta1
        kind: ArtifactGenerator
        metadata: {name: all, namespace: flux-system}
        spec:
          sources: [{alias: repo, kind: GitRepository, name: flux-system}]
          artifacts: [{name: apps, copy: [{from: '@repo/apps/prod/**', to: '@artifact/prod/'}]}]
        """
    spec = "{path: ./prod, sourceRef: {kind: ExternalArtifact, name: apps}}"
    found = follow(
        {"g.yaml": generator, "ks.yaml": flux("apps", spec), "apps/prod/a.yaml": CONFIG.format("a")},
        "g.yaml",
        "ks.yaml",
    )
    assert names(found) == {"flux-system/apps": ["a"]}


def test_a_release_of_a_registry_is_named(follow: Follow) -> None:
    release = """\
        apiVersion: helm.toolkit.fluxcd.io/v2
        kind: HelmRelease
        metadata: {name: redis, namespace: shop}
        spec: {chart: {spec: {chart: redis, sourceRef: {kind: HelmRepository, name: bitnami}}}}
        """
    (left,) = follow({"r.yaml": release}, "r.yaml").unfollowed
    assert left.reason == "the chart redis comes from HelmRepository bitnami, a registry"


def test_links_out_of_the_repository_are_not_followed(
    follow: Follow, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "a.yaml").write_text(CONFIG.format("a"))
    Path("web").symlink_to(outside)
    (left,) = follow({"app.yaml": application("web", f"{{{ADDRESS}, path: web}}")}, "app.yaml").unfollowed
    assert left.reason == "https://git.example.com/team/deploy.git is another repository"


def test_clusters_of_one_repository_have_their_own(follow: Follow) -> None:
    def cluster(name: str) -> dict[str, str]:
        spec = f"""{{path: apps/{name}, sourceRef: {{kind: GitRepository, name: flux-system}},
          postBuild: {{substituteFrom: [{{kind: ConfigMap, name: settings}}]}}}}"""
        settings = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings, namespace: flux-system}}\ndata: {{WHERE: {name}}}\n"
        return {
            f"clusters/{name}/apps.yaml": flux("apps", spec), f"clusters/{name}/settings/settings.yaml": settings,
            f"apps/{name}/a.yaml": CONFIG.format(name) .replace("where: " + name, "where: '${WHERE}'"),
        }  # fmt: skip

    found = follow({**cluster("prod"), **cluster("staging")}, "clusters")
    built = {one.root: loaded.objects[0].value["data"] for one, loaded in found.applications}
    assert built == {"clusters/prod": {"where": "prod"}, "clusters/staging": {"where": "staging"}}
