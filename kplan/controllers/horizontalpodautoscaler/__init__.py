"""Horizontal autoscaling: from measured use to a number of replicas, within limits and not too fast.

Decided: what is measured is an assumption of the scenario; without one the metrics API counts as missing, as it is in a
cluster without a metrics server.

Upstream: pkg/controller/podautoscaler/
"""

from kplan.controllers.horizontalpodautoscaler.controller import HorizontalController

__all__ = ["HorizontalController"]
