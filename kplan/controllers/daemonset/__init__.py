"""DaemonSets: one pod on every node that fits, replaced node by node.

Decided: where upstream walks nodes in the order of a Go map, kplan walks them by name.

Upstream: pkg/controller/daemon/
"""

from kplan.controllers.daemonset.controller import DaemonSetController

__all__ = ["DaemonSetController"]
