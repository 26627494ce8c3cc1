"""Typed views of the coordination.k8s.io group.

Upstream: staging/src/k8s.io/api/coordination/v1/types.go
"""

from kplan.api.meta import Resource
from kplan.api.view import Time, View


class LeaseSpec(View):
    """The value of Lease.spec."""

    holder_identity: str | None
    lease_duration_seconds: int | None
    acquire_time: Time | None
    renew_time: Time | None
    lease_transitions: int | None
    strategy: str | None
    preferred_holder: str | None


class Lease(Resource):
    """A Lease."""

    spec: LeaseSpec
