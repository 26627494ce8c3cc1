"""States: what every source gives, and what a stored one survives."""

import base64
import errno
import json
import multiprocessing
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kplan.api.object import Object
from kplan.cluster import Cluster
from kplan.diagnostics import DiagnosedError
from kplan.errors import UsageError
from kplan.state import home
from kplan.state.secrets import hashed, reveal
from kplan.state.snapshot import Snapshot
from kplan.state.sources import open_state, sqlite
from kplan.state.sources.sqlite import file, private
from kplan.state.store import Store


def config_map(name: str, **data: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "default"},
        "data": data,
    }


def database(folder: Path) -> sqlite.Database:
    return sqlite.Database(folder / ".kplan" / "state.db")


def nodes(spec: str, folder: Path) -> list[dict[str, Any]]:
    return [value for value in open_state(spec, folder).objects if value["kind"] == "Node"]


def test_no_state_is_three_nodes_and_the_system_namespaces(tmp_path: Path) -> None:
    snapshot = open_state(None, tmp_path)
    names = [value["metadata"]["name"] for value in snapshot.objects if value["kind"] == "Namespace"]
    assert names == ["default", "kube-node-lease", "kube-public", "kube-system"]
    assert sum(value["kind"] == "Node" for value in snapshot.objects) == 3
    assert "three nodes" in snapshot.title


@pytest.mark.parametrize(
    ("spec", "capacities"),
    [
        ("nodes:2x4cpu,8Gi", [("4", "8Gi", "110")] * 2),
        ("nodes:1x500m,1Gi,20pods+1x16cpu,64Gi", [("500m", "1Gi", "20"), ("16", "64Gi", "110")]),
        ("nodes:1.5cpu,1024Mi", [("1500m", "1Gi", "110")]),
    ],
)
def test_node_shapes(spec: str, capacities: list[tuple[str, str, str]], tmp_path: Path) -> None:
    found = [value["status"]["capacity"] for value in nodes(spec, tmp_path)]
    assert [(one["cpu"], one["memory"], one["pods"]) for one in found] == capacities


def test_node_shapes_take_extended_resources(tmp_path: Path) -> None:
    (node,) = nodes("nodes:1x8cpu,32Gi,2nvidia.com/gpu", tmp_path)
    assert node["status"]["allocatable"]["nvidia.com/gpu"] == "2"


