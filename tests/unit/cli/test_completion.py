"""Shell completion: what is offered after which words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

MAIN = "from kplan.cli.main import main; main()"
STATE = """
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Pod, metadata: {name: web-0, namespace: default, uid: a}, spec: {containers: [{name: c, image: i}]}}
- {apiVersion: v1, kind: Node, metadata: {name: n1, uid: b}}
- {apiVersion: v1, kind: Namespace, metadata: {name: shop, uid: c}}
"""


def offered(folder: Path, *words: str) -> list[str]:
    (folder / "state.yaml").write_text(STATE)
    environment = {
        **os.environ, "_KPLAN_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(("kplan", *words)),
        "COMP_CWORD": str(len(words)), "KPLAN_STATE": "state.yaml",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", MAIN], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert not done.stderr
    return [word for line in done.stdout.splitlines() if (word := line.partition(",")[2])]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("li",), "lint"),
        (("lint", "--select", "IMG00"), "IMG001"),
        (("lint", "--select", "API,SEC00"), "API,SEC001"),
        (("lint", "-o", "conc"), "concise"),
        (("lint", "--kubernetes-version", "1.3"), "1.31"),
        (("rules", "SEC00"), "SEC001"),
        (("rules", "PLN01"), "PLN013"),
        (("rules", "POL"), "POL001"),
        (("nodes", "--without-node", "n"), "n1"),
        (("why", "pods/"), "pods/web-0"),
        (("completion", "ba"), "bash"),
        (("get", "deploy"), "deployments"),
        (("get", "pods", "-n", "default", "we"), "web-0"),
        (("get", "-n", "sho"), "shop"),
        (("get", "-o", "custom-c"), "custom-columns="),
        (("describe", "pod/"), "pod/web-0"),
        (("scale", "--state", "state.yaml", "pod", "web"), "web-0"),
        (("drain", "n"), "n1"),
        (("taint", "node", "n"), "n1"),
        (("roll",), "rollout"),
        (("rollout", "st"), "status"),
        (("rollout", ""), "undo"),
        (("create", "se"), "secret"),
        (("create", "--dry"), "--dry-run"),
        (("create", "secret", "t"), "tls"),
        (("set", "im"), "image"),
        (("auth", "c"), "can-i"),
        (("rollout", "status", "pods", "we"), "web-0"),
        (("logs", "we"), "web-0"),
        (("logs", "pod/we"), "pod/web-0"),
        (("snapshot", "im"), "import"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
)
def test_words_are_completed(tmp_path: Path, words: tuple[str, ...], expected: str) -> None:
    assert expected in offered(tmp_path, *words)


def test_every_word_is_offered_once(tmp_path: Path) -> None:
    found = offered(tmp_path, "")
    assert len(found) == len(set(found))
    assert {"lint", "rollout", "create", "set"} <= set(found)
    assert not [word for word in found if " " in word]


@pytest.mark.parametrize("words", [("nope", ""), ("rollout", "nope", ""), ("logs", "web-0", "")])
def test_what_is_no_command_offers_nothing_and_prints_nothing(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert offered(tmp_path, *words) == []


def test_a_state_that_cannot_be_read_offers_nothing(tmp_path: Path) -> None:
    assert offered(tmp_path, "nodes", "--state", "nowhere", "--without-node", "") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts_are_printed(tmp_path: Path, shell: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "completion", shell],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"_KPLAN_COMPLETE={shell}_complete" in done.stdout
