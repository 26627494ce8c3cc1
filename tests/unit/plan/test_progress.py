"""How far workloads have come."""

import pytest

from kplan.plan.progress import WORKLOADS, progress_of, ready_of


@pytest.mark.parametrize("kind", WORKLOADS)
def test_what_is_ready_is_read_without_the_rest(kind: tuple[str, str]) -> None:
    group, name = kind
    status = {"readyReplicas": 2, "numberReady": 2}
    value = {"apiVersion": f"{group}/v1" if group else "v1", "kind": name, "spec": {}, "status": status}
    progress = progress_of(value)
    assert progress is not None
    assert ready_of(kind, value) == progress.ready == 2


def test_what_is_no_workload_has_nothing_ready() -> None:
    assert ready_of(("", "Pod"), {"apiVersion": "v1", "kind": "Pod", "status": {"readyReplicas": 2}}) is None