@pytest.mark.parametrize(
    "spec",
    [
        "nodes:",
        "nodes:3x",
        "nodes:3x4cpu",
        "nodes:0x4cpu,8Gi",
        "nodes:x4cpu,8Gi",
        "nodes:3x4cpu,8Gi,2x8cpu",
        "",
        "nowhere",
        "git:no-such-revision",
        "git:--help",
    ],
)
def test_wrong_states_say_what_to_do(spec: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        open_state(spec, tmp_path)
    assert refused.value.hint or refused.value.message.startswith("git cannot")


def test_kind_configuration_gives_its_nodes_and_roles(tmp_path: Path) -> None:
    roles = "- role: control-plane\n- role: worker\n  labels: {tier: a}\n- role: worker\n"
    (tmp_path / "kind.yaml").write_text(
        f"kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nname: dev\nnodes:\n{roles}"
    )
    found = nodes("kind.yaml", tmp_path)
    assert [value["metadata"]["name"] for value in found] == [
        "dev-control-plane",
        "dev-worker",
        "dev-worker2",
    ]
    assert found[0]["spec"]["taints"][0]["key"] == "node-role.kubernetes.io/control-plane"
    assert found[1]["metadata"]["labels"]["tier"] == "a"


PATCHED = """
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
- role: control-plane
  kubeadmConfigPatches:
  - |
    kind: InitConfiguration
    nodeRegistration:
      kubeletExtraArgs: {node-labels: "ingress-ready=true,zone=a"}
      taints: []
- role: worker
  kubeadmConfigPatches:
  - |
    kind: JoinConfiguration
    nodeRegistration:
      kubeletExtraArgs: [{name: node-labels, value: tier=back}]
      taints: [{key: gpu, value: "true", effect: NoSchedule}]
"""


def test_kubeadm_patches_of_a_kind_node_give_labels_and_taints(tmp_path: Path) -> None:
    (tmp_path / "kind.yaml").write_text(PATCHED)
    first, second = nodes("kind.yaml", tmp_path)
    assert first["metadata"]["labels"].items() >= {"ingress-ready": "true", "zone": "a"}.items()
    assert not first["spec"].get("taints")
    assert second["metadata"]["labels"]["tier"] == "back"
    assert second["spec"]["taints"] == [{"key": "gpu", "value": "true", "effect": "NoSchedule"}]


def test_every_mistake_of_a_kind_configuration_is_placed(tmp_path: Path) -> None:
    lines = (
        "kind: Cluster", "apiVersion: kind.x-k8s.io/v1alpha4", "networking: {podSubnet: 10.0.0.0/40, kubeProxyMode: bpf}", "nodes:",
        "- rol: worker", "- role: master", "- 7", "featuregates: {A: true}",
    )  # fmt: skip
    (tmp_path / "kind.yaml").write_text("\n".join(lines))
    with pytest.raises(DiagnosedError) as refused:
        open_state("kind.yaml", tmp_path)
    found = [
        (one.location.line, one.location.column, one.message.partition(" of a ")[0] + one.message.partition("ration")[2], one.help)
        for one in refused.value.diagnostics
        if one.location
    ]  # fmt: skip
    assert found == [
        (
            3,
            25,
            "'networking.podSubnet' must be an IPv4 range, as 10.244.0.0/16",
            "kplan knows no cluster of IPv6 alone",
        ),
        (3, 53, "'networking.kubeProxyMode' must be iptables or ipvs or nftables or none", ""),
        (5, 3, "unknown field 'nodes[0].rol'", "did you mean 'role'?"),
        (6, 9, "'nodes[1].role' must be control-plane or worker", ""),
        (7, 3, "'nodes[2]' must be a mapping", ""),
        (8, 1, "unknown field 'featuregates'", "did you mean 'featureGates'?"),
    ]


def test_settings_of_a_kind_configuration_that_are_not_followed_are_named(tmp_path: Path) -> None:
    text = (
        "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnetworking: {ipFamily: dual, apiServerPort: 6443}\n"
        "featureGates: {A: true}\nnodes: [{image: 'kindest/node:v1.29.2'}]\n"
    )
    (tmp_path / "kind.yaml").write_text(text)
    found = open_state("kind.yaml", tmp_path, minor="1.36").diagnostics
    assert [(one.severity.value, str(one.path)) for one in found] == [
        ("warning", "featureGates"), ("warning", "networking.ipFamily"), ("warning", "nodes[0].image"),
    ]  # fmt: skip


def test_kind_configuration_beside_manifests_gives_them_their_nodes(tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    (tmp_path / "all" / "kind.yaml").write_text("kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n")
    (tmp_path / "all" / "map.json").write_text(json.dumps(config_map("a", x="1")))
    assert [value["metadata"]["name"] for value in nodes("all", tmp_path)] == ["kind-control-plane"]
    state = open_state("all", tmp_path)
    assert [one.value for one in state.manifests] == [config_map("a", x="1")]
    assert not state.diagnostics


def test_a_dump_is_taken_as_it_is_and_manifests_are_to_be_admitted(tmp_path: Path) -> None:
    plain = config_map("a", x="1")
    stored = {**plain, "metadata": {**plain["metadata"], "uid": "u"}}
    (tmp_path / "dump.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": [stored]}))
    (tmp_path / "manifest.json").write_text(json.dumps(plain))
    assert stored in open_state("dump.json", tmp_path).objects
    assert [one.value for one in open_state("manifest.json", tmp_path).manifests] == [plain]


