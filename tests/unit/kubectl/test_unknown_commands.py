"""What kubectl says of words that name no command, and of groups of commands without one."""

import shlex

import pytest

from kplan.cluster import Cluster


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return Cluster.of([])


def said(cluster: Cluster, line: str) -> list[str]:
    printed = cluster.kubectl.run(*shlex.split(line))
    return [*printed.stdout.splitlines(), *printed.stderr.splitlines()]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("gt", ["set", "get", "cp"]),
        ("EXPLAIN", ["explain"]),
        ("rm", ["run", "delete", "cp"]),
        ("lables", ["label"]),
        ("plug", ["plugin"]),
        ("stats", ["top"]),
        ("juggle", []),
    ],
)
def test_the_commands_that_were_probably_meant_are_named(
    cluster: Cluster, word: str, meant: list[str]
) -> None:
    lines = [f'error: unknown command "{word}" for "kubectl"']
    if meant:
        lines += ["", "Did you mean this?", *(f"\t{name}" for name in meant)]
    assert said(cluster, word) == lines


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("rollout foo -l a=b", ["error: unknown shorthand flag: 'l' in -l", "See 'kubectl rollout --help' for usage."]),
        ("rollout -n", ["error: flag needs an argument: 'n' in -n", "See 'kubectl rollout --help' for usage."]),
        ("create svc web --tcp=80", ["error: unknown flag: --tcp", "See 'kubectl create service --help' for usage."]),
        ("create secret -v=1 a b", ['error: unknown command "a b"', "See 'kubectl create secret -h' for help and examples"]),
        ("-n x juggle", ["Error: flags cannot be placed before plugin name: -n"]),
    ],
)  # fmt: skip
def test_a_group_reads_its_flags_before_it_looks_at_words(
    cluster: Cluster, line: str, lines: list[str]
) -> None:
    assert said(cluster, line) == lines


def test_the_help_of_a_group_is_no_failure(cluster: Cluster) -> None:
    printed = cluster.kubectl.run("rollout", "foo", "--help")
    assert printed.exit == 0
    assert printed.stdout.startswith("Manage the rollout of one or many resources.")
