"""Plans of small scenarios, and what follows when something of a state is deleted."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from kplan import pipeline
from kplan.api.gvk import ObjectKey
from kplan.apiserver.deletion import DeleteOptions
from kplan.config.scenariofile import parse as parse_scenario
from kplan.kubectl.apply import ApplyOptions
from kplan.kubectl.reading import Options
from kplan.pipeline import SimulationOptions
from kplan.pipeline.loading import Loaded
from kplan.pipeline.simulating import settle
from kplan.pipeline.states import State
from kplan.plan.builder import build
from kplan.plan.model import Plan, RiskFinding
from kplan.plan.risk import Example
from kplan.plan.risks import find_risks
from kplan.simulation.outcome import Outcome


def opened(example: Example, folder: Path) -> tuple[Loaded, State, SimulationOptions]:
    for name, text in (("prior", example.prior), ("applied", example.applied)):
        (folder / name).mkdir()
        (folder / name / "all.yaml").write_text(text)
    loaded = pipeline.load([str(folder / "applied")])
    assert not loaded.diagnostics
    state = pipeline.open_state(str(folder / "prior") if example.prior else None, folder)
    assert not state.diagnostics
    scenario = parse_scenario(yaml.safe_load(example.scenario) or {})
    return loaded, state, SimulationOptions(example.kubernetes, scenario, freshness=example.freshness)


def plan_of(example: Example, folder: Path) -> Plan:
    if example.deleted:
        return _after_deletion(example, folder)
    loaded, state, options = opened(example, folder)
    return pipeline.plan(loaded, state, ApplyOptions(Options()), options).plan


def _after_deletion(example: Example, folder: Path) -> Plan:
    assert not example.applied
    (folder / "deleted.yaml").write_text(example.deleted)
    loaded = pipeline.load([str(folder / "deleted.yaml")])
    keys = [one.key._replace(namespace=one.key.namespace or "default") for one in loaded.objects]
    return build((), deleting(example.prior, folder, *keys), example.kubernetes)


def deleting(prior: str, folder: Path, *keys: ObjectKey, policy: str = "Background") -> Outcome:
    """What follows when objects of a state at rest are deleted."""
    _, state, options = opened(Example(prior, ""), folder)
    cluster = settle(state, options)
    for key in keys:
        cluster.server.delete(key, DeleteOptions(policy))
    cluster.run()
    return cluster.outcome()


def after_deleting(
    prior: str, folder: Path, *keys: ObjectKey, policy: str = "Background"
) -> Sequence[RiskFinding]:
    """The risks of that."""
    return find_risks((), deleting(prior, folder, *keys, policy=policy))
