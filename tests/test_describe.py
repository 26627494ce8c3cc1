"""kplan describe on states that show every branch of it; the texts were held against a real kubectl of 1.36.

A case is a folder: ``state.yaml``, and ``expected.txt`` with commands after ``$`` and what they print.
``pytest --update`` writes the texts anew.
"""

import re
import shlex
from pathlib import Path

import pytest

from kplan.cli.main import run

FOLDER = Path(__file__).parents[1] / "fixtures" / "describe"
CASES = sorted(FOLDER.iterdir())
COMMAND = re.compile(rb"^\$ (.*)\n", re.MULTILINE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_prints_what_kubectl_prints(
    case: Path, update: bool, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    expected = (case / "expected.txt").read_bytes()
    printed = b""
    for command in COMMAND.findall(expected):
        words = shlex.split(command.decode())
        assert words[:2] == ["kplan", "describe"]
        run([*words[1:], "--state", str(case / "state.yaml")])
        out, err = capsysbinary.readouterr()
        printed += b"$ %b\n%b%b" % (command, out, err)
    if update:
        (case / "expected.txt").write_bytes(printed)
    assert printed == (case / "expected.txt").read_bytes()
