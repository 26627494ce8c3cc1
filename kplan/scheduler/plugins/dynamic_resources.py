"""x"""

from kplan.scheduler.status import Status


class DynamicResources:
    name = "DynamicResources"

    def post_filter(self, cycle):
        return None, Status.unschedulable("no new claims to deallocate")
