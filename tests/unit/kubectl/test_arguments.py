"""A command line is read as pflag reads it, and refused in its words."""

import pytest

from kplan.errors import UsageError
from kplan.kubectl.arguments import FlagError, parse
from kplan.kubectl.flags import DRY_RUN, FILENAME, NAMESPACE, RECURSIVE, Flag, Kind, switch

FLAGS = (
    NAMESPACE,
    FILENAME,
    RECURSIVE,
    DRY_RUN,
    switch("wait", "", default=True),
    switch("watch", "", "w"),
    Flag("replicas", "", Kind.INT, default="-1"),
    Flag("timeout", "", Kind.DURATION, default="0s"),
    Flag("output", "", short="o"),
    Flag("from-literal", "", Kind.STRING_ARRAY),
)


@pytest.mark.parametrize(
    "line", ["-n shop", "-n=shop", "-nshop", "--namespace shop", "--namespace=shop", "-R -n=shop", "-Rwnshop"]
)
def test_a_value_may_be_written_in_every_way(line: str) -> None:
    found = parse(["pods", *line.split(), "web"], FLAGS)
    assert (found.text("namespace"), found.words) == ("shop", ["pods", "web"])


def test_flags_and_words_may_mix_and_the_last_value_counts() -> None:
    found = parse(["a", "-o", "wide", "b", "-ojson", "-w", "c"], FLAGS)
    assert (found.words, found.text("output"), found.switch("watch")) == (["a", "b", "c"], "json", True)


def test_everything_after_two_dashes_is_a_word() -> None:
    found = parse(["a", "-w", "--", "-n", "--bogus"], FLAGS)
    assert (found.words, found.before_dash, found.given("namespace")) == (["a", "-n", "--bogus"], 1, False)
    assert parse(["-", "a"], FLAGS).before_dash is None
    assert parse(["-", "a"], FLAGS).words == ["-", "a"]


def test_bools_may_have_a_value_and_some_flags_need_none() -> None:
    assert parse([], FLAGS).switch("wait")
    assert not parse(["--wait=false"], FLAGS).switch("wait")
    assert not parse(["-w=F"], FLAGS).switch("watch")
    assert parse(["--wait", "false"], FLAGS).words == ["false"]
    assert parse(["--dry-run", "client"], FLAGS).text("dry-run") == "unchanged"
    assert parse(["--dry-run=client"], FLAGS).text("dry-run") == "client"


def test_lists_take_commas_and_arrays_do_not() -> None:
    found = parse(["-f", "a,b", "--filename=c", "--from-literal=x=1,2", "--from-literal", "y=3"], FLAGS)
    assert found.texts("filename") == ("a", "b", "c")
    assert found.texts("from-literal") == ("x=1,2", "y=3")
    assert parse(["-f", '"a,b",c'], FLAGS).texts("filename") == ("a,b", "c")


@pytest.mark.parametrize(
    ("text", "number"), [("3", 3), ("-3", -3), ("0x10", 16), ("010", 8), ("+1_000", 1000), ("0b11", 3)]
)
def test_integers_are_go_s(text: str, number: int) -> None:
    assert parse([f"--replicas={text}"], FLAGS).number("replicas") == number


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("90s", 90), ("1h30m", 5400), ("1.5s", 1.5), ("-2m", -120), ("500ms", 0.5)],
)
def test_durations_are_go_s(text: str, seconds: float) -> None:
    assert parse([f"--timeout={text}"], FLAGS).seconds("timeout") == seconds


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("--bogus", "unknown flag: --bogus"),
        ("--bogus=1", "unknown flag: --bogus"),
        ("-x", "unknown shorthand flag: 'x' in -x"),
        ("-wx", "unknown shorthand flag: 'x' in -wx"),
        ("-n", "flag needs an argument: 'n' in -n"),
        ("-wn", "flag needs an argument: 'n' in -wn"),
        ("--namespace", "flag needs an argument: --namespace"),
        ("--=x", "bad flag syntax: --=x"),
        ("---x", "bad flag syntax: ---x"),
        (
            "--replicas=a",
            'invalid argument "a" for "--replicas" flag: strconv.ParseInt: parsing "a": invalid syntax',
        ),
        (
            f"--replicas={2**63}",
            f'invalid argument "{2**63}" for "--replicas" flag: strconv.ParseInt: parsing "{2**63}": value out of range',
        ),
        (
            "-w=perhaps",
            'invalid argument "perhaps" for "-w, --watch" flag: strconv.ParseBool: parsing "perhaps": invalid syntax',
        ),
        ("--timeout=30", 'invalid argument "30" for "--timeout" flag: time: missing unit in duration "30"'),
        ("--timeout=soon", 'invalid argument "soon" for "--timeout" flag: time: invalid duration "soon"'),
    ],
)
def test_what_cannot_be_read_is_refused_in_pflag_s_words(line: str, says: str) -> None:
    with pytest.raises(FlagError) as refused:
        parse(line.split(), FLAGS)
    assert refused.value.message == says


def test_required_flags_are_named_all_at_once() -> None:
    flags = [Flag("min", "", required=True), Flag("max", "", required=True)]
    with pytest.raises(UsageError, match=r'required flag\(s\) "max", "min" not set'):
        parse([], flags)
    assert parse(["-h"], flags).switch("help")
