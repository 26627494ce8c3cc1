"""kplan's answers against the recordings of a real control plane: no metric may fall below its floor."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT / "fixtures" / "conformance"
FLOORS = json.loads((RECORDINGS / "floors.json").read_text())
FAMILIES = ("yaml", "admission", "update", "diff", "hash", "scheduler", "controllers")


def score(family: str) -> dict[str, float]:
    """Percent agreeing, by metric."""
    command = [sys.executable, str(RECORDINGS / "score.py"), "--only", family, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    rows = json.loads(done.stdout)
    return {metric: 100 * row["agree"] / row["cases"] for metric, row in rows.items()}


@pytest.mark.parametrize("family", FAMILIES)
def test_family_stays_at_or_above_its_floors(family: str) -> None:
    measured = score(family)
    floors = {metric: floor for metric, floor in FLOORS.items() if metric.split(":")[0].startswith(family)}
    assert measured.keys() >= floors.keys()
    below = {
        metric: (measured[metric], floor) for metric, floor in floors.items() if measured[metric] < floor
    }
    assert not below


def test_every_floor_belongs_to_a_family() -> None:
    assert {metric for metric in FLOORS if not metric.startswith(FAMILIES)} == set()
    assert all(0 <= floor <= 100 for floor in FLOORS.values())
