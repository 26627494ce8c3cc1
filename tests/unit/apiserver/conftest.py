"""What tests of the API server share: a small cluster, and a way to change one field of an object."""

import copy
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from kplan.apiserver.server import Server
from kplan.state.store import Store

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
STEP = re.compile(r"[^.\[\]]+")


@pytest.fixture
def changed() -> Callable[[dict[str, Any], str, Any], dict[str, Any]]:
    """Copies an object with one field set; the value ``<absent>`` removes it."""

    def change(value: dict[str, Any], path: str, new: Any) -> dict[str, Any]:
        *parents, last = STEP.findall(path)
        result = copy.deepcopy(value)
        node: Any = result
        for step in parents:
            node = node[int(step) if isinstance(node, list) else step]
        key = int(last) if isinstance(node, list) else last
        if isinstance(new, str) and new == "<absent>":
            del node[key]
        else:
            node[key] = new
        return result

    return change


@pytest.fixture
def server() -> Server:
    """A cluster with one namespace, its service account and one node."""
    made = Server(Store(), now=NOW)
    made.load(
        [
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}},
            {
                "apiVersion": "v1",
                "kind": "ServiceAccount",
                "metadata": {"name": "default", "namespace": "default"},
            },
            {
                "apiVersion": "v1",
                "kind": "Node",
                "metadata": {"name": "one", "labels": {"kubernetes.io/os": "linux"}},
                "status": {"allocatable": {"cpu": "2", "memory": "2Gi", "pods": "10"}},
            },
        ]
    )
    return made
