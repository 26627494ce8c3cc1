"""How old a state may be that is planned on."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from kplan.cli.main import run
from kplan.errors import UsageError
from kplan.kubectl.durations import duration

Json = dict[str, Any]
MANIFEST = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"


CREATED = "2026-02-01T10:00:00Z"
STORED = {"uid": "2f1c1c8e-0d3f-4b0e-9a53-0d1f6a6f7b11", "resourceVersion": "7", "creationTimestamp": CREATED}
OLD: Json = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "one", **STORED}}


def lease(renewed: object) -> Json:
    metadata = {"name": "one", "namespace": "kube-node-lease", **STORED}
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": metadata,
        "spec": {"renewTime": renewed},
    }


def ago(**time: int) -> str:
    return (datetime.now(UTC) - timedelta(**time)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Answer(NamedTuple):
    code: int
    out: str


Planned = Callable[..., Answer]


@pytest.fixture
def planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Planned:
    monkeypatch.chdir(tmp_path)
    Path("settings.yaml").write_text(MANIFEST)

    def plan(items: Sequence[Json], *options: str, state: str = "dump.json") -> Answer:
        Path("dump.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
        code = run(["plan", "-f", "settings.yaml", "--state", state, *options])
        return Answer(code, capsys.readouterr().out)

    return plan


def test_an_old_state_is_a_risk_and_gates(planned: Planned) -> None:
    answer = planned([OLD], "--max-state-age", "7d", "--fail-on", "risk")
    assert answer.code == 1
    assert "PLN035" in answer.out
    assert "state/dump.json tells of nothing after 2026-02-01T10:00:00Z" in answer.out


def test_without_the_option_nobody_asks(planned: Planned) -> None:
    assert "PLN035" not in planned([OLD]).out


@pytest.mark.parametrize(
    ("renewed", "is_old"),
    [(ago(hours=1), False), (ago(days=9), True), (7, True), ("soon", True)],
    ids=["an hour ago", "nine days ago", "a number", "a word"],
)
def test_a_lease_tells_how_old_a_quiet_cluster_is(planned: Planned, renewed: object, is_old: bool) -> None:
    answer = planned([OLD, lease(renewed)], "--max-state-age", "7d")
    assert ("PLN035" in answer.out) is is_old


def test_the_configuration_sets_it(planned: Planned) -> None:
    Path(".kplan.yaml").write_text("plan:\n  max-state-age: 1d\n  fail-on: risk\n")
    assert planned([OLD]).code == 1
    Path(".kplan.yaml").write_text("plan:\n  max-state-age: soon\n")
    assert planned([OLD]).code == 2


@pytest.mark.parametrize("state", ["nodes:3x4cpu,8Gi", "settings.yaml"])
def test_made_up_states_have_no_age(planned: Planned, state: str) -> None:
    assert "PLN035" not in planned([], "--max-state-age", "1s", state=state).out


@pytest.mark.parametrize(
    ("text", "seconds"), [("7d", 604_800), ("1d12h", 129_600), ("90s", 90), ("90", 90), ("0d", 0)]
)
def test_durations_may_be_days(text: str, seconds: int) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["d", "1d2d", "-1d", "1.5d", "9" * 12 + "d", "1dx", "1d-2h", ""])
def test_what_is_no_duration_is_refused(planned: Planned, text: str) -> None:
    with pytest.raises(UsageError, match="invalid duration"):
        duration(text)
    assert planned([OLD], "--max-state-age", text).code == 2
