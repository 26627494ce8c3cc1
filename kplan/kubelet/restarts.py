"""Whether a container that ended starts again, and after which pause.

Upstream: pkg/kubelet/container/helpers.go (ShouldContainerBeRestarted), staging/src/k8s.io/client-go/util/flowcontrol/backoff.go
"""

from kplan.simulation.clock import SECOND, Instant

BASE: Instant = 10 * SECOND
MAX: Instant = 300 * SECOND


def restarts_after(policy: str, exit_code: int) -> bool:
    """Whether the restart policy starts a container again after this exit code."""
    return policy == "Always" or (policy == "OnFailure" and exit_code != 0)


def back_off(restarts: int) -> Instant:
    """The pause before the next start: none at first, then ten seconds, doubling up to five minutes."""
    return 0 if restarts == 0 else min(BASE << min(restarts - 1, 10), MAX)
