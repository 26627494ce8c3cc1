"""What the command of a container comes to."""

import pytest

from kplan.kubelet.programs import DATE, program_of


@pytest.mark.parametrize(
    ("script", "seconds", "code"),
    [
        ("exit 4", 0, 4), ("sleep 2m; false", 120, 1), ("echo a && touch /x; sleep 5", 5, 0), ("exit 3; sleep 9", 0, 3),
        ("date; echo Hello from the Kubernetes cluster", 0, 0), ("echo $HOME", 0, 0), ('echo "it is $(date)"; sleep 1', 1, 0),
        ("echo hello > /work/index.html", 0, 0), ("env && sleep 3", 3, 0), ("ls /etc; cat /etc/resolv.conf; false", 0, 1),
        ("cat /config/app.conf", 0, 0), ("printenv HOSTNAME; hostname; mkdir -p /a/b", 0, 0),
    ],
)  # fmt: skip
def test_a_script_of_plain_statements_is_played(script: str, seconds: float, code: int) -> None:
    mounts = [{"name": "config", "mountPath": "/config"}]
    program = program_of({"command": ["/bin/sh", "-c", script], "volumeMounts": mounts})
    assert program is not None
    assert (program.seconds, program.exit_code) == (seconds, code)


@pytest.mark.parametrize(
    "script",
    [
        "while true; do date; done",
        "nginx; sleep 1",
        "a | b",
        "'",
        "cat",
        "cat /app/config",
        "ls /app",
        "echo a >",
        "> /a",
        "cat < /etc/hosts",
        "$CMD",
        "sleep $TIME",
    ],
)
def test_other_scripts_are_not_interpreted(script: str) -> None:
    assert program_of({"command": ["sh", "-c", script]}) is None


def test_what_is_printed_is_known_as_far_as_the_script_says_it() -> None:
    said = [
        program_of({"command": ["sh", "-c", script]})
        for script in ("echo a > /b; echo c", "echo a; env", "date")
    ]
    assert [(one.lines, one.prints_more) for one in said if one] == [
        (((0, "c"),), False), (((0, "a"),), True), (((0, DATE),), False),
    ]  # fmt: skip
    assert said[0] is not None
    assert said[0].has("/b", 0)


def test_a_file_is_there_between_touch_and_rm() -> None:
    program = program_of({"command": ["sh", "-c", "touch /a; sleep 30; rm -f /a; sleep 9"]})
    assert program is not None
    assert [program.has("/a", at) for at in (0, 29, 30)] == [True, True, False]
    assert program.has("/b", 0) is None


def test_perl_prints_pi() -> None:
    program = program_of({"command": ["perl", "-Mbignum=bpi", "-wle", "print bpi(20)"]})
    assert program is not None
    assert program.lines == ((5, "3.1415926535897932385"),)
