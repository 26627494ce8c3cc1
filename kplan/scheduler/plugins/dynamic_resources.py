"""x"""

from kplan.scheduler.status import SKIP, Status


class DynamicResources:
    name = "DynamicResources"

    def pre_filter(self, state, pod, snapshot):
        state[self.name] = ()
        return None, SKIP

    def post_filter(self, cycle):
        if self.name not in cycle.state():
            return None, Status.error("not found")
        return None, Status.unschedulable("no new claims to deallocate")
