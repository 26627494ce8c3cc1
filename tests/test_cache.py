"""A lint from the cache is the lint without: the same bytes, and never those of other input, options or programs."""

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import kplan.cli.inputs
from kplan.cache.folder import Folder
from kplan.cli import main
from running import Ran

ROOT = Path(__file__).parents[1]
FILES: Mapping[str, str] = {
    "web/deployment.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: web
        env: [{name: DB_PASSWORD, value: hunter2}]
        envFrom: [{configMapRef: {name: settings}}]
""",
    "web/service.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: webb}, ports: [{port: 99999}]}\n",
    "web/settings.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: b}\n",
    "web/widget.yaml": "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: big}\n",
    "crd.yaml": """\
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
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}
""",
    "chart/values.yaml": "replicas: 1\n",
    "broken.yaml": "apiVersion: v1\nkind: [\n",
}


Lint = Callable[..., Ran]


def written(folder: Path, files: Mapping[str, str]) -> Path:
    """The folder, with these files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "repository", FILES)


@pytest.fixture
def lint(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Lint:
    """Runs lint in the repository with a cache of its own, or without one."""
    monkeypatch.chdir(folder)
    monkeypatch.delenv("KPLAN_NO_CACHE")
    monkeypatch.setenv("KPLAN_CACHE_DIR", str(tmp_path / "cache"))

    def run(*words: str, cached: bool = True) -> Ran:
        code = main.run(["lint", *words, *(() if cached else ("--no-cache",))])
        return Ran(code, *capsys.readouterr())

    return run


def _entries(tmp_path: Path) -> set[Path]:
    return set((tmp_path / "cache").glob("*.entry"))


FORMATS = ("text", "json", "sarif", "junit", "html", "github", "concise")


def test_a_second_run_is_looked_up_and_says_the_same(lint: Lint, tmp_path: Path) -> None:
    plain = {name: lint("-o", name, cached=False) for name in FORMATS}
    assert {name: lint("-o", name) for name in FORMATS} == plain
    kept = _entries(tmp_path)
    assert len(kept) == 2
    assert {name: lint("-o", name) for name in FORMATS} == plain
    assert _entries(tmp_path) == kept


def test_what_is_printed_is_what_was_kept(lint: Lint, tmp_path: Path) -> None:
    lint()
    cache = Folder(str(tmp_path / "cache"))
    (entry,) = (one for one in _entries(tmp_path) if b'"command"' in (cache.get(one.stem) or b""))
    cache.put(entry.stem, (cache.get(entry.stem) or b"").replace(b"has no tag", b"has a tag"))
    assert "has a tag" in lint().out


CHANGES = [
    ("web/deployment.yaml", "replicas: 1", "replicas: 2"), ("web/deployment.yaml", "settings", "settingz"),
    ("web/service.yaml", "webb", "web"), ("web/settings.yaml", "settings", "setting"), ("web/widget.yaml", "big", "3"),
    ("crd.yaml", "integer", "string"), ("broken.yaml", "[", "{"), ("chart/values.yaml", "replicas", "kind"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "before", "after"), CHANGES)
def test_a_change_anywhere_is_seen(lint: Lint, folder: Path, name: str, before: str, after: str) -> None:
    lint("-o", "json")
    path = folder / name
    stamp = path.stat().st_mtime_ns
    path.write_text(path.read_text().replace(before, after))
    os.utime(path, ns=(stamp, stamp))
    assert lint("-o", "json") == lint("-o", "json", cached=False)


def test_every_byte_counts(lint: Lint, folder: Path) -> None:
    """With a file cut after each of some bytes, and each time looked up among all that was kept before."""
    path = folder / "web" / "deployment.yaml"
    text = path.read_text()
    for length in range(20, len(text), 60):
        path.write_text(text[:length])
        assert lint("-o", "json") == lint("-o", "json", cached=False)
    path.write_text(text)
    assert lint("-o", "json") == lint("-o", "json", cached=False)


def _chart(folder: Path) -> None:
    (folder / "chart" / "Chart.yaml").write_text("apiVersion: v2\nname: c\n")


def _ignore(folder: Path) -> None:
    (folder / ".kplanignore").write_text("web/service.yaml\n")


def _configure(folder: Path) -> None:
    (folder / ".kplan.yaml").write_text("lint: {ignore: [SEC]}\n")


def _add(folder: Path) -> None:
    (folder / "web" / "more.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n")


def _remove(folder: Path) -> None:
    (folder / "web" / "settings.yaml").unlink()


def _rename(folder: Path) -> None:
    (folder / "web" / "settings.yaml").rename(folder / "web" / "other.yaml")


def _kustomize(folder: Path) -> None:
    (folder / "kustomization.yaml").write_text("patches: [{path: web/service.yaml}]\n")


def _base(folder: Path) -> None:
    (folder / "base" / "map.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: UPPER}\n")


def _second(folder: Path) -> None:
    (folder / "overlay" / "kustomization.yml").write_text("resources: []\n")


def _missing(folder: Path) -> None:
    (folder / "overlay" / "late.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: late}\n")


def _generated(folder: Path) -> None:
    (folder / "overlay" / "text.env").write_text("NEW=value\n")


@pytest.mark.parametrize("late", [False, True], ids=["built", "refused"])
@pytest.mark.parametrize("change", [_base, _second, _missing, _generated])
def test_a_change_of_what_is_built_is_seen(
    lint: Lint, folder: Path, tmp_path: Path, change: Callable[[Path], None], late: bool
) -> None:
    for name in ("base", "overlay"):
        (folder / name).mkdir()
    (folder / "base" / "kustomization.yaml").write_text("resources: [map.yaml]\n")
    (folder / "base" / "map.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\n")
    (folder / "overlay" / "text.env").write_text("OLD=value\n")
    resources = "[../base, late.yaml]" if late else "[../base]"
    (folder / "overlay" / "kustomization.yaml").write_text(
        f"resources: {resources}\nnamePrefix: a-\nconfigMapGenerator: [{{name: g, envs: [text.env]}}]\n"
    )
    plain = lint("-o", "json", cached=False)
    assert lint("-o", "json") == plain
    assert _entries(tmp_path)
    assert lint("-o", "json") == plain
    change(folder)
    assert lint("-o", "json") == lint("-o", "json", cached=False)


AROUND = [_chart, _ignore, _configure, _add, _remove, _rename, _kustomize]
GIVEN: Sequence[Sequence[str]] = [
    (),
    ("web/deployment.yaml", "web/service.yaml"),
    ("web", "--context", "crd.yaml"),
]


@pytest.mark.parametrize("words", GIVEN, ids=["folder", "files", "context"])
@pytest.mark.parametrize("change", AROUND)
def test_a_change_around_is_seen(
    lint: Lint, folder: Path, change: Callable[[Path], None], words: Sequence[str]
) -> None:
    lint(*words, "-o", "json")
    change(folder)
    assert lint(*words, "-o", "json") == lint(*words, "-o", "json", cached=False)


OPTIONS = [
    ("--preset", "strict"), ("--ignore", "SEC"), ("--select", "REF"), ("-n", "shop"), ("--show-unknown",),
    ("--kubernetes-version", "1.30"), ("--no-suppress",), ("--crds", "crd.yaml"), ("--exclude", "web/"), ("-D",), ("web",),
    ("./web",), ("--limit", "depth=5"), ("--fail-on", "never"), ("-q",), ("--context", "crd.yaml"),
]  # fmt: skip


def test_every_option_counts(lint: Lint) -> None:
    lint()
    for words in OPTIONS:
        assert lint(*words) == lint(*words, cached=False), words
        assert lint(*words) == lint(*words, cached=False), words


def test_two_programs_side_by_side_do_not_mix(
    folder: Path, tmp_path: Path, plain_environment: dict[str, str]
) -> None:
    other = tmp_path / "other"
    shutil.copytree(ROOT / "kplan", other / "kplan", ignore=shutil.ignore_patterns("__pycache__"))
    (other / "schemas").symlink_to(ROOT / "schemas")
    rule = other / "kplan" / "lint" / "rules" / "images" / "floating_tag.py"
    rule.write_text(rule.read_text().replace('"no tag"', '"no tag at all"'))

    def lint(program: Path, *words: str) -> str:
        kept = {name: value for name, value in plain_environment.items() if name != "KPLAN_NO_CACHE"}
        environment = {**kept, "KPLAN_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(program)}
        words = (sys.executable, "-m", "kplan", "lint", *words)
        return subprocess.run(
            words, cwd=folder, env=environment, capture_output=True, text=True, check=False
        ).stdout

    ours, theirs = lint(ROOT, "--no-cache"), lint(other, "--no-cache")
    assert ours != theirs
    for _ in range(2):
        assert lint(ROOT) == ours
        assert lint(other) == theirs
    assert len(_entries(tmp_path)) >= 2


def test_a_broken_entry_is_worked_out_anew(lint: Lint, tmp_path: Path) -> None:
    plain = lint()
    for entry in _entries(tmp_path):
        entry.write_bytes(b"garbage")
    assert lint() == plain
    assert lint() == plain


@pytest.mark.parametrize("many", [2, 50])
def test_no_credential_is_kept(
    lint: Lint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    """Of many files, what they read as is kept as well."""
    monkeypatch.setattr("kplan.inputs.reading._MANY", many)
    lint("--preset", "strict", "--show-unknown")
    cache = Folder(str(tmp_path / "cache"))
    content = [cache.get(one.stem) for one in _entries(tmp_path)]
    assert len(content) == (3 if many == 2 else 2)
    assert not any(one is None or b"hunter2" in one for one in content)


def test_what_can_be_read_once_only_is_not_kept(lint: Lint, folder: Path, tmp_path: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    lint("pipe.yaml", "web")
    assert not _entries(tmp_path)


def test_nothing_is_kept_without_a_cache(lint: Lint, tmp_path: Path) -> None:
    lint("--no-cache")
    assert not _entries(tmp_path)


def test_the_command_shows_and_clears_it(
    lint: Lint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lint()

    def cache(word: str) -> str:
        assert main.run(["cache", word]) == 0
        return capsys.readouterr().out

    assert cache("info").startswith(f"{tmp_path / 'cache'}: 2 entries, ")
    assert cache("clear") == f"removed 2 entries from {tmp_path / 'cache'}\n"
    assert cache("info") == f"{tmp_path / 'cache'}: 0 entries, 0.0 MiB\n"


def test_what_a_fix_may_repeat_is_not_kept(lint: Lint, folder: Path, tmp_path: Path) -> None:
    """A port in quotes has a fix; of a line that is masked, or of a Secret, the whole report is not kept."""
    (folder / "web" / "secret.yaml").write_text(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {token: 271828}\n"
    )
    assert lint("-o", "json") == lint("-o", "json", cached=False)
    cache = Folder(str(tmp_path / "cache"))
    assert not any(b"271828" in (cache.get(one.stem) or b"") for one in _entries(tmp_path))


def test_a_finding_with_a_fix_is_kept(lint: Lint, folder: Path, tmp_path: Path) -> None:
    (folder / "web" / "map.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: 1}\n"
    )
    plain = lint("-o", "json", "--unsafe-fixes", cached=False)
    assert "fix" in plain.out
    assert lint("-o", "json", "--unsafe-fixes") == plain
    assert len(_entries(tmp_path)) == 2
    assert lint("-o", "json", "--unsafe-fixes") == plain
    assert lint("--diff") == lint("--diff", cached=False)


def test_what_was_looked_at_is_not_read_again(
    lint: Lint, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lint()
    (folder / "web" / "settings.yaml").write_text(FILES["web/settings.yaml"].replace("a: b", "a: c"))
    read: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr("kplan.inputs.reading.read_bytes", lambda path, *_: read.append(path))
        first = lint("-o", "json")
    assert not read
    assert first.out == lint("-o", "json", cached=False).out


def test_where_nothing_was_kept_nothing_is_looked_up(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    """All files would be read for it, by one process alone."""
    looked: list[object] = []
    with monkeypatch.context() as patch:
        patch.setattr("kplan.pipeline.recalling.seen", lambda *given: looked.append(given) or "")
        first = lint("-o", "json")
        assert not looked
        assert lint("-o", "json") == first
        assert looked
    assert lint("-o", "json") == first


def test_no_garbage_is_looked_for_while_a_lint_runs(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    collected: list[str] = []
    load = kplan.cli.inputs.load_all

    def watched(*given: Any) -> Any:
        gc.callbacks.append(lambda phase, _: collected.append(phase))
        assert not gc.isenabled()
        return load(*given)

    monkeypatch.setattr("kplan.cli.inputs.load_all", watched)
    before = list(gc.callbacks)
    try:
        lint()
        assert gc.isenabled()
        assert not collected
    finally:
        gc.callbacks[:] = before
