"""No hostile input crashes kplan, hangs it, makes it grow or drives a terminal; ``make attack`` tries many more."""

import json
import random
from pathlib import Path

import pytest

from tests import attack, dumps, fuzzing

_CPU_SECONDS = 6.0
"""Three times what is promised: the machine that tests is not alone."""
_MEBIBYTES = 300


@pytest.mark.parametrize("path", attack.known(), ids=lambda path: path.name)
@pytest.mark.parametrize("command", ["lint {}", "plan -f {}", "get all -A --state {}"])
def test_a_hostile_input_gets_an_answer(path: Path, command: str, tmp_path: Path) -> None:
    case = attack.run(command.format(path), str(tmp_path))
    assert not case.problem, case.output
    assert case.cpu < _CPU_SECONDS
    assert case.mebibytes < _MEBIBYTES + attack.run("--version", str(tmp_path)).mebibytes


def test_documents_are_mutated_alike_for_the_same_seed() -> None:
    value = {"a": [1, {"b": "c"}], "d": {"e": "f"}}
    made = [attack.mutated(random.Random(7), value) for _ in range(2)]
    assert made[0] == made[1]


@pytest.mark.parametrize(
    "command", dict.fromkeys((*attack.COMMANDS, *fuzzing.DOCUMENTS, *dumps.COMMANDS)), ids=str
)
def test_what_attacks_is_a_command(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "sound.json"
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": dumps.sound()}))
    problem, _, said = fuzzing.one(command.replace("SOUND", fuzzing.SOUND), str(path))
    assert not problem or "slow" in problem, said


def test_a_command_that_does_not_exist_is_seen(tmp_path: Path) -> None:
    assert "not a command" in fuzzing.one("lint --nothing {}", str(tmp_path))[0]


@pytest.mark.parametrize("states", [False, True], ids=["documents", "dumps"])
def test_what_is_made_at_random_gets_an_answer(states: bool) -> None:
    found = fuzzing.apart(4711 + states, 12, states=states)
    assert found.commands == 12
    assert not [one for one in found.wrong if "slow" not in one.problem]
