"""Deletes certificate requests nobody needs any more: an hour after they were answered, a day after they
were created or approved.

Deviations: they go when their time is over, not with the next look that is taken every hour; the dates in a certificate
are not read, for a request that has one goes an hour after its approval.

Upstream: pkg/controller/certificates/cleaner/cleaner.go
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.simulation.clock import SECOND, Instant, parse_instant
from kplan.simulation.reconciler import DONE, Context, Request, Result, Watch, itself

_HOUR: Final[Instant] = 3600 * SECOND
ANSWERED: Final[Instant] = _HOUR
"""How long a request stays that was denied, failed, or has its certificate."""
WAITING: Final[Instant] = 24 * _HOUR
"""How long a request stays that nobody decided on, or that has no certificate in spite of an approval."""


class CertificateCleanerController:
    """Deletes old certificate requests."""

    name = "certificate-controller"

    def __init__(self) -> None:
        self.watches = (Watch("certificates.k8s.io", "CertificateSigningRequest", itself),)

    def reconcile(self, request: Request, context: Context) -> Result:
        """Delete a request whose time is over (handle)."""
        found = context.cache.find(request)
        if found is None or not (ends := [*_ends(found)]):
            return DONE
        left = min(ends) - context.now
        if left >= 0:  # it has to be older than that, which the clock tells by the second
            return Result.due(left + SECOND)
        context.client.delete(request)
        return DONE


def _ends(request: Json) -> Iterator[Instant]:
    """When the request has been there for long enough, by all that is known of it."""
    status = status_of(request)
    conditions = status.get("conditions") or ()
    made = request["metadata"].get("creationTimestamp")
    if not conditions and made:
        yield parse_instant(made) + WAITING
    for condition in conditions:
        stays = (
            ANSWERED if condition["type"] in ("Denied", "Failed") or status.get("certificate") else WAITING
        )
        if condition["type"] in ("Approved", "Denied", "Failed") and condition.get("lastUpdateTime"):
            yield parse_instant(condition["lastUpdateTime"]) + stays
