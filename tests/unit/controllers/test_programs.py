"""What the command of a container comes to."""

import pytest

from kplan.kubelet.programs import Answer, answer_of, program_of
from kplan.kubelet.shell.commands import DATE


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
        "cat < /etc/hosts",
        "$CMD",
        "sleep $TIME",
        "a() { nginx; }; a",
        "exit() { true; }; exit 3",
        "return 1",
        'case "$HOSTNAME" in web-0) exit 0 ;; *) exit 1 ;; esac',
        "case a in [^b]) exit 1 ;; esac",
        "case a in a) exit 1",
        "cd app; touch a",
        "cd /app; cd other",
        "f() { break; }; while true; do f; sleep 1; done",
        'f() { exec "$@"; }; f sleep 5',
        "f() { f; }; f",
        "test -f /app/lock",
        "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done",
        "x=$(curl http://a); [ $x = 1 ]",
        "((((((((((",
        "while true; do sleep 1; [ $i ] && break; i=$(next); done",
    ],
)
def test_other_scripts_are_not_interpreted(script: str) -> None:
    assert program_of({"command": ["sh", "-c", script]}) is None


@pytest.mark.parametrize(
    ("script", "seconds", "code", "lines"),
    [
        ("case web-1 in web-0) exit 1 ;; web-*) exit 2 ;; esac", 0, 2, ""),
        ("x=b; case $x in a|b) echo one; sleep 2 ;; (*) exit 9; esac; echo done", 2, 0, "one done"),
        ("case '*' in a*) exit 1 ;; '*') exit 3 ;; esac", 0, 3, ""),
        ("case ab in 'a*') exit 1 ;; ?[!c]) exit 4 ;; esac", 0, 4, ""),
        ("false; case a in b) exit 1 ;; esac", 0, 0, ""),
        ("case a in\n a)\n  echo x\n  ;;\nesac\nexit 5", 0, 5, "x"),
        ("a() { exit 1; }; a; exit 2", 0, 1, ""),
        ("say() { echo $1 $2 $#; }; say hello; say a b", 0, 0, "hello 1 a b 2"),
        ("f() { sleep 3; return 4; echo no; }; f || echo failed $?", 3, 0, "failed 4"),
        ("f() { local x=2; echo $x; }; x=1; f; echo $x", 0, 0, "2 1"),
        ("set -e\nf()\n{\n  false\n  echo no\n}\nf", 0, 1, ""),
        ("f() { for i in 1 2 3; do sleep 1; [ $i = 2 ] && return 7; done; }; f", 2, 7, ""),
        ("f() { echo in; }; x=$(f); echo $x", 0, 0, "in"),
        (
            "mkdir -p /data/a; cd /data; cd a; touch b; [ -f /data/a/b ] && cd .. && touch c && ls /data/c",
            0,
            0,
            "",
        ),
    ],
)
def test_cases_and_functions_are_played(script: str, seconds: float, code: int, lines: str) -> None:
    program = program_of({"image": "busybox", "command": ["sh", "-c", script]})
    assert program is not None
    assert (program.seconds, program.exit_code) == (seconds, code)
    assert " ".join(text for _, text in program.lines) == lines


def test_a_loop_that_calls_functions_goes_on_for_ever() -> None:
    script = "f() { [ -f /tmp/x ] && return 0; echo turn; }; while true; do f; sleep 5; done"
    program = program_of({"image": "busybox", "command": ["sh", "-c", script]})
    assert program is not None
    assert program.for_ever


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


@pytest.mark.parametrize(
    ("words", "seconds", "code"),
    [
        (("sh", "-c", "false || true"), 0, 0), (("sh", "-c", "true && false || exit 3"), 0, 3), (("sh", "-c", "! true"), 0, 1),
        (("sh", "-ec", "echo a; false; echo b"), 0, 1), (("sh", "-c", "set -e; sleep 2; false; sleep 5"), 2, 1),
        (("bash", "-euo", "pipefail", "-c", "if false; then exit 2; fi; exit 4"), 0, 4),
        (("sh", "-c", "for i in 1 2 3; do echo $i; sleep 1; done; exit 7"), 3, 7), (("bash", "-c", "for i in {1..4}; do sleep $i; done"), 10, 0),
        (("sh", "-c", "i=0; while [ $i -lt 3 ]; do sleep 2; i=$((i+1)); done; exit $i"), 6, 3),
        (("sh", "-c", "touch /tmp/a; if [ -f /tmp/a ]; then rm /tmp/a; fi; test -e /tmp/a"), 0, 1),
        (("sh", "-c", "(exit 4)"), 0, 4), (("sh", "-c", "{ sleep 1; exit 5; }"), 1, 5), (("sh", "-c", "CODE=8; exit ${CODE}"), 0, 8),
        (("sh", "-c", "exit ${CODE:-9}"), 0, 9), (("sh", "-c", "for n in $(seq 2 4); do sleep $n; done"), 9, 0),
        (("sh", "-c", "sleep 5 & sleep 2; wait; exit 1"), 5, 1), (("sh", "-c", "until [ -e /tmp/x ]; do sleep 3; touch /tmp/x; done"), 3, 0),
        (("sh", "-c", "exec sleep 4"), 4, 0), (("bash", "-c", "((i = 2 * 3)); exit $i"), 0, 6), (("sh", "-c", "exit $1", "sh", "6"), 0, 6),
        (("sh", "-c", "echo done > /dev/null 2>&1 # exit 1"), 0, 0), (("sh", "-c", "ls /nowhere"), 0, 1), (("sleep", "1m"), 60, 0),
    ],
)  # fmt: skip
def test_a_script_ends_as_a_shell_says(words: tuple[str, ...], seconds: float, code: int) -> None:
    program = program_of({"image": "alpine:3", "command": list(words)})
    assert program is not None
    assert (program.seconds, program.exit_code, program.for_ever) == (seconds, code, False)


