"""StatefulSets: pods with an identity, in order or in parallel, their claims and their revisions.

Upstream: pkg/controller/statefulset/
"""

from kplan.controllers.statefulset.controller import StatefulSetController

__all__ = ["StatefulSetController"]
