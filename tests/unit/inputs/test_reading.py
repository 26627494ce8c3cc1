"""What a run reads: kubectl's order, excludes, files that are no manifests, and hostile paths that end in a message."""

import os
import subprocess

import pytest

from kplan.inputs.reading import from_texts, in_words, read
from kplan.inputs.request import Depth, Request
from kplan.manifest.limits import Limits

OBJECT = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\n"


@pytest.fixture
def tree(tmp_path):
    for name in ("b.yaml", "a.yml", "c.json", "notes.txt", "sub/d.yaml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'{{"kind": "X", "name": "{name}"}}')
    return tmp_path


def loaded(*paths, **options):
    return read(Request(paths, **options))


def names(found):
    return [document.value["name"] for document in found.documents]


def test_directory_gives_manifests_in_lexical_order(tree):
    assert names(loaded(str(tree), depth=Depth.OWN)) == ["a.yml", "b.yaml", "c.json"]


def test_recursive_goes_below(tree):
    assert names(loaded(str(tree))) == ["a.yml", "b.yaml", "c.json", "sub/d.yaml"]


def test_explicit_file_may_have_any_extension_and_is_read_once(tree):
    text = str(tree / "notes.txt")
    assert names(loaded(text, text, depth=Depth.OWN)) == ["notes.txt"]


def test_glob_is_expanded(tree):
    assert names(loaded(str(tree / "*.y*ml"), depth=Depth.OWN)) == ["a.yml", "b.yaml"]


def test_ignore_file_hides_paths(tree):
    (tree / ".kplanignore").write_text("# generated\nsub/\nb.*\n")
    assert names(loaded(str(tree))) == ["a.yml", "c.json"]


def test_missing_path_speaks_as_kubectl():
    (found,) = loaded("no/such.yaml", depth=Depth.OWN).diagnostics
    assert found.message == 'the path "no/such.yaml" does not exist'


def test_standard_input_is_read():
    found = loaded("-", stdin=lambda limit: b"name: x\n"[:limit])
    assert names(found) == ["x"]
    assert found.documents[0].source.name == "STDIN"


def test_pipe_device_and_link_loop_end_in_a_message(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    (tmp_path / "gone.yaml").symlink_to("absent.yaml")
    (tmp_path / "up").symlink_to(tmp_path)
    found = loaded(str(tmp_path), "/dev/zero")
    assert not found.documents
    assert {one.rule for one in found.diagnostics} == {"YAML006"}
    assert len(found.diagnostics) == 4
    gone = "cannot be read: it is a link to 'absent.yaml', which does not exist"
    assert gone in {one.message for one in found.diagnostics}


def test_large_file_is_refused_unread(tmp_path):
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 32)
    (found,) = loaded(str(path), depth=Depth.OWN).diagnostics
    assert found.rule == "YAML005"


def test_standard_input_is_bounded():
    (found,) = loaded("-", limits=Limits(max_file_bytes=10), stdin=lambda limit: b"x" * limit).diagnostics
    assert found.rule == "YAML005"


def put(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def found_in(folder, **options):
    return sorted(
        os.path.relpath(document.source.name, folder) for document in loaded(str(folder), **options).documents
    )


def skipped_in(folder, **options):
    return {os.path.relpath(one.path, folder): one.what for one in loaded(str(folder), **options).skipped}


def test_patterns_have_the_syntax_of_gitignore(tmp_path):
    for name in ("a.yaml", "ci/b.yaml", "x/testdata/c.yaml", "x/keep/d.yaml"):
        put(tmp_path, name, OBJECT)
    patterns = ("**/testdata/**", "ci/")
    assert found_in(tmp_path, exclude=patterns, root=str(tmp_path)) == ["a.yaml", "x/keep/d.yaml"]
    assert found_in(tmp_path, exclude=("x/*", "!x/keep"), root=str(tmp_path)) == [
        "a.yaml",
        "ci/b.yaml",
        "x/keep/d.yaml",
    ]


def test_a_deeper_ignore_file_outweighs_one_above(tmp_path):
    put(tmp_path, ".kplanignore", "*.yaml\n")
    put(tmp_path, "sub/.kplanignore", "!b.yaml\n")
    for name in ("a.yaml", "sub/b.yaml", "sub/c.yaml"):
        put(tmp_path, name, OBJECT)
    assert found_in(tmp_path) == ["sub/b.yaml"]
    assert sorted(loaded(str(tmp_path)).excluded) == [
        str(tmp_path / "a.yaml"),
        str(tmp_path / "sub" / "c.yaml"),
    ]


def test_gitignore_counts_inside_a_repository_only(tmp_path):
    put(tmp_path, ".gitignore", "out/\n")
    for name in ("a.yaml", "out/b.yaml", "sub/out/c.yaml"):
        put(tmp_path, name, OBJECT)
    assert found_in(tmp_path) == ["a.yaml", "out/b.yaml", "sub/out/c.yaml"]
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    assert found_in(tmp_path) == ["a.yaml"]
    assert found_in(tmp_path / "sub") == []
    assert found_in(tmp_path / "out") == ["b.yaml"], "who names an ignored folder wants it read"


def test_excludes_hold_for_named_files_only_where_forced(tmp_path):
    put(tmp_path, "ci/a.yaml", OBJECT)
    named = Request((str(tmp_path / "ci" / "a.yaml"),), exclude=("ci/",), root=str(tmp_path))
    assert len(read(named).documents) == 1
    assert read(named._replace(force_exclude=True)).documents == []
    put(tmp_path, ".kplanignore", "old/\n")
    put(tmp_path, "old/sub/b.yaml", OBJECT)
    deep = Request((str(tmp_path / "old" / "sub" / "b.yaml"),), root=str(tmp_path))
    assert len(read(deep).documents) == 1
    assert read(deep._replace(force_exclude=True)).documents == []


TEST = """\
apiVersion: chainsaw.kyverno.io/v1alpha1
kind: Test
metadata: {name: a}
spec:
  steps:
  - try: [{apply: {file: given.yaml}}, {assert: {file: there.yaml}}, {assert: {file: given.yaml}}]
    cleanup: [{error: {file: ./gone.yaml}}]
"""
NO_MANIFESTS = {
    "Chart.yaml": ("apiVersion: v2\nname: c\n", "Helm chart"),
    "values.yaml": ("kind: DaemonSet\n", "values file"),
    "templates/a.yaml": ("kind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n", "Helm template"),
    "templates/sub/b.yaml": (OBJECT, "Helm template"),
    "other/values-prod.yaml": ("replicas: 1\n", "values file"),
    "kustomization.yaml": ("resources: [deploy.yaml]\npatches: [{path: more.yaml}]\n", "kustomization"),
    "component/x.yaml": ("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n", "kustomization"),
    "component/y.yaml": ("namePrefix: a-\nresources: [b.yaml]\n", "kustomization"),
    "more.yaml": (OBJECT, "patch"),
    "set-image-patch.yaml": (OBJECT, "patch"),
    "delete.yaml": ("$patch: delete\nkind: Pod\napiVersion: v1\n", "patch"),
    "steps.yaml": ("- {op: add, path: /a, value: 1}\n", "patch"),
    "docker-compose.yml": ("services: {}\n", "Compose file"),
    "ci/drone.yml": ("kind: pipeline\ntype: kubernetes\nname: default\nsteps: []\n", "workflow"),
    ".vscode/launch.json": (
        '{\n  // note\n  "a": [{"b": {\n    "kind": "bin"\n  }}]\n}\n',
        "unreadable file",
    ),
    ".github/workflows/ci.yml": ("on: push\njobs: {}\n", "workflow"),
    "package.json": ('{"name": "x"}', "package file"),
    "tsconfig.json": ("{ // comments\n}", "tool setting"),
    "renovate.json": ("{}", "other JSON file"),
    ".sops.yaml": ("creation_rules: []\n", "other YAML file"),
    "kubeconfig.yaml": ("apiVersion: v1\nkind: Config\nclusters: []\n", "kubeconfig"),
    "kind.yaml": ("apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\n", "tool setting"),
    "e2e/01-assert.yaml": ("apiVersion: v1\nkind: Pod\nstatus: {phase: Running}\n", "test assertion"),
    "e2e/chainsaw-test.yaml": (TEST, "test"),
    "e2e/there.yaml": (OBJECT, "test assertion"),
    "e2e/gone.yaml": (OBJECT, "test assertion"),
    "talos.yaml": (
        "machine: {}\n---\napiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n",
        "other YAML file",
    ),
    "index.yaml": ("apiVersion: v1\nentries: {}\n", "other YAML file"),
    "defaults/main.yml": ("apiVersion: '2015-06-15'\nname: a\n", "other YAML file"),
    "grafana.yaml": ("apiVersion: 1\ndatasources: []\n", "other YAML file"),
    "mkdocs.yml": ("a: [\n", "unreadable file"),
    "page.yaml": ("{{ page.title }}: x: y\n", "template"),
    "machine.json": (
        '{"resources": [\n  {% if a %}\n  {\n  "apiVersion": "{{b}}", "type": "c"}]}',
        "template",
    ),
    "mappings.yaml": ("- {group: apps, kind: Deployment, plural: deployments}\n", "other YAML file"),
    "plan.json": ('{"format_version": "1.2", "kplan_version": "0.1.0", "changes": []}', "kplan file"),
    "known.json": ('{"format_version": "1.0", "findings": []}', "kplan file"),
    "timeouts.json": ('{"kind": {"failover": 240}}', "other JSON file"),
}
MANIFESTS = {
    "deploy.yaml": OBJECT,
    "typo.yaml": "apiVersoin: v1\nmetadata: {name: a}\nspec: {}\n",
    "no-version.yaml": "kind: Pod\n",
    "broken.yaml": "kind: Pod\nspec: [\n",
    "e2e/given.yaml": OBJECT,
    "group-less.yaml": "apiVersion: v1alpha1\nkind: Kafka\nmetadata: {name: a}\n",
    "template.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Name }}}\n",
    "kind-of-parts.yaml": "apiVersion: v1\nkind: {a: b}\n",
    "no-kind.yaml": "apiVersion: v1\ndata: {a: b}\n",
    "mixed.yaml": "a: 1\n---\n" + OBJECT,
    "list.yaml": "- apiVersion: v1\n  kind: Pod\n",
    "compose-api.yaml": OBJECT,
    "cloudbuild.yaml": OBJECT,
    ".circleci/x.yaml": OBJECT,
    "dispatcher.yaml": OBJECT,
    "flux.yaml": "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n",
}


def test_files_that_are_no_manifests_are_told_apart(tmp_path):
    for name, (text, _) in NO_MANIFESTS.items():
        put(tmp_path, name, text)
    for name, text in MANIFESTS.items():
        put(tmp_path, name, text)
    assert skipped_in(tmp_path) == {name: what for name, (_, what) in NO_MANIFESTS.items()}
    whole = loaded(str(tmp_path))
    shown = {os.path.relpath(one.source.name, tmp_path) for one in whole.documents}
    shown |= {os.path.relpath(one.location.file, tmp_path) for one in whole.diagnostics}
    assert shown == set(MANIFESTS)


def test_named_files_are_told_apart_where_that_is_asked_for(tmp_path):
    put(tmp_path, "sub/kustomization.yaml", "resources: [a.yaml]\npatches: [{path: p.yaml}]\n")
    put(tmp_path, "sub/p.yaml", OBJECT)
    named = Request((str(tmp_path / "sub" / "p.yaml"),))
    assert len(read(named).documents) == 1
    assert [one.what for one in read(named._replace(tolerant=True)).skipped] == ["patch"]


def test_what_lies_below_is_counted_and_read_where_a_folder_holds_no_manifest(tmp_path):
    put(tmp_path, "a.yaml", OBJECT)
    put(tmp_path, "sub/b.yaml", OBJECT)
    put(tmp_path, "sub/deep/c.yaml", OBJECT)
    folder = str(tmp_path)
    assert loaded(folder, depth=Depth.OWN_FIRST).below == {folder: 2}
    assert found_in(tmp_path, depth=Depth.OWN_FIRST) == ["a.yaml"]
    put(tmp_path, "a.yaml", "resources: [sub]\n")
    assert found_in(tmp_path, depth=Depth.OWN_FIRST) == ["sub/b.yaml", "sub/deep/c.yaml"]
    assert loaded(folder, depth=Depth.OWN_FIRST).below == {}
    assert loaded(folder, depth=Depth.OWN).below == {}


def test_a_file_below_two_folders_is_read_once(tmp_path):
    put(tmp_path, "top/mid/a.yaml", OBJECT)
    top = str(tmp_path / "top")
    for other in (f"{top}/mid", f"{top}/", f"{top}/."):
        assert len(loaded(top, other, depth=Depth.OWN_FIRST).documents) == 1
        assert len(loaded(top, other).documents) == 1


def test_a_trailing_slash_is_the_same_folder(tmp_path):
    put(tmp_path, "a.yaml", OBJECT)
    put(tmp_path, "sub/b.yaml", OBJECT)
    found = loaded(f"{tmp_path}/", depth=Depth.OWN_FIRST)
    assert (len(found.documents), found.below) == (1, {f"{tmp_path}/": 1})


def test_contents_at_hand_are_told_apart_alike():
    contents = [
        ("c/Chart.yaml", b"name: x\n"),
        ("c/templates/a.yaml", b"kind: Pod\n"),
        ("d.yaml", OBJECT.encode()),
    ]
    found = from_texts(contents, Request(()))
    assert [one.what for one in found.skipped] == ["Helm chart", "Helm template"]
    assert len(found.documents) == 1


def test_skipped_files_are_counted_in_words(tmp_path):
    for number in range(2):
        put(tmp_path, f"{number}/kustomization.yaml", "resources: []\n")
        put(tmp_path, f"{number}/patch.yaml", OBJECT)
    put(tmp_path, "package.json", "{}")
    assert (
        in_words(loaded(str(tmp_path)).skipped)
        == "5 files are not manifests: 2 kustomizations, 2 patches, 1 package file"
    )
    assert in_words([]) == ""


def test_files_with_endings_in_capitals_are_named_as_kubectl_does_not_read_them(tmp_path):
    for name in ("a.yaml", "B.YAML", "sub/c.Yml", "d.JSON", "e.txt", ".KPLAN.YAML"):
        put(tmp_path, name, OBJECT)
    put(tmp_path, ".kplanignore", "d.JSON\n")
    found = loaded(str(tmp_path))
    assert len(found.documents) == 1
    names = [one.path.removeprefix(f"{tmp_path}/") for one in found.skipped]
    assert names == [".KPLAN.YAML", "B.YAML", "sub/c.Yml"]
    assert in_words(found.skipped[:1]) == "1 file is not a manifest: 1 upper-case YAML or JSON file"
    assert len(loaded(str(tmp_path / "B.YAML")).documents) == 1


def test_the_null_device_is_an_empty_file():
    found = loaded("/dev/null")
    assert (found.documents, found.diagnostics) == ([], [])
    assert "it is a device" in loaded("/dev/zero").diagnostics[0].message