def test_a_loop_without_an_end_goes_on_for_ever_and_prints_what_is_known_so_far() -> None:
    program = program_of(
        {"image": "busybox", "command": ["sh", "-c", "while true; do echo a; sleep 10; done"]}
    )
    assert program is not None
    assert program.for_ever
    assert program.lines[:2] == ((0, "a"), (10, "a"))
    assert 3_600 < program.until == program.lines[-1][0] + 10


def test_variables_of_the_container_are_known_and_those_from_elsewhere_are_not() -> None:
    own = {"name": "CODE", "value": "5"}
    from_elsewhere = {"name": "CODE", "valueFrom": {"configMapKeyRef": {"name": "a", "key": "b"}}}
    script = ["sh", "-c", "exit $CODE"]
    program = program_of({"image": "busybox", "command": script, "env": [own]})
    assert program is not None
    assert program.exit_code == 5
    assert program_of({"image": "busybox", "command": script, "env": [from_elsewhere]}) is None
    expanded = program_of({"image": "busybox", "command": ["sh", "-c", "exit $(CODE)"], "env": [own]})
    assert expanded == program


@pytest.mark.parametrize("image", ["busybox", "docker.io/library/alpine:3.20", "ubuntu:24.04"])
def test_a_shell_that_nobody_types_into_ends_at_once(image: str) -> None:
    idle = program_of({"image": image})
    assert idle is not None
    assert (idle.run, idle.exit_code, idle.for_ever) == (0.5, 0, False)
    assert program_of({"image": image, "command": ["/bin/sh"]}) == idle
    open_ended = program_of({"image": image, "stdin": True, "tty": True})
    assert open_ended is not None
    assert open_ended.for_ever
    assert program_of({"image": f"registry.example.com/team/{image.rpartition('/')[2]}"}) is None


def test_a_command_in_a_running_container_finds_the_files_of_that_time() -> None:
    container = {"image": "busybox", "command": ["sh", "-c", "touch /tmp/a; sleep 30; rm /tmp/a; sleep 600"]}
    program = program_of(container)
    assert program is not None
    gone = Answer(1, "cat: can't open '/tmp/a': No such file or directory")
    assert [answer_of(container, program, ["cat", "/tmp/a"], at) for at in (5, 31)] == [Answer(0, ""), gone]
    said = answer_of(container, program, ["sh", "-c", "test -f /tmp/a"], 31)
    assert said == Answer(1, "")
    assert answer_of(container, program, ["/healthz"], 31) is None


def test_error_texts_are_those_of_the_image() -> None:
    container = {"image": "debian:12", "command": ["sleep", "60"]}
    program = program_of(container)
    assert program is not None
    assert answer_of(container, program, ["cat", "/tmp/a"], 1) == Answer(
        1, "cat: /tmp/a: No such file or directory"
    )
    said = answer_of(container, program, ["ls", "/tmp/a"], 1)
    assert said == Answer(2, "ls: cannot access '/tmp/a': No such file or directory")


@pytest.mark.parametrize(
    ("script", "made"),
    [
        ("cd /tmp; touch a; sleep 60", "/tmp/a"),
        ("cd /tmp/ && touch ./a; sleep 60", "/tmp/a"),
        ("(cd /tmp; true); touch a; sleep 60", "a"),
        ("touch a; sleep 60", "a"),
    ],
)
def test_files_are_made_in_the_folder_that_cd_leads_to(script: str, made: str) -> None:
    program = program_of({"image": "busybox", "command": ["sh", "-c", script]})
    assert program is not None
    assert program.files == ((0.0, made, True),)


def test_where_cd_leads_to_from_an_unknown_folder_is_not_known() -> None:
    assert program_of({"image": "busybox", "command": ["sh", "-c", "cd data; touch a; sleep 60"]}) is None


@pytest.mark.parametrize(
    ("script", "printed"),
    [
        ("false; echo $?", ["1"]),
        ("(exit 2); x=$?; echo $x $?", ["2 0"]),
        ("x=$(exit 3); echo $?", ["3"]),
        ("if (exit 2); then true; else echo $?; fi", ["2"]),
        ("false; for i in 1 2; do echo $?; done", ["1", "0"]),
    ],
)
def test_the_status_of_the_command_before_can_be_asked_for(script: str, printed: list[str]) -> None:
    program = program_of({"image": "busybox", "command": ["sh", "-c", script]})
    assert program is not None
    assert [text for _, text in program.lines] == printed
