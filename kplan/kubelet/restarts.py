"""Whether a container that ended starts again, and after which pause.

Upstream: pkg/kubelet/container/helpers.go (ShouldContainerBeRestarted), pkg/api/v1/pod/util.go
    (ContainerShouldRestart),
staging/src/k8s.io/client-go/util/flowcontrol/backoff.go, pkg/kubelet/kubelet.go (newCrashLoopBackOff),
pkg/kubelet/pod_workers.go (completeWork)
"""

from dataclasses import dataclass

from kplan.api.object import Json
from kplan.simulation.clock import SECOND, Instant

BASE: Instant = 10 * SECOND
MAX: Instant = 300 * SECOND
RESYNC: Instant = 60 * SECOND
"""A kubelet looks at a pod that is held back at least this often."""
FORGOTTEN: Instant = 600 * SECOND
"""A container that ran for longer than this begins with the shortest pause again."""
MOST_WAITED_FOR = 14
"""So many restarts take three quarters of an hour; a limit beyond that is not reached in a run."""
_RESTARTING = ("Restart", "RestartAllContainers")


def restarts_after(container: Json, policy: str, exit_code: int) -> bool:
    """Whether a container starts again after this exit code:
    by the first of its own rules that matches, or the policy.
    """
    own = container.get("restartPolicyRules") or () if container.get("restartPolicy") is not None else ()
    rule = next((rule for rule in own if _matches(rule.get("exitCodes"), exit_code)), None)
    if rule is not None and rule.get("action") in _RESTARTING:
        return True
    return policy == "Always" or (policy == "OnFailure" and exit_code != 0)


def _matches(wanted: Json | None, exit_code: int) -> bool:
    if not wanted:
        return False
    return (exit_code in (wanted.get("values") or ())) == (wanted.get("operator") == "In")


def back_off(failures: int) -> Instant:
    """The pause after so many failures in a row: ten seconds, doubling up to five minutes."""
    return 0 if failures == 0 else min(BASE << min(failures - 1, 10), MAX)


@dataclass(slots=True)
class BackOff:
    """The pause before a container's next start; it is lengthened whenever the container is let through."""

    pause: Instant = 0
    updated: Instant = 0

    def ends(self, ended: Instant) -> Instant:
        """When a container that ended then may start again."""
        return ended if self._is_forgotten(ended) else ended + self.pause

    def wakes(self, ended: Instant) -> Instant:
        """When the kubelet looks at it again: it waits longer than it has to, by up to a half,
        a quarter on the average.

        Of a long pause it sleeps a minute or so at a time; half a minute is left of it then, on the average.
        """
        late = self.pause // 4 if self.pause <= RESYNC else RESYNC // 8
        return self.ends(ended) + (0 if self._is_forgotten(ended) else late)

    def lengthen(self, ended: Instant, now: Instant) -> None:
        """Let it through now, and hold it back for longer the next time."""
        self.pause = BASE if self._is_forgotten(ended) else min(self.pause * 2, MAX)
        self.updated = now

    def _is_forgotten(self, ended: Instant) -> bool:
        return self.pause == 0 or ended - self.updated > FORGOTTEN
