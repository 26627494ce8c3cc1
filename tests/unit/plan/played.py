"""Plans of small scenarios in which things are applied and deleted."""

from functools import partial
from pathlib import Path

from kplan import pipeline
from kplan.apiserver.deletion import DeleteOptions
from kplan.kubectl.apply import ApplyOptions
from kplan.kubectl.reading import Options
from kplan.plan.applied import Applied
from kplan.plan.builder import build
from kplan.plan.change import Identity
from kplan.plan.effect import Consequence
from kplan.plan.finder import Example
from kplan.plan.model import Plan
from kplan.plan.rehearse import Rehearsal
from kplan.schema.releases import DEFAULT


def plan_of(example: Example, folder: Path) -> Plan:
    """Apply, then delete, and let the cluster come to rest."""
    for part in ("prior", "applied", "deleted"):
        (folder / part).mkdir()
        (folder / part / "all.yaml").write_text(getattr(example, part))
    state = pipeline.open_state(str(folder / "prior"), folder)
    assert not state.diagnostics
    loaded = pipeline.load([str(folder / "applied")] if example.applied else [])
    assert not loaded.diagnostics
    cluster = pipeline.settle(state)
    pause = partial(cluster.advance, 0.05)
    forced = bool(example.forced_by)
    options = ApplyOptions(Options(patient=True), forced, forced, example.forced_by)
    rehearsal = Rehearsal(cluster.server, options, pause, cluster.run, replace=False)
    applied = list(rehearsal.run(loaded.objects)) if example.applied else []
    for gone in pipeline.load([str(folder / "deleted")]).objects if example.deleted else ():
        key = gone.key
        if key.namespace == "" and cluster.find(key) is None:
            key = key._replace(namespace="default")
        before = cluster.server.get(key)
        cluster.server.delete(key, DeleteOptions("Background"))
        applied.append(Applied(key, Identity.of(before), before, None))
    cluster.run()
    return build(applied, cluster.outcome(), DEFAULT)


def consequences(plan: Plan) -> list[Consequence]:
    return [one for planned in plan.changes for one in planned.effects.consequences]
