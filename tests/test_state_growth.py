"""A plan of one object reads of a stored state what the change touches, however large the state is."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kplan import pipeline
from kplan.pipeline import resting
from kplan.pipeline.states import State
from kplan.plan.left_behind import Scope
from kplan.scheduler import actor
from kplan.state import glance
from kplan.state.sources.sqlite import Database

_MOST = 1.5
"""How often as much may be read of a state of three times the size;
the pods of a node that was chosen are not always as many.
"""
NAMESPACE = "\napiVersion: v1\nkind: Namespace\nmetadata: {{name: space-{space}}}\n"
CONFIGURATION = "\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: space-{space}}}\ndata: {{a: b}}\n"
SERVICE = """
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: space-{space}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}
"""
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: space-{space}}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: c, image: "registry.example/web:1"}}]}}
"""


class _Looks(Counter[str]):
    """What is read of texts: whole objects by kind, and otherwise what of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        for name in ("object_in", "metadata_in"):
            monkeypatch.setattr(glance, name, partial(self._read, getattr(glance, name), name))

    def _read(self, read: Callable[[str], Any], name: str, text: str) -> Any:
        found = read(text)
        self[found["kind"] if name == "object_in" else name] += 1
        return found


def _applications(folder: Path, count: int, spaces: int) -> State:
    """A stored state at rest: so many Deployments with their Service and ConfigMap, spread over namespaces."""
    kinds = (DEPLOYMENT, SERVICE, CONFIGURATION)
    texts = [NAMESPACE.format(space=space) for space in range(spaces)]
    texts += [kind.format(name=f"web-{one}", space=one % spaces) for one in range(count) for kind in kinds]
    (folder / "all.yaml").write_text("---".join(texts))
    (folder / "one.yaml").write_text(DEPLOYMENT.format(name="web-0", space=0).replace("web:1", "web:2"))
    loaded = pipeline.load([str(folder / "all.yaml")])
    played = pipeline.simulate(loaded, pipeline.open_state(f"nodes:{count // 5}x64cpu,256Gi", folder)).cluster
    database = Database(folder / ".kplan" / "state.db")
    database.commit(played.store, base=0, at="2026-01-01T00:00:00Z", note="", resting=resting.kept(played))
    return pipeline.open_state(None, folder)


@pytest.mark.parametrize("spread", [True, False], ids=["spread", "in one namespace"])
def test_a_plan_of_one_object_reads_no_more_of_a_larger_state(
    spread: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resting, "FEW", 10)
    monkeypatch.setattr(actor, "_JUDGED_ONE_BY_ONE", 1)
    read = []
    for count in (25, 75):
        folder = tmp_path / str(count)
        folder.mkdir()
        state = _applications(folder, count, count // 5 if spread else 1)
        with monkeypatch.context() as patched:
            looks = _Looks(patched)
            pipeline.plan(pipeline.load([str(folder / "one.yaml")]), state, scope=Scope(applied=False))
            read.append(looks)
    few, many = read
    kinds = ["Deployment", "ReplicaSet", "Pod", "EndpointSlice", "ConfigMap", *["Service"] * spread]
    assert all(many[kind] <= few[kind] * _MOST for kind in kinds), (few, many)
