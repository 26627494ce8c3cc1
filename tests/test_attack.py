"""No hostile input crashes kplan, hangs it, makes it grow or drives a terminal; ``make attack`` tries many more."""

import random
from pathlib import Path

import pytest

from tests import attack, fuzzing

_CPU_SECONDS = 6.0
"""Three times what is promised: the machine that tests is not alone."""
_MEBIBYTES = 300


@pytest.mark.parametrize("path", attack.known(), ids=lambda path: path.name)
@pytest.mark.parametrize("command", ["lint -f {}", "plan -f {}", "get all -A --state {}"])
def test_a_hostile_input_gets_an_answer(path: Path, command: str, tmp_path: Path) -> None:
    case = attack.run(command.format(path), str(tmp_path))
    assert not case.problem, case.output
    assert case.cpu < _CPU_SECONDS
    assert case.mebibytes < _MEBIBYTES + attack.run("--version", str(tmp_path)).mebibytes


def test_documents_are_mutated_alike_for_the_same_seed() -> None:
    value = {"a": [1, {"b": "c"}], "d": {"e": "f"}}
    made = [attack.mutated(random.Random(7), value) for _ in range(2)]
    assert made[0] == made[1]


@pytest.mark.parametrize("states", [False, True], ids=["documents", "dumps"])
def test_what_is_made_at_random_gets_an_answer(states: bool) -> None:
    found = fuzzing.apart(4711 + states, 12, states=states)
    assert found.commands == 12
    assert not [one for one in found.wrong if "slow" not in one.problem]
