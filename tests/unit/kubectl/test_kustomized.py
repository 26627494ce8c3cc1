"""``-k`` wherever ``-f`` is."""

import shlex
from pathlib import Path

import pytest

from kplan.cluster import Cluster
from kplan.kubectl.printed import Printed


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "k").mkdir()
    (tmp_path / "k/kustomization.yaml").write_text("nameSuffix: -x\nresources: [a.yaml]\n")
    (tmp_path / "k/a.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: '1'}\n"
    )
    return tmp_path


def said(cluster: Cluster, line: str) -> Printed:
    return cluster.kubectl.run(*shlex.split(line))


def test_a_built_folder_lives_and_goes(folder: Path) -> None:
    cluster = Cluster.of([])
    assert said(cluster, "apply -k k").stdout == "configmap/settings-x created\n"
    assert said(cluster, "get -k k -o name").stdout == "configmap/settings-x\n"
    assert said(cluster, "diff -k k").exit == 0
    (folder / "k/a.yaml").write_text((folder / "k/a.yaml").read_text().replace("'1'", "'2'"))
    changed = said(cluster, "diff -k k")
    assert changed.exit == 1
    assert '-  a: "1"\n+  a: "2"\n' in changed.stdout
    assert said(cluster, "label -k k tier=web").stdout == "configmap/settings-x labeled\n"
    assert said(cluster, "replace -k k").stdout == "configmap/settings-x replaced\n"
    assert said(cluster, "delete -k k").stdout == 'configmap "settings-x" deleted from default namespace\n'
    assert said(cluster, "create -k k").stdout == "configmap/settings-x created\n"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("apply -k k -f k/a.yaml", "error: only one of -f or -k can be specified"),
        ("apply -R -k k", "error: the -k flag can't be used with -f or -R"),
        ("create", "error: must specify one of -f and -k"),
        ("diff -k nowhere", "error: must build at directory: not a valid directory: evalsymlink failure on 'nowhere' : "),
        ("kustomize k k", "error: specify one path to kustomization.yaml"),
    ],
)  # fmt: skip
def test_what_cannot_be_built_is_refused(line: str, error: str) -> None:
    printed = said(Cluster.of([]), line)
    assert printed.stderr.startswith(error)
    assert printed.exit == (2 if line.startswith("diff") else 1)


@pytest.mark.usefixtures("folder")
def test_kustomize_prints_what_is_built() -> None:
    assert said(Cluster.of([]), "kustomize k").stdout.splitlines()[-1] == "  name: settings-x"


def test_warnings_of_a_build_come_first(folder: Path) -> None:
    file = folder / "k/kustomization.yaml"
    file.write_text("commonLabels: {a: b}\n" + file.read_text())
    printed = said(Cluster.of([]), "apply -k k")
    assert printed.stderr.startswith("# Warning: 'commonLabels' is deprecated.")
    assert printed.exit == 0


def test_diff_shows_what_a_pruning_apply_would_remove(folder: Path) -> None:
    cluster = Cluster.of([])
    said(cluster, "apply -k k")
    (folder / "b.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n")
    said(cluster, "apply -f b.yaml")
    pruned = said(cluster, "diff -f b.yaml --prune --prune-allowlist=core/v1/ConfigMap")
    assert pruned.exit == 1
    assert (
        "diff -u -N LIVE/v1.ConfigMap.default.settings-x MERGED/v1.ConfigMap.default.settings-x"
        in pruned.stdout
    )
    assert "other" not in pruned.stdout
