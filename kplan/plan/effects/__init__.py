"""What controllers, scheduler and kubelets did because of a change: one file a kind of effect."""

from collections.abc import Collection, Sequence

from kplan.api.gvk import ObjectKey
from kplan.plan.effect import Effects
from kplan.plan.effects.endpoints import endpoint_effects
from kplan.plan.effects.objects import object_effects
from kplan.plan.effects.pods import pod_effects
from kplan.plan.effects.refusals import refusals
from kplan.plan.effects.rollouts import rollouts
from kplan.plan.effects.share import Share
from kplan.simulation.outcome import Outcome
from kplan.simulation.timeline import TimelineEvent


def effects_of(events: Sequence[TimelineEvent], outcome: Outcome, written: Collection[ObjectKey]) -> Effects:
    """Read one change's part of the timeline; ``written`` are the objects that have changes of their own."""
    share = Share.of(events, outcome)
    exchanged = tuple(rollouts(share))
    overcome = bool(exchanged) and all(rollout.finished for rollout in exchanged)
    return Effects(
        objects=tuple(object_effects(share, written)),
        pods=tuple(pod_effects(share)),
        rollouts=exchanged,
        endpoints=tuple(endpoint_effects(share)),
        refusals=() if overcome else refusals(share),
    )