def test_git_revision_is_read_without_checking_it_out(tmp_path: Path) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    (tmp_path / "deploy").mkdir()
    (tmp_path / "a").write_text(json.dumps(config_map("a", x="1")))
    (tmp_path / "deploy" / "é a.json").symlink_to("../a")
    (tmp_path / "deploy" / "folder.yaml").symlink_to(".")
    (tmp_path / "deploy" / "lost.yaml").symlink_to("/nowhere")
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "one"]):
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True)
    (tmp_path / "a").write_text("{}")
    state = open_state("git:HEAD:deploy", tmp_path)
    assert [given.value["data"] for given in state.manifests] == [{"x": "1"}]
    assert [str(one.location) for one in state.diagnostics] == [
        "HEAD:deploy/folder.yaml",
        "HEAD:deploy/lost.yaml",
    ]
    with pytest.raises(UsageError, match="no manifests in git HEAD:elsewhere"):
        open_state("git:HEAD:elsewhere", tmp_path)


@pytest.mark.parametrize("size", [0, 1])
def test_a_first_commit_that_broke_off_leaves_no_state(tmp_path: Path, size: int) -> None:
    stored = database(tmp_path)
    stored.path.parent.mkdir()
    with closing(sqlite3.connect(stored.path)) as connection:
        connection.executescript("PRAGMA journal_mode = WAL;" * size)
    assert sqlite.find(tmp_path) is None
    assert "three nodes" in open_state(None, tmp_path).title
    assert stored.commit(Store.of([config_map("a")]), base=0, at="2026-01-01T00:00:00Z", note="\udcff") == 1
    assert [(one.id, one.note) for one in stored.revisions()] == [(1, "?")]
    assert sqlite.find(tmp_path) is not None


def test_a_state_in_a_read_only_place_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = database(tmp_path)
    stored.commit(Store.of([config_map("a")]), base=0, at="2026-01-01T00:00:00Z", note="first")
    monkeypatch.setattr("os.access", lambda *_: False)
    assert [value["metadata"]["name"] for value in stored.open().objects] == ["a"]
    assert [path.name for path in stored.path.parent.glob("state*")] == ["state.db"]
    with pytest.raises(UsageError, match="is read-only"):
        stored.commit(Store.of([config_map("b")]), base=1, at="2026-01-01T00:00:00Z", note="second")


def test_stored_state_keeps_every_revision_and_the_order_of_creation(tmp_path: Path) -> None:
    stored = database(tmp_path)
    store = Store.of([config_map("b"), config_map("a")])
    assert stored.commit(store, base=0, at="2026-01-01T00:00:00Z", note="first") == 1
    store.put(config_map("b", x="1"))
    store.put(config_map("c"))
    store.delete(Store.key_of(config_map("a")))
    assert stored.commit(store, base=1, at="2026-01-02T00:00:00Z", note="second") == 2
    assert [value["metadata"]["name"] for value in stored.open(1).objects] == ["b", "a"]
    assert [value["metadata"]["name"] for value in stored.open().objects] == ["b", "c"]
    assert [(one.id, one.note, one.objects) for one in stored.revisions()] == [
        (1, "first", 2),
        (2, "second", 2),
    ]
    assert list(stored.open().objects) == list(store)


def test_stored_state_is_found_upwards(tmp_path: Path) -> None:
    database(tmp_path).commit(Store.of([config_map("a")]), base=0, at="", note="")
    below = tmp_path / "x" / "y"
    below.mkdir(parents=True)
    assert [value["metadata"]["name"] for value in open_state(None, below).objects] == ["a"]


def test_a_second_writer_is_told(tmp_path: Path) -> None:
    stored = database(tmp_path)
    store = Store.of([config_map("a")])
    stored.commit(store, base=0, at="", note="")
    stored.commit(store, base=1, at="", note="")
    with pytest.raises(UsageError, match="was changed by another command: revision 2, not 1"):
        stored.commit(store, base=1, at="", note="")
    with pytest.raises(UsageError, match=r"already holds a state \(revision 2\)"):
        stored.commit(store, base=0, at="", note="")


