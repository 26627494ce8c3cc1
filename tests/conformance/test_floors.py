"""kplan's answers against the recordings of a real control plane: no metric may fall below its floor.

``pytest --update`` raises a floor to what is measured; it never lowers one.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT / "fixtures" / "conformance"
FLOORS = RECORDINGS / "floors.json"
FAMILIES = {
    "yaml": "yaml", "admission": "admission", "minors": "minor ", "update": "update", "diff": "diff", "hash": "hash",
    "scheduler": "scheduler", "controllers": "controllers", "plans": "plans", "verbs": "verbs", "kustomize": "kustomize",
}  # fmt: skip
"""By family, what the names of its metrics begin with."""


def floors() -> dict[str, float]:
    return dict(json.loads(FLOORS.read_text()))


def score(family: str) -> dict[str, float]:
    """Percent agreeing, by metric."""
    command = [sys.executable, str(RECORDINGS / "score.py"), "--only", family, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    rows = json.loads(done.stdout)
    return {metric: 100 * row["agree"] / row["cases"] for metric, row in rows.items()}


@pytest.mark.parametrize("family", FAMILIES)
def test_family_stays_at_or_above_its_floors(family: str, update: bool) -> None:
    measured = score(family)
    if update:
        raised = {metric: max(value, floors().get(metric, 0)) for metric, value in measured.items()}
        FLOORS.write_text(json.dumps({**floors(), **raised}, indent=2) + "\n")
    prefix = FAMILIES[family]
    held = {metric: floor for metric, floor in floors().items() if metric.startswith(prefix)}
    assert measured.keys() == held.keys()
    below = {metric: (measured[metric], floor) for metric, floor in held.items() if measured[metric] < floor}
    assert not below


def test_every_floor_belongs_to_a_family() -> None:
    assert {metric for metric in floors() if not metric.startswith(tuple(FAMILIES.values()))} == set()
    assert all(0 <= floor <= 100 for floor in floors().values())
