"""What controllers, scheduler and kubelets did because of a change: one file a kind of effect."""

from collections.abc import Collection, Sequence

from kplan.api.gvk import ObjectKey
from kplan.plan.effect import Effects
from kplan.plan.effects.endpoints import endpoint_effects
from kplan.plan.effects.inaction import inaction
from kplan.plan.effects.jobs import job_effects
from kplan.plan.effects.objects import object_effects
from kplan.plan.effects.pods import pod_effects
from kplan.plan.effects.refusals import refusals
from kplan.plan.effects.rollouts import rollouts
from kplan.plan.effects.share import Share
from kplan.plan.effects.turns import Turns
from kplan.simulation.outcome import Outcome
from kplan.simulation.timeline import TimelineEvent


def effects_of(
    events: Sequence[TimelineEvent],
    outcome: Outcome,
    written: Collection[ObjectKey],
    turns: Turns,
    changed: ObjectKey | None = None,
) -> Effects:
    """Read one change's part of the timeline; ``written`` are the objects that have changes of their own."""
    share = Share.of(events, outcome, turns)
    exchanged, pods = tuple(rollouts(share)), tuple(pod_effects(share, changed))
    overcome = bool(exchanged) and all(rollout.finished for rollout in exchanged)
    idle = changed is not None and not exchanged and not pods
    return Effects(
        objects=tuple(object_effects(share, written, changed)),
        pods=pods,
        rollouts=exchanged,
        endpoints=tuple(endpoint_effects(share)),
        jobs=tuple(job_effects(share)),
        no_effect_because=inaction(share.before(changed), share.after(changed)) if idle and changed else "",
        refusals=() if overcome else refusals(share),
    )
