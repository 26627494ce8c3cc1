"""The same input gives the same bytes: whatever the hash seed, wherever the command runs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SHOP = Path(__file__).parents[1] / "fixtures" / "manifests" / "shop"
RUNS = (
    ["lint", "shop"],
    ["lint", "shop", "-o", "json"],
    ["diff", "-f", "shop"],
    ["diff", "-f", "shop", "--server-side", "--show-managed-fields"],
    ["dry-run", "-f", "shop"],
    ["dry-run", "-f", "shop", "-o", "jsonl"],
    ["plan", "-f", "shop"],
    ["plan", "-f", "shop", "-o", "json"],
    ["simulate", "-f", "shop"],
    ["simulate", "-f", "shop", "-o", "jsonl"],
)  # fmt: skip


def outcome(arguments: list[str], folder: Path, seed: str) -> tuple[int, bytes, bytes]:
    done = subprocess.run(
        [sys.executable, "-c", "from kplan.cli.main import main; main()", *arguments], cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": seed, "NO_COLOR": "1"}, capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("arguments", RUNS, ids=" ".join)
def test_same_bytes_under_other_hash_seeds_and_in_other_directories(
    arguments: list[str], tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "quite" / "another place"
    for folder in (here, there):
        shutil.copytree(SHOP, folder / "shop")
    first = outcome(arguments, here, "1")
    assert first == outcome(arguments, there, "4242")
    assert first[0] in (0, 1)
    assert first[1]
