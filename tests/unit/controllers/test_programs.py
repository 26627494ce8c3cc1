"""What the command of a container comes to."""

import pytest

from kplan.kubelet.programs import program_of


@pytest.mark.parametrize(
    ("script", "seconds", "code"),
    [
        ("exit 4", 0, 4), ("sleep 2m; false", 120, 1), ("echo a && touch /x; sleep 5", 5, 0), ("exit 3; sleep 9", 0, 3),
    ],
)  # fmt: skip
def test_a_script_of_plain_statements_is_played(script: str, seconds: float, code: int) -> None:
    program = program_of({"command": ["/bin/sh", "-c", script]})
    assert program is not None
    assert (program.seconds, program.exit_code) == (seconds, code)


@pytest.mark.parametrize(
    "script", ["while true; do date; done", "echo $HOME", "nginx; sleep 1", "a | b", "'"]
)
def test_of_other_scripts_nothing_is_said(script: str) -> None:
    assert program_of({"command": ["sh", "-c", script]}) is None


def test_a_file_is_there_between_touch_and_rm() -> None:
    program = program_of({"command": ["sh", "-c", "touch /a; sleep 30; rm -f /a; sleep 9"]})
    assert program is not None
    assert [program.has("/a", at) for at in (0, 29, 30)] == [True, True, False]
    assert program.has("/b", 0) is None


def test_perl_prints_pi() -> None:
    program = program_of({"command": ["perl", "-Mbignum=bpi", "-wle", "print bpi(20)"]})
    assert program is not None
    assert program.lines == ((5, "3.1415926535897932385"),)
