"""Jobs: pods that run to their end, counted exactly once by way of a finalizer.

Upstream: pkg/controller/job/
"""

from kplan.controllers.job.controller import JobController

__all__ = ["JobController"]
