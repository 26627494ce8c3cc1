"""``kplan fleet --scheduler``: the same work on a Dask cluster."""

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from distributed import LocalCluster

from kplan.cli.main import run
from kplan.errors import UsageError
from kplan.fleet.engines.dask import Dask
from kplan.fleet.model import Outcome, Result, Task, Verb, Work
from kplan.fleet.work import run as work
from kplan.pipeline.loaded import Loaded

pytestmark = pytest.mark.filterwarnings("default")
"""Dask leaves sockets and threads to the collector."""
ROOT = Path(__file__).parents[3]
WEB = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: REPLICAS\n"
    "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n"
    "    spec: {containers: [{name: web, image: 'example.com/web:1'}]}\n"
)


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0
    ) as made:
        yield made
    gc.collect()  # what Dask leaves behind is not told of other tests


@pytest.fixture
def targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Six targets, one of which cannot be read, committed and then changed."""
    monkeypatch.chdir(tmp_path)
    for number in range(6):
        folder = tmp_path / f"overlays/t{number}"
        folder.mkdir(parents=True)
        (folder / "web.yaml").write_text(WEB.replace("REPLICAS", str(number)))
        (folder / "kustomization.yaml").write_text("resources: [web.yaml]\n")
    git = ("git", "-c", "user.email=a@example.com", "-c", "user.name=a")
    for words in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "first")):
        subprocess.run([*git, *words], check=True)
    (tmp_path / "overlays/t2/web.yaml").write_text(WEB.replace("REPLICAS", "9"))
    (tmp_path / "overlays/t4/kustomization.yaml").write_text("resources: [gone.yaml]\n")
    return tmp_path


def tasks(number: int) -> Iterator[Task]:
    return (Task(f"target-{place}", Work(Verb.LINT), Loaded()) for place in range(number))


def dies_once(task: Task) -> Result:
    """Work whose worker is killed the first time."""
    mark = Path(task.folder) / task.name
    if task.name == "target-3" and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return work(task)


def raises(task: Task) -> Result:
    if task.name == "target-1":
        raise ValueError("not this one\nat all")
    return work(task)


def turns(task: Task) -> Result:
    while task.name == "target-1":
        time.sleep(0.01)
    return work(task)


@pytest.mark.usefixtures("targets")
@pytest.mark.parametrize("verb", ["lint", "diff", "plan"])
def test_the_answer_is_that_of_any_other_engine(
    cluster: LocalCluster, verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    base = () if verb == "lint" else ("--base", "main")
    made = []
    for engine in (("--jobs", "1"), ("--jobs", "2"), ("--scheduler", cluster.scheduler_address)):
        code = run(["fleet", verb, "--targets", "overlays/*", *base, "-o", "json", *engine])
        made.append((code, capsys.readouterr().out))
    assert made[0] == made[1] == made[2]
    outcomes = {one["name"]: one["outcome"] for one in json.loads(made[2][1])["fleet"]["targets"]}
    assert (outcomes["overlays/t4"], made[2][0]) == ("refused", 2)  # it cannot be built


def test_the_configuration_names_the_scheduler(
    cluster: LocalCluster, targets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (targets / ".kplan.yaml").write_text("dask: tcp://127.0.0.1:1\n")
    assert run(["fleet", "lint", "--targets", "overlays/t0", "--scheduler", cluster.scheduler_address]) == 1
    (targets / ".kplan.yaml").write_text(f"dask: {cluster.scheduler_address}\n")
    assert run(["fleet", "lint", "--targets", "overlays/t0"]) == 1
    assert "1 target" in capsys.readouterr().out


def test_a_worker_that_is_lost_loses_nothing(cluster: LocalCluster, tmp_path: Path) -> None:
    given = [replace(one, folder=str(tmp_path)) for one in tasks(12)]
    found = list(Dask(cluster.scheduler_address).run(given, dies_once))
    assert (tmp_path / "target-3").exists()
    assert sorted(one.name for one in found) == sorted(one.name for one in given)
    assert {one.outcome for one in found} == {Outcome.CLEAN}


def test_what_a_worker_raises_stays_with_its_target(cluster: LocalCluster) -> None:
    found = {one.name: one for one in Dask(cluster.scheduler_address).run(tasks(4), raises)}
    assert found["target-1"].error == "ValueError: not this one"
    assert {one.outcome for name, one in found.items() if name != "target-1"} == {Outcome.CLEAN}


def test_a_target_that_takes_too_long_is_given_up(cluster: LocalCluster) -> None:
    found = {one.name: one for one in Dask(cluster.scheduler_address, 1).run(tasks(6), turns)}
    assert found["target-1"].error == "it took more than 1 seconds"
    assert len(found) == 6
    assert {one.outcome for name, one in found.items() if name != "target-1"} == {Outcome.CLEAN}


def test_nobody_at_the_address_is_told_in_one_line() -> None:
    with pytest.raises(UsageError, match=r"^no Dask scheduler answers at tcp://127.0.0.1:1$"):
        list(Dask("tcp://127.0.0.1:1", connect=1).run(tasks(1), work))
    with pytest.raises(UsageError, match=r"^no Dask scheduler answers at nonsense://x$"):
        list(Dask("nonsense://x", connect=1).run(tasks(1), work))


def test_a_scheduler_without_workers_is_told() -> None:
    with (
        LocalCluster(n_workers=0, processes=True, dashboard_address=None) as empty,
        pytest.raises(UsageError, match="has no worker"),
    ):
        list(Dask(empty.scheduler_address, connect=1).run(tasks(1), work))


_INTERRUPTED = """
import os, signal, sys, threading
from kplan.cli import main
from kplan.fleet.engines.dask import Dask
begin = Dask._results
def results(self, client, tasks, work):
    threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start()
    import time
    return begin(self, client, tasks, lambda task: time.sleep(60))
Dask._results = results
sys.exit(main.run(sys.argv[1:]))
"""


@pytest.mark.usefixtures("targets")
def test_ctrl_c_gives_up_what_runs(cluster: LocalCluster) -> None:
    words = ["fleet", "lint", "--targets", "overlays/*", "--scheduler", cluster.scheduler_address]
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED, *words], env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=50, check=False,
    )  # fmt: skip
    assert done.returncode in {130, -signal.SIGINT}, done.stderr
    assert "Traceback" not in done.stderr
    for _ in range(50):
        if not cluster.scheduler.tasks:
            break
        time.sleep(0.1)
    assert not cluster.scheduler.tasks
