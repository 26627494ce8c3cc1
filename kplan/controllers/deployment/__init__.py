"""Deployments: ReplicaSets made, scaled, rolled and cleaned up, one step a sync.

Decided: a sync does one scaling step and trusts the next watch event to continue, exactly as upstream does, because
the order of steps is what a plan shows.

Upstream: pkg/controller/deployment/
"""

from kplan.controllers.deployment.controller import DeploymentController

__all__ = ["DeploymentController"]
