"""A word that a group of kubectl's commands does not have is refused, and the others are named."""

import pytest

from kplan.cli.main import run


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("create secret foo", "unknown command \"foo\"; 'create secret' has docker-registry, generic, tls"),
        ("create svc foo --tcp=80", "unknown command \"foo\"; 'create service' has clusterip, externalname, loadbalancer, nodeport"),
        ("rollout again web", "unknown command \"again\"; 'rollout' has history, pause, restart, resume, status, undo"),
        ("certificate foo", "unknown command \"foo\"; 'certificate' has approve, deny"),
        ("create foo", "Unexpected args: [foo]"),
        ("config use-context x", "kplan has no 'config use-context'"),
    ],
)  # fmt: skip
def test_the_word_is_named_and_what_there_is(
    capsys: pytest.CaptureFixture[str], line: str, told: str
) -> None:
    assert run(line.split()) == 2
    assert f"error: {told}" in capsys.readouterr().err
