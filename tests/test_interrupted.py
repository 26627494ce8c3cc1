"""What kplan starts ends with it, and does not run or print for ever."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kplan.helm.running import bounded

_LOOP = [sys.executable, "-c", "while True: print('x' * 9999)"]
_PATIENCE = 30


def test_a_program_that_does_not_end_is_stopped() -> None:
    ran = bounded([sys.executable, "-c", "import time; time.sleep(99)"], b"", os.environ, seconds=0.5)
    assert ran.unfinished == "stopped after 0.5 s"


def test_a_program_that_prints_for_ever_is_stopped() -> None:
    ran = bounded(_LOOP, b"", os.environ, seconds=_PATIENCE, most=1 << 20)
    assert ran.unfinished == "stopped after 1,048,576 bytes of output"


def test_a_program_is_given_its_input() -> None:
    echo = [sys.executable, "-c", "import sys; print(sys.stdin.read()); sys.stderr.write('no'); sys.exit(3)"]
    ran = bounded(echo, b"values", os.environ)
    assert (ran.code, ran.output.strip(), ran.errors, ran.unfinished) == (3, b"values", b"no", "")


def _started(arguments: list[str], folder: Path, path: str = "") -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "KPLAN_CACHE_DIR": str(folder / "cache"),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    if path:
        environment["PATH"] = f"{path}{os.pathsep}{environment['PATH']}"
    words = [sys.executable, "-m", "kplan", *arguments]
    return subprocess.Popen(
        words, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def _group(pid: int) -> set[int]:
    """The living children of a process."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,stat=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return {int(line.split()[0]) for line in listed.stdout.splitlines() if "Z" not in line.split()[1]}


def _alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] not in "ZX"


def _until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def _interrupted(process: "subprocess.Popen[bytes]", children: set[int]) -> str:
    """Interrupt a process alone, and see that nothing is left of it; what it said."""
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=_PATIENCE)
    assert process.returncode == 130, said.decode()
    _until(lambda: not any(map(_alive, children)))
    return said.decode().strip()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc")
def test_helm_ends_with_kplan(tmp_path: Path) -> None:
    chart, folder = tmp_path / "chart", tmp_path / "bin"
    chart.mkdir()
    folder.mkdir()
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: a\nversion: 1.0.0\n")
    helm = folder / "helm"
    helm.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nsleep 99\n")
    helm.chmod(0o755)
    process = _started(["lint", "--helm", "chart"], tmp_path, str(folder))
    pid = tmp_path / "pid"
    _until(lambda: pid.exists() and pid.read_text().strip())
    child = int(pid.read_text())
    assert _interrupted(process, {child, *_group(child)}) == "interrupted"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc")
@pytest.mark.parametrize(
    "command", [["lint", "--jobs", "3", "."], ["lint", "--jobs", "3", "--no-cache", "-o", "json", "."]]
)
def test_processes_of_a_lint_end_with_it(command: list[str], tmp_path: Path) -> None:
    document = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p%d}\nspec: {containers: [{name: c, image: nginx}]}\n"
    )
    for file in range(40):
        (tmp_path / f"{file}.yaml").write_text(
            "---\n".join(document % number for number in range(file * 900, file * 900 + 900))
        )
    process = _started(command, tmp_path)
    children: set[int] = set()
    end = time.monotonic() + _PATIENCE
    while len(children) < 2:
        assert time.monotonic() < end
        children |= _group(process.pid)
    assert _interrupted(process, children) == "interrupted"
