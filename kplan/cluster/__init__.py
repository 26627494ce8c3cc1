"""A whole cluster on one engine: store, API server, controllers, scheduler, kubelets and a user's kubectl.

Decided: the roster of actors is here and nowhere else; actors know neither each other nor the engine.
"""

from kplan.cluster.cluster import Cluster

__all__ = ["Cluster"]
