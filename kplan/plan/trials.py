"""What the API server would say to new pods and updates, before the changes and after them;
asked for by several finders.
"""

from kplan.plan.finder import World
from kplan.plan.recreating import Trial


def prior_trial(world: World) -> Trial:
    """Requests as they would have been answered."""
    return Trial(world.prior, world.kubernetes_version)


def final_trial(world: World) -> Trial:
    """Requests as they will be answered."""
    return Trial(world.final, world.kubernetes_version)
