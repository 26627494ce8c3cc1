"""A whole cluster on one engine: store, API server, controllers, scheduler and kubelets, and a user's hands on it.

Decided: the roster stands here and nowhere else; actors know neither each other nor the engine.
"""

from kplan.cluster.cluster import Cluster

__all__ = ["Cluster"]