def test_a_writer_waits_for_nobody_forever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "_BUSY_SECONDS", 0.05)
    stored = database(tmp_path)
    stored.commit(Store.of([config_map("a")]), base=0, at="", note="")
    other = sqlite3.connect(stored.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(UsageError, match="being written"):
        stored.commit(Store.of([config_map("b")]), base=1, at="", note="")
    other.close()


def _die_while_writing(path: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO revision VALUES (2, '', 'half', 9)")
    connection.execute("UPDATE object SET until = 2")
    import os

    os._exit(9)


def test_a_crash_leaves_the_last_committed_revision(tmp_path: Path) -> None:
    stored = database(tmp_path)
    stored.commit(Store.of([config_map("a")]), base=0, at="", note="")
    dying = multiprocessing.get_context("spawn").Process(target=_die_while_writing, args=(str(stored.path),))
    dying.start()
    dying.join()
    assert dying.exitcode == 9
    assert [one.id for one in stored.revisions()] == [1]
    assert [value["metadata"]["name"] for value in stored.open().objects] == ["a"]
    assert stored.commit(Store.of([config_map("b")]), base=1, at="", note="") == 2


def test_a_file_that_is_no_state_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / ".kplan" / "state.db"
    path.parent.mkdir()
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 200)
    with pytest.raises(UsageError, match="cannot read the state"):
        open_state(None, tmp_path)


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE cookies (value)",
        "CREATE TABLE cookies (value); PRAGMA user_version = 1",
        "CREATE TABLE real (id); CREATE VIEW revision AS SELECT id FROM real; CREATE TABLE object (id); PRAGMA user_version = 1",
    ],
)
def test_a_database_of_another_program_is_refused_and_left_as_it_is(script: str, tmp_path: Path) -> None:
    stored = database(tmp_path)
    stored.path.parent.mkdir()
    with closing(sqlite3.connect(stored.path)) as connection:
        connection.executescript(script)
    before = stored.path.read_bytes()
    with pytest.raises(UsageError, match="state of kplan"):
        stored.open()
    with pytest.raises(UsageError, match="state of kplan"):
        stored.commit(Store.of([config_map("a")]), base=0, at="", note="")
    assert stored.path.read_bytes() == before


def test_a_trigger_is_not_followed(tmp_path: Path) -> None:
    stored = database(tmp_path)
    stored.commit(Store.of([config_map("a")]), base=0, at="", note="")
    with closing(sqlite3.connect(stored.path)) as connection:
        connection.executescript("CREATE TRIGGER t AFTER INSERT ON revision BEGIN DELETE FROM object; END")
    with pytest.raises(UsageError, match="it has a trigger"):
        stored.commit(Store.of([config_map("b")]), base=1, at="", note="")


LOOKS: dict[str, Callable[[Snapshot], object]] = {
    "object": lambda snapshot: snapshot.objects[0],
    "store": lambda snapshot: list(snapshot.store()),
    "key": lambda snapshot: snapshot.store().get(Store.key_of(config_map("a"))),
    "metadata": lambda snapshot: list(snapshot.store().metadata("")),
    "cluster": lambda snapshot: Cluster(snapshot.store()).run(),
}


def damaged(tmp_path: Path, value: str | bytes) -> sqlite.Database:
    """A state of which the newest revision holds something else than an object."""
    stored = database(tmp_path)
    stored.commit(Store.of([config_map("a")]), base=0, at="", note="")
    stored.commit(Store.of([config_map("a", more="1"), config_map("b")]), base=1, at="", note="")
    with closing(sqlite3.connect(stored.path, isolation_level=None)) as connection:
        connection.execute("UPDATE object SET value = ? WHERE since = 2 AND name = 'a'", (value,))
    return stored


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("value", ["{", "[]", "7", b"\xff"])
def test_a_damaged_row_is_named_and_other_revisions_are_read(
    value: str | bytes, look: Callable[[Snapshot], object], tmp_path: Path
) -> None:
    stored = damaged(tmp_path, value)
    with pytest.raises(UsageError, match="revision 2 is damaged: ConfigMap default/a cannot be read"):
        look(stored.open())
    assert stored.open(1).objects[0]["data"] == {}
    assert [one.id for one in stored.revisions()] == [1, 2]


def test_intact_objects_of_a_damaged_revision_are_read_and_written(tmp_path: Path) -> None:
    stored = damaged(tmp_path, "{")
    store = stored.open().store()
    assert store.get(Store.key_of(config_map("b"))) is not None
    store.put(config_map("b", more="1"))
    assert stored.commit(store, base=2, at="", note="") == 3


def test_a_full_disk_is_called_so_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored, connect = database(tmp_path), sqlite3.connect
    stored.commit(Store.of([config_map("a")]), base=0, at="", note="")

    def limited(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.execute("PRAGMA max_page_count = 1")
        return connection

    monkeypatch.setattr(sqlite3, "connect", limited)
    with pytest.raises(UsageError, match="is full"):
        stored.commit(Store.of([config_map("b", more="1" * 100_000)]), base=1, at="", note="")
    assert [value["metadata"]["name"] for value in stored.open().objects] == ["a"]


def test_hashed_secrets_show_no_value_and_come_back_where_they_are_known() -> None:
    value = base64.b64encode(b"hunter2").decode()
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": "s",
            "namespace": "default",
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": value},
        },
        "data": {"p": value, "q": value[:4]},
    }
    stored = hashed(secret)
    assert value not in json.dumps(stored)
    assert hashed(stored) == stored
    store = Store.of([stored])
    reveal(store, [Object({**secret, "data": {}, "stringData": {"p": "hunter2"}})])
    after = store.get(Store.key_of(secret))
    assert after is not None
    assert after["data"]["p"] == value
    assert after["data"]["q"] == stored["data"]["q"]


def test_what_is_no_state_is_named_once(tmp_path: Path) -> None:
    (tmp_path / "bare.yaml").write_text("foo: bar\n")
    with pytest.raises(UsageError) as caught:
        open_state(str(tmp_path / "bare.yaml"), tmp_path)
    assert caught.value.message.count("bare.yaml") == 1


@pytest.mark.parametrize("name", ["broken.db", "sub/../broken.db", "./f.yaml"])
def test_a_state_is_called_as_it_was_given(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "broken.db").write_bytes(b"SQLite format 3\0")
    (tmp_path / "f.yaml").write_text("kind: Foo\n")
    monkeypatch.chdir(tmp_path)
    for folder in (tmp_path, tmp_path / "sub"):
        with pytest.raises(UsageError) as caught:
            open_state(name if folder == tmp_path else f"{folder.parent}/{name}", folder)
        assert (str(tmp_path) in caught.value.message) == (folder != tmp_path)
        assert name.removeprefix("./") in caught.value.message


def test_a_state_that_was_found_is_called_as_it_lies_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    sqlite.own(tmp_path).commit(Store([]), base=0, at="2026-01-01T00:00:00Z", note="")
    monkeypatch.chdir(tmp_path / "sub")
    found = sqlite.find(tmp_path / "sub")
    assert found is not None
    assert str(found.path) == "../.kplan/state.db"


def test_a_folder_that_must_not_be_looked_into_is_no_empty_cluster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".kplan").mkdir()
    assert home.find(str(tmp_path)) is None
    monkeypatch.setattr(home, "access", lambda _, __: False)
    assert home.find(str(tmp_path)) == str(tmp_path / sqlite.HOME)


def test_a_state_without_permissions_is_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = sqlite.own(tmp_path)

    def refuse(path: Path, content: bytes) -> None:
        del content
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(private, "_write_private", refuse)
        with pytest.raises(UsageError, match=r"the state .*state\.db is read-only"):
            place.make_key()
    place.commit(Store([]), base=0, at="2026-01-01T00:00:00Z", note="")
    monkeypatch.setattr(file, "_uri", lambda _: "file:/nowhere/at/all?mode=ro")
    monkeypatch.setattr(file.os, "access", lambda _, __: False)
    with pytest.raises(UsageError, match=r"cannot read the state .*state\.db: permission denied"):
        place.revisions()


@pytest.mark.parametrize("content", [None, "", "*\n", "*\n!note.txt\n"])
def test_what_a_full_disk_left_of_the_list_of_ignored_files_is_written_again(
    tmp_path: Path, content: str | None
) -> None:
    ignored = tmp_path / ".kplan" / ".gitignore"
    ignored.parent.mkdir()
    if content is not None:
        ignored.write_text(content)
    database(tmp_path).make_key()
    assert ignored.read_text() == (content or "*\n")
    assert {one.name for one in ignored.parent.iterdir()} == {".gitignore", "state.db", "state.db.key"}
